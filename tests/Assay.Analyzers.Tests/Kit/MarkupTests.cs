using Assay.TestKit;

namespace Assay.Analyzers.Tests.Kit;

public sealed class MarkupTests
{
    [Theory]
    [InlineData("a [|b|] c", "a b c")]
    [InlineData("{|ASSAY1001:x {|#0:y|} z|}", "x y z")]
    [InlineData("[||]empty", "empty")]
    [InlineData("if (x is { Length: > 0 }) { }", "if (x is { Length: > 0 }) { }")]
    [InlineData("a || b; x |= y; int[] z = [1, 2];", "a || b; x |= y; int[] z = [1, 2];")]
    public void Marks_are_stripped_and_code_that_looks_alike_stays(string source, string text) =>
        Assert.Equal(text, Markup.Parse(source, "R").Text);

    [Theory]
    [InlineData("a [|b|] c")]
    [InlineData("[|a {|#0:b|}|] {|OTHER:c|}")]
    [InlineData("[|a|][|b|]")]
    [InlineData("x[||]y")]
    public void Rendering_writes_the_marks_back(string source) =>
        Assert.Equal(source, Markup.Parse(source, "R").Render("R"));

    [Fact]
    public void A_mark_left_open_is_an_error() =>
        Assert.Throws<TestFailure>(() => Markup.Parse("a [|b", "R"));
}
