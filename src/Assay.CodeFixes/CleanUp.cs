using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Options;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes;

/// <summary>
/// Makes what a fix wrote look as if a person had: adds the imports, shortens the names and formats the nodes that the fix
/// annotated, with the line ends the file already has.
/// </summary>
internal static class CleanUp
{
    public static async Task<Solution> ChangedDocumentsAsync(Solution before, Solution after, CancellationToken cancellationToken)
    {
        var result = after;
        foreach (var project in after.GetChanges(before).GetProjectChanges())
        {
            foreach (var id in project.GetChangedDocuments().Concat(project.GetAddedDocuments()))
            {
                if (result.GetDocument(id) is { } document)
                    result = (await CleanAsync(document, cancellationToken).ConfigureAwait(false)).Project.Solution;
            }
        }
        return result;
    }

    private static async Task<Document> CleanAsync(Document document, CancellationToken cancellationToken)
    {
        var options = await OptionsAsync(document, cancellationToken).ConfigureAwait(false);
        var imported = await ImportAsync(document, options, cancellationToken).ConfigureAwait(false);
        var simplified = await Simplifier.ReduceAsync(imported, Simplifier.Annotation, options, cancellationToken).ConfigureAwait(false);
        var begun = await WithFirstLinesOfAsync(document, simplified, cancellationToken).ConfigureAwait(false);
        return await Formatter.FormatAsync(begun, Formatter.Annotation, options, cancellationToken).ConfigureAwait(false);
    }

    // Where a global using serves, older versions take the import away that they added, and leave its blank line.
    private static async Task<Document> WithFirstLinesOfAsync(Document original, Document document, CancellationToken cancellationToken)
    {
        var before = await original.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var after = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        if (before is not CompilationUnitSyntax first || after is not CompilationUnitSyntax second || first.Usings.Count != second.Usings.Count)
            return document;
        return first.GetLeadingTrivia().ToFullString() == second.GetLeadingTrivia().ToFullString()
            ? document
            : document.WithSyntaxRoot(second.WithLeadingTrivia(first.GetLeadingTrivia()));
    }

    // Asked without need, the adder would walk the whole file for every fix.
    private static async Task<Document> ImportAsync(Document document, OptionSet options, CancellationToken cancellationToken)
    {
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        if (root is null || !root.GetAnnotatedNodes(Simplifier.AddImportsAnnotation).Any())
            return document;
        return await ImportAdder.AddImportsAsync(document, Simplifier.AddImportsAnnotation, options, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<OptionSet> OptionsAsync(Document document, CancellationToken cancellationToken)
    {
        var options = await document.GetOptionsAsync(cancellationToken).ConfigureAwait(false);
        var text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        if (text.Lines.Count < 2)
            return options;
        var first = text.Lines[0];
        var lineEnd = text.ToString(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(first.End, first.EndIncludingLineBreak));
        return options.WithChangedOption(FormattingOptions.NewLine, document.Project.Language, lineEnd);
    }
}
