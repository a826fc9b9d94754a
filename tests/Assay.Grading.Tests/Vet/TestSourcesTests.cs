using Assay.Grading.Intake;
using Assay.Grading.Vet;

namespace Assay.Grading.Tests.Vet;

/// <summary>What of a submission is a test of the candidate's own.</summary>
public sealed class TestSourcesTests
{
    [Theory]
    [InlineData("using Xunit;\npublic class T;")]
    [InlineData("global using Xunit.Abstractions;")]
    [InlineData("using static NUnit.Framework.Assert;")]
    [InlineData("using Microsoft.VisualStudio.TestTools.UnitTesting;")]
    [InlineData("namespace T;\npublic class T\n{\n    [Fact]\n    public void It_works() { }\n}")]
    [InlineData("public class T { [Theory, InlineData(1)] public void It_works(int one) { } }")]
    [InlineData("[TestFixture] public class T;")]
    public void A_file_that_needs_a_test_framework_is_passed_over(string text) => Assert.Equal(["Limiter.cs"], Compiled(("Limiter.cs", "class Limiter;"), ("tests/T.cs", text)));

    [Theory]
    [InlineData("// using Xunit; and [Fact] are for the tests.\nclass T;")]
    [InlineData("class T { string Text = \"using Xunit; [Fact]\"; }")]
    [InlineData("using Xunitary;\nclass T;")]
    [InlineData("class T { int M(int[] a, int Test) => a[Test]; }")]
    [InlineData("[Fact] class T;\nclass FactAttribute : System.Attribute;")]
    [InlineData("using Xunit;\nnamespace Xunit { class T; }")]
    public void A_file_that_only_reads_like_one_is_compiled(string text) => Assert.Equal(["Limiter.cs", "tests/T.cs"], Compiled(("Limiter.cs", "class Limiter;"), ("tests/T.cs", text)));

    [Fact]
    public void What_is_passed_over_is_said()
    {
        var submission = new Submission("one", [new FileRecord("T.cs", "using Xunit;")]);

        Assert.Equal("T.cs was passed over: it is a test, and the test framework it uses is not there", Assert.Single(SourceVetting.Remarks(submission)));
    }

    private static IEnumerable<string> Compiled(params (string Path, string Text)[] files) =>
        TestSources.Without(new Submission("one", [.. files.Select(file => new FileRecord(file.Path, file.Text))])).Select(file => file.Path);
}
