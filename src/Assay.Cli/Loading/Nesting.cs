using Microsoft.CodeAnalysis;

namespace Assay.Cli.Loading;

/// <summary>
/// Keeps code that nests thousands of levels away from the compiler and the rules, which walk trees recursively: running out
/// of stack ends the process, and no one could report it. Nobody wrote such code by hand.
/// </summary>
internal static class Nesting
{
    /// <summary>More open brackets than any real file has, far fewer than the stack could hold.</summary>
    public const int MostBrackets = 500;

    /// <summary>The deepest tree that is handed to the rules.</summary>
    public const int MostLevels = 3000;

    // Code between two of `;`, `{` and `}`; longer ones may be chains that nest without any bracket.
    private const int LongRun = 10_000;
    private const int ManyElses = 500;

    /// <summary>
    /// Looks at a text before it is parsed: why it must not even be parsed, null when it may; and whether its tree may still
    /// be too deep, which few are.
    /// </summary>
    public static (string? TooDeep, bool MayBeDeep) Look(string text)
    {
        var (brackets, run, elses) = Measure(text);
        return brackets > MostBrackets
            ? ($"nests more than {MostBrackets} brackets", true)
            : (null, run > LongRun || elses > ManyElses);
    }

    /// <summary>Why the tree must not be analysed; null when it may.</summary>
    public static string? TooDeep(SyntaxNode root, CancellationToken cancellationToken) =>
        Levels(root, cancellationToken) > MostLevels ? $"nests more than {MostLevels} levels of code" : null;

    private static (int Brackets, int Run, int Elses) Measure(string text)
    {
        var (depth, angles, deepest, run, longest, elses) = (0, 0, 0, 0, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '/' or '"' or '\'' or '@' or '$' && AfterText(text, i) is var next && next > i)
            {
                i = next - 1;
                continue;
            }
            switch (text[i])
            {
                case '(' or '[' or '{':
                    deepest = Math.Max(deepest, ++depth);
                    break;
                case ')' or ']' or '}' when depth > 0:
                    depth--;
                    break;
                case '<':
                    deepest = Math.Max(deepest, ++angles);
                    break;
                case '>' when angles > 0:
                    angles--;
                    break;
                case 'e' when string.CompareOrdinal(text, i, "else", 0, 4) == 0:
                    elses++;
                    break;
            }
            // Type arguments end here at the latest; what is still open were comparisons.
            if (text[i] is ';' or '{' or '}' or ')')
                angles = 0;
            run = text[i] is ';' or '{' or '}' ? 0 : run + 1;
            longest = Math.Max(longest, run);
        }
        return (deepest, longest, elses);
    }

    // The end of the comment, string or character that begins here; the same position when none does.
    private static int AfterText(string text, int start)
    {
        var rest = text.AsSpan(start);
        if (rest.StartsWith("//"))
            return EndOfLine(text, start);
        if (rest.StartsWith("/*"))
            return After(text, "*/", start + 2);
        if (rest.StartsWith("\"\"\""))
            return After(text, new string('"', rest.Length - rest.TrimStart('"').Length), start + 3);
        if (rest.StartsWith("@\"") || rest.StartsWith("@$\"") || rest.StartsWith("$@\""))
            return AfterVerbatim(text, text.IndexOf('"', start) + 1);
        return rest[0] is '"' or '\'' ? AfterQuoted(text, start) : start;
    }

    private static int AfterVerbatim(string text, int position)
    {
        for (var i = position; i < text.Length; i++)
        {
            if (text[i] != '"')
                continue;
            if (i + 1 >= text.Length || text[i + 1] != '"')
                return i + 1;
            i++;
        }
        return text.Length;
    }

    private static int AfterQuoted(string text, int start)
    {
        for (var i = start + 1; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == text[start])
                return i + 1;
        }
        // Not closed on its line: an apostrophe in disabled text, or code in the middle of typing.
        return start + 1;
    }

    private static int EndOfLine(string text, int start) => text.IndexOf('\n', start) is >= 0 and var end ? end : text.Length;

    private static int After(string text, string end, int start) =>
        start <= text.Length && text.IndexOf(end, start, StringComparison.Ordinal) is >= 0 and var found ? found + end.Length : text.Length;

    private static int Levels(SyntaxNode root, CancellationToken cancellationToken)
    {
        var open = new Stack<(SyntaxNode Node, int Level)>([(root, 1)]);
        var deepest = 0;
        while (open.TryPop(out var current))
        {
            cancellationToken.ThrowIfCancellationRequested();
            deepest = Math.Max(deepest, current.Level);
            foreach (var child in current.Node.ChildNodes())
                open.Push((child, current.Level + 1));
        }
        return deepest;
    }
}
