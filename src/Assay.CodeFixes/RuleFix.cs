using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Assay.CodeFixes;

/// <summary>
/// The base of every fix. A fix is a pure function from a <see cref="FixSite"/> to a <see cref="Fix"/>, or to null when none
/// is offered there; the base makes it a code action, cleans up what it wrote, and gives it Fix All.
/// </summary>
public abstract class RuleFix : CodeFixProvider
{
    private protected RuleFix(DiagnosticDescriptor rule) => FixableDiagnosticIds = [rule.Id];

    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    public sealed override FixAllProvider GetFixAllProvider() => new FixAllInTurn(this);

    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var diagnostic = context.Diagnostics[0];
        var (document, finding) = await TrackedFinding.TrackAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false);
        if (await ApplyAsync(document.Project.Solution, finding, context.CancellationToken).ConfigureAwait(false) is not { } fix)
            return;
        context.RegisterCodeFix(
            CodeAction.Create(fix.Title, _ => Task.FromResult(fix.Changed), equivalenceKey: diagnostic.Id),
            context.Diagnostics);
    }

    /// <summary>
    /// The title of the fix for a finding of an unchanged document; null when none is offered. Tracks and cleans up nothing,
    /// so that a report can afford to ask for every finding.
    /// </summary>
    public async Task<string?> TitleAsync(Document document, Diagnostic finding, CancellationToken cancellationToken)
    {
        if (await FixSite.AtAsync(document, finding, cancellationToken).ConfigureAwait(false) is not { } site)
            return null;
        return (await ProposeAsync(site, cancellationToken).ConfigureAwait(false))?.Title;
    }

    /// <summary>The fix for the finding at <paramref name="site"/>, or null when a person would have to decide.</summary>
    private protected abstract Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken);

    /// <summary>Applies the fix to a finding that was tracked in <paramref name="solution"/>; null when none is offered.</summary>
    internal async Task<Fix?> ApplyAsync(Solution solution, TrackedFinding finding, CancellationToken cancellationToken)
    {
        if (await finding.LocateAsync(solution, cancellationToken).ConfigureAwait(false) is not { } site)
            return null;
        if (await ProposeAsync(site, cancellationToken).ConfigureAwait(false) is not { } fix)
            return null;
        return fix with { Changed = await CleanUp.ChangedDocumentsAsync(site.Solution, fix.Changed, cancellationToken).ConfigureAwait(false) };
    }
}
