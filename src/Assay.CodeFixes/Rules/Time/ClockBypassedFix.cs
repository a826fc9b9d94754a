using System.Composition;
using Assay.Analyzers.Rules.Time;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Time;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.CodeFixes.Rules.Time;

/// <summary>Passes the TimeProvider in scope to the delay, the timer or the token source.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ClockBypassedFix)), Shared]
public sealed class ClockBypassedFix() : RuleFix(ClockBypassed.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        var types = KnownTypes.Of(site.Model.Compilation);
        if (site.Node is not ExpressionSyntax place || site.Model.GetOperation(place, cancellationToken) is not { } operation)
            return null;
        if (new ClockedWaits(types).WaitAt(operation, cancellationToken) is not { } wait)
            return null;
        if (ClockScope.At(types, site.Model, place, cancellationToken) is not { IsTimeProvider: true } clock
            || ClockSyntax.Name(clock, site.Model, place, cancellationToken) is not { } name)
        {
            return null;
        }
        var root = wait.Kind switch
        {
            WaitKind.Timer => WithTimer(site, place, operation, name),
            WaitKind.CancelAfter => WithSource(site, place, wait, name),
            _ => WithOverload(site, place, operation, name),
        };
        if (root is null)
            return null;
        var fix = site.Rewrite(wait.Kind == WaitKind.Timer ? $"Create the timer with '{clock.Symbol.Name}'" : $"Pass '{clock.Symbol.Name}'", root);
        // A variable typed Timer cannot hold an ITimer; a source may be created where the clock cannot be named.
        return await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }

    private static SyntaxNode? WithOverload(FixSite site, ExpressionSyntax place, IOperation operation, ExpressionSyntax clock)
    {
        if (ArgumentList(place) is not { Arguments: { Count: > 0 } arguments } list || arguments.Any(a => a.NameColon is not null))
            return null;
        var duration = Durations.AsTimeSpan(arguments[0].Expression, site.Model);
        var changed = arguments.Replace(arguments[0], arguments[0].WithExpression(duration));
        changed = ConstructorSyntax.Insert(changed, 1, SyntaxFactory.Argument(clock));
        return site.Root.ReplaceNode(list, list.WithArguments(changed));
    }

    private static SyntaxNode? WithTimer(FixSite site, ExpressionSyntax place, IOperation operation, ExpressionSyntax clock)
    {
        // `new Timer(callback)` hands itself to the callback, and named arguments have other names on CreateTimer.
        if (ArgumentList(place) is not { Arguments: { Count: 4 } arguments } list || arguments.Any(a => a.NameColon is not null))
            return null;
        var due = arguments[2].WithExpression(Durations.AsTimeSpan(arguments[2].Expression, site.Model));
        var period = arguments[3].WithExpression(Durations.AsTimeSpan(arguments[3].Expression, site.Model));
        var changed = arguments.Replace(arguments[2], due);
        changed = changed.Replace(changed[3], period);
        var call = SyntaxFactory.InvocationExpression(ClockSyntax.Member(clock, "CreateTimer"), list.WithArguments(changed));
        return site.Root.ReplaceNode(place, call.WithTriviaFrom(place));
    }

    // The delay of CancelAfter runs on the clock its source was created with.
    private static SyntaxNode? WithSource(FixSite site, ExpressionSyntax place, ClockedWait wait, ExpressionSyntax clock)
    {
        if (wait.Creation?.Syntax is not BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: var arguments } creation)
            return null;
        if (arguments.Count > 0)
            return WithOverload(site, creation, wait.Creation, clock);
        var list = creation.ArgumentList!;
        if (place.Parent is ExpressionStatementSyntax statement && IsNextStatement(creation, statement) && ArgumentList(place) is { Arguments: { Count: 1 } delay })
        {
            var duration = Durations.AsTimeSpan(delay[0].Expression, site.Model);
            var root = site.Root.TrackNodes(list, statement);
            root = root.ReplaceNode(root.GetCurrentNode(list)!, With(list, duration, clock));
            return root.RemoveNode(root.GetCurrentNode(statement)!, SyntaxRemoveOptions.KeepNoTrivia);
        }
        return site.Root.ReplaceNode(list, With(list, ClockSyntax.Imported("global::System.Threading.Timeout.InfiniteTimeSpan"), clock));
    }

    private static ArgumentListSyntax With(ArgumentListSyntax list, ExpressionSyntax duration, ExpressionSyntax clock) =>
        list.WithArguments(ConstructorSyntax.Insert(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(duration.WithoutTrivia())), 1, SyntaxFactory.Argument(clock)));

    private static bool IsNextStatement(SyntaxNode creation, StatementSyntax statement)
    {
        if (creation.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { Declaration.Variables.Count: 1, Parent: BlockSyntax block } declaration)
            return false;
        // A comment on the statement would be lost with it.
        return statement.Parent == block && block.Statements.IndexOf(statement) == block.Statements.IndexOf(declaration) + 1
            && statement.GetLeadingTrivia().Concat(statement.GetTrailingTrivia()).All(t => t.Kind() is SyntaxKind.WhitespaceTrivia or SyntaxKind.EndOfLineTrivia);
    }

    private static ArgumentListSyntax? ArgumentList(ExpressionSyntax place) => place switch
    {
        InvocationExpressionSyntax call => call.ArgumentList,
        BaseObjectCreationExpressionSyntax creation => creation.ArgumentList,
        _ => null,
    };
}
