using Assay.Grading.Intake;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Grading.Vet;

/// <summary>
/// The candidate's own tests, handed in beside the solution: they need a test framework, which is not there, and must not keep the solution from being compiled.
/// What is passed over is not run either, so nothing can be won by it.
/// </summary>
public static class TestSources
{
    private static readonly string[] Frameworks = ["Xunit", "NUnit", "Microsoft.VisualStudio.TestTools.UnitTesting"];
    private static readonly string[] Attributes = ["Fact", "Theory", "Test", "TestCase", "TestFixture", "TestMethod", "DataTestMethod", "TestClass"];

    /// <summary>The files of a submission that are compiled.</summary>
    public static IReadOnlyList<FileRecord> Without(Submission submission)
    {
        var tests = In(submission);
        return tests.Count == 0 ? submission.Files : [.. submission.Files.Except(tests)];
    }

    /// <summary>The files that use a test framework, or an attribute of one, that the submission does not bring itself.</summary>
    public static IReadOnlyList<FileRecord> In(Submission submission)
    {
        FileRecord[] likely = [.. submission.Files.Where(file => Frameworks.Concat(Attributes).Any(word => file.Text.Contains(word, StringComparison.Ordinal)))];
        if (likely.Length == 0)
            return [];
        // A word that the submission declares, as namespace or as type, is its own.
        var own = likely.SelectMany(file => Declared(Words(file))).ToHashSet(StringComparer.Ordinal);
        var foreign = Frameworks.Select(framework => framework.Split('.')).Where(parts => !own.Contains(parts[0])).ToArray();
        string[] attributes = [.. Attributes.Where(attribute => !own.Contains(attribute) && !own.Contains(attribute + "Attribute"))];
        return [.. likely.Where(file => IsTest(Words(file), foreign, attributes))];
    }

    private static bool IsTest(List<string> words, string[][] frameworks, string[] attributes)
    {
        for (var i = 0; i + 1 < words.Count; i++)
        {
            if (words[i] == "using" && frameworks.Any(parts => StartsWith(words, words[i + 1] == "static" ? i + 2 : i + 1, parts)))
                return true;
            if (words[i] == "[" && attributes.Contains(words[i + 1]) && i + 2 < words.Count && words[i + 2] is "]" or "(" or "," && (i == 0 || words[i - 1] is "{" or "}" or "]" or ";"))
                return true;
        }

        return false;
    }

    private static bool StartsWith(List<string> words, int at, string[] parts)
    {
        for (var i = 0; i < parts.Length; i++)
        {
            if (at + (2 * i) + 1 >= words.Count || words[at + (2 * i)] != parts[i])
                return false;
        }

        return true;
    }

    private static IEnumerable<string> Declared(List<string> words) =>
        words.Zip(words.Skip(1)).Where(pair => pair.First is "namespace" or "class" or "record").Select(pair => pair.Second);

    // Token by token: no depth of the text can cost more than its length.
    private static List<string> Words(FileRecord file) =>
        [.. SyntaxFactory.ParseTokens(file.Text).Where(token => !token.IsKind(SyntaxKind.EndOfFileToken)).Select(token => token.ValueText)];
}
