using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Assay.Cli.Output;

/// <summary>Shows the Markdown that rule pages use in a terminal: headings, prose, lists, tables and code.</summary>
internal sealed class MarkdownView(Paint paint, int width)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().Build();

    private readonly StringBuilder _text = new();

    public string Render(string markdown)
    {
        foreach (var block in Markdown.Parse(markdown, Pipeline))
            Render(block, indent: "");
        return _text.ToString().TrimEnd('\n') + "\n";
    }

    private void Render(Block block, string indent)
    {
        switch (block)
        {
            case HeadingBlock heading:
                Line(paint.Heading(Plain(heading.Inline)));
                break;
            case CodeBlock code:
                foreach (var line in code.Lines.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
                    Line(line.Length == 0 ? "" : $"{indent}    {paint.Code(line)}");
                break;
            case ParagraphBlock paragraph:
                Wrap(Spans(paragraph.Inline), indent, indent);
                break;
            case ListBlock list:
                foreach (var item in list.OfType<ListItemBlock>())
                    Item(item, list.IsOrdered ? $"{item.Order}. " : "• ", indent);
                break;
            case Table table:
                foreach (var row in table.OfType<TableRow>())
                    Line(indent + string.Join(" | ", row.OfType<TableCell>().Select(cell => string.Concat(cell.OfType<LeafBlock>().Select(leaf => Plain(leaf.Inline))))));
                break;
            case ContainerBlock container:
                foreach (var child in container)
                    Render(child, indent + "  ");
                return;
        }
        Line("");
    }

    private void Item(ListItemBlock item, string bullet, string indent)
    {
        foreach (var child in item)
        {
            if (child is ParagraphBlock paragraph)
                Wrap(Spans(paragraph.Inline), indent + bullet, indent + new string(' ', bullet.Length));
            else
                Render(child, indent + "  ");
        }
    }

    // Words keep their colour across line ends, so each carries its own.
    private void Wrap(IEnumerable<(string Text, bool Code, bool Strong)> spans, string first, string rest)
    {
        var line = new StringBuilder(first);
        var column = first.Length;
        var begun = false;
        foreach (var (text, code, strong) in Words(spans))
        {
            if (begun && text != " " && column + text.Length > width)
            {
                Line(line.ToString().TrimEnd());
                (line, column, begun) = (new StringBuilder(rest), rest.Length, false);
            }
            if (text == " " && !begun)
                continue;
            line.Append(code ? paint.Code(text) : strong ? paint.Bold(text) : text);
            (column, begun) = (column + text.Length, true);
        }
        Line(line.ToString().TrimEnd());
    }

    // Code is one word however long, and keeps to the punctuation beside it.
    private static IEnumerable<(string, bool, bool)> Words(IEnumerable<(string Text, bool Code, bool Strong)> spans)
    {
        foreach (var (text, code, strong) in spans)
        {
            if (code)
            {
                yield return (text, code, strong);
                continue;
            }
            var parts = text.Split(' ');
            for (var i = 0; i < parts.Length; i++)
            {
                if (i > 0)
                    yield return (" ", false, false);
                if (parts[i].Length > 0)
                    yield return (parts[i], false, strong);
            }
        }
    }

    private IEnumerable<(string Text, bool Code, bool Strong)> Spans(ContainerInline? inlines, bool strong = false)
    {
        foreach (var inline in inlines ?? Enumerable.Empty<Inline>())
        {
            switch (inline)
            {
                case CodeInline code:
                    // Without colours the marks say what is code.
                    yield return (paint.Colors ? code.Content : $"`{code.Content}`", true, strong);
                    break;
                case LiteralInline literal:
                    yield return (literal.Content.ToString(), false, strong);
                    break;
                case LineBreakInline:
                    yield return (" ", false, strong);
                    break;
                case AutolinkInline link:
                    yield return (link.Url, false, strong);
                    break;
                case ContainerInline container:
                    foreach (var span in Spans(container, strong || container is EmphasisInline))
                        yield return span;
                    break;
            }
        }
    }

    private string Plain(ContainerInline? inlines) => string.Concat(Spans(inlines).Select(span => span.Text));

    private void Line(string text) => _text.Append(text).Append('\n');
}
