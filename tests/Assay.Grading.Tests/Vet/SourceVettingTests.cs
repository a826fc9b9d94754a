using Assay.Grading.Intake;
using Assay.Grading.Report;
using Assay.Grading.Vet;

namespace Assay.Grading.Tests.Vet;

/// <summary>What would take the grader's own lexer or parser too deep is refused, whatever it is written in.</summary>
public sealed class SourceVettingTests
{
    [Theory]
    [InlineData("(", 300, "nests brackets more than 200 deep")]
    [InlineData("(", 9_000, "nests brackets more than 200 deep")]
    [InlineData("$@\"{(", 300, "brackets in one interpolated string")]
    [InlineData("$@\"{", 3000, "brackets in one interpolated string")]
    [InlineData("$@\"{", 9_000, "brackets in one interpolated string")]
    [InlineData("$@\"{[", 4_900, "brackets in one interpolated string")]
    [InlineData("$@\"{", 200_000, "more than 10000 brackets")]
    public void Depth_is_refused(string open, int times, string reason)
    {
        var file = new FileRecord("Deep.cs", $"class Deep {{ string Text => $\"\" + {string.Concat(Enumerable.Repeat(open + "\n", times))} 1; }}");

        Assert.Contains(reason, SourceVetting.Refusal(new Submission("deep", [file])), StringComparison.Ordinal);
        Assert.Contains("class", SourceMarkup.Of(file, []), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 + ", 50_000)]
    [InlineData("!", 50_000)]
    [InlineData("x => ", 20_000)]
    [InlineData("true ? 1 : ", 20_000)]
    [InlineData("await ", 50_000)]
    [InlineData("new A { B = ", 190)]
    [InlineData("- ", 50_000)]
    [InlineData("(int)", 50_000)]
    [InlineData("a switch { _ => ", 190)]
    [InlineData("from x in ", 20_000)]
    [InlineData("$\"\" + ", 50_000)]
    public void Depth_without_open_brackets_takes_nothing_down(string open, int times)
    {
        var file = new FileRecord("Long.cs", $"class Long {{ object Value => {string.Concat(Enumerable.Repeat(open + "\n", times))} 1; }}");

        _ = SourceVetting.Refusal(new Submission("long", [file]));
        Assert.Contains("class", SourceMarkup.Of(file, []), StringComparison.Ordinal);
    }

    [Fact]
    public void Ordinary_text_is_not_refused()
    {
        var rows = string.Concat(Enumerable.Range(0, 80).Select(row => $"  \"key{row}\": {{ \"value\": {{{{row}}}} }},\n"));
        var file = new FileRecord("Text.cs", $"class Text {{ string Json(int row) => $$\"\"\"\n{rows}\n\"\"\"; string Other => {string.Join(" + ", Enumerable.Repeat("$\"{1}\"", 900))}; }}");

        Assert.Null(SourceVetting.Refusal(new Submission("text", [file])));
    }
}
