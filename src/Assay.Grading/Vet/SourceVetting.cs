using Assay.Grading.Intake;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Grading.Vet;

/// <summary>Looks at a submission token by token, without recursion, before a compiler may: depth and size that no person writes are refused here.</summary>
public static class SourceVetting
{
    private const int MostNested = 200;
    private const int MostTokens = 400_000;

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

    private static string? Refusal(FileRecord file, ref int tokens)
    {
        var depth = 0;
        foreach (var token in SyntaxFactory.ParseTokens(file.Text))
        {
            if (++tokens > MostTokens)
                return $"more than {MostTokens} tokens";
            depth += Step(token.Kind());
            if (depth > MostNested)
                return $"{file.Path} nests brackets more than {MostNested} deep";
        }

        return null;
    }

    private static int Step(SyntaxKind kind) => kind switch
    {
        SyntaxKind.OpenParenToken or SyntaxKind.OpenBraceToken or SyntaxKind.OpenBracketToken => 1,
        SyntaxKind.CloseParenToken or SyntaxKind.CloseBraceToken or SyntaxKind.CloseBracketToken => -1,
        _ => 0,
    };
}
