using Assay.Grading.Intake;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Grading.Vet;

/// <summary>Looks at a submission token by token before a compiler may: depth and size that no person writes are refused here.</summary>
public static class SourceVetting
{
    private const int MostNested = 200;
    private const int MostTokens = 400_000;

    // The lexer calls itself for each bracket in the hole of an interpolated string, and nothing stops it: so many fit on any thread's stack.
    private const int FewBrackets = 250;
    private const int StackOfBracket = 4 << 10;

    // Its time grows with the square of them: so many, where there are interpolated strings, take it a few seconds at the worst.
    private const int MostBrackets = 10_000;

    // Characters that make text read otherwise than it is compiled.
    private static readonly char[] Reordering = ['\u202A', '\u202B', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068'];

    /// <summary>Looks at every file.</summary>
    /// <returns>Why the compiler must not see it; null when it may.</returns>
    public static string? Refusal(Submission submission)
    {
        var tokens = 0;
        foreach (var file in submission.Files)
        {
            if (Refusal(file, ref tokens) is { } reason)
                return reason;
        }

        return null;
    }

    /// <summary>What a reader of the sources should know.</summary>
    public static IReadOnlyList<string> Remarks(Submission submission) =>
    [
        .. submission.Files.Where(file => file.Text.IndexOfAny(Reordering) >= 0)
            .Select(file => $"{file.Path} has characters that reorder text on screen: it may not read as it is compiled"),
        .. TestSources.In(submission).Select(file => $"{file.Path} was passed over: it is a test, and the test framework it uses is not there"),
    ];

    /// <summary>Whether a file can be read token by token on any thread, be it refused or not.</summary>
    internal static bool IsLexedAnywhere(FileRecord file) => !file.Text.Contains('$', StringComparison.Ordinal) || Brackets(file.Text) <= FewBrackets;

    private static string? Refusal(FileRecord file, ref int tokens)
    {
        if (IsLexedAnywhere(file))
            return Walk(file, ref tokens);
        var brackets = Brackets(file.Text);
        if (brackets > MostBrackets)
            return $"{file.Path} has more than {MostBrackets} brackets";
        var (reason, count) = (default(string), tokens);
        var walk = new Thread(() => reason = Walk(file, ref count), (1 << 20) + (brackets * StackOfBracket));
        walk.Start();
        walk.Join();
        tokens = count;
        return reason;
    }

    private static string? Walk(FileRecord file, ref int tokens)
    {
        var depth = 0;
        foreach (var token in SyntaxFactory.ParseTokens(file.Text))
        {
            if (++tokens > MostTokens)
                return $"more than {MostTokens} tokens";
            depth += Step(token.Kind());
            if (depth > MostNested)
                return $"{file.Path} nests brackets more than {MostNested} deep";
            // One token, for which whoever parses it needs the same stack.
            if (token.IsKind(SyntaxKind.InterpolatedStringToken) && Brackets(token.Text) > FewBrackets)
                return $"{file.Path} has more than {FewBrackets} brackets in one interpolated string";
        }

        return null;
    }

    private static int Brackets(string text) => text.AsSpan().Count('(') + text.AsSpan().Count('{') + text.AsSpan().Count('[');

    private static int Step(SyntaxKind kind) => kind switch
    {
        SyntaxKind.OpenParenToken or SyntaxKind.OpenBraceToken or SyntaxKind.OpenBracketToken => 1,
        SyntaxKind.CloseParenToken or SyntaxKind.CloseBraceToken or SyntaxKind.CloseBracketToken => -1,
        _ => 0,
    };
}
