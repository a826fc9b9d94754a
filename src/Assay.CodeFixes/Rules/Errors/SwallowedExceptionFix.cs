using System.Composition;
using Assay.Analyzers.Rules.Errors;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Catches;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.CodeFixes.Rules.Errors;

/// <summary>
/// Narrows a catch-all to what the calls in its try are documented to throw, when all of them are known; else lets the failure
/// out with <c>throw;</c> at the handler's end.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SwallowedExceptionFix)), Shared]
public sealed class SwallowedExceptionFix() : RuleFix(SwallowedException.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (CatchSyntax.ClauseOf(site) is not { Parent: TryStatementSyntax attempt } clause)
            return null;
        if (site.Model.GetOperation(clause, cancellationToken) is not ICatchClauseOperation operation)
            return null;
        var changed = new SyntaxAnnotation();
        foreach (var (title, root) in Candidates(site, attempt, clause, operation, changed))
        {
            // What makes code unreachable or breaks a rule of the language is nothing a person would write.
            if (await IsCleanAsync(site, root, changed, cancellationToken).ConfigureAwait(false))
                return site.Rewrite(title, root);
        }
        return null;
    }

    private static IEnumerable<(string Title, SyntaxNode Root)> Candidates(
        FixSite site,
        TryStatementSyntax attempt,
        CatchClauseSyntax clause,
        ICatchClauseOperation operation,
        SyntaxAnnotation changed)
    {
        if (ThrownBy(operation, site.Model) is { Count: > 0 } thrown && Narrowed(clause, thrown, site.Model) is { } narrow)
            yield return ("Catch only what the calls in the 'try' throw", site.Root.ReplaceNode(clause, narrow.WithAdditionalAnnotations(changed)));
        // Where paths part, a person has to say which of them may stay silent.
        if (site.Properties.ContainsKey(SwallowedException.BestEffort) || !IsStraight(clause.Block))
            yield break;
        var rethrowing = clause.WithBlock(Rethrowing(clause.Block)).WithAdditionalAnnotations(changed);
        yield return ("Rethrow with 'throw;'", site.Root.ReplaceNode(clause, rethrowing));
        // The `return null;` behind the try was the handler's answer: nothing else leads there.
        if (OnlyStatementBehind(attempt) is { } answer)
        {
            var both = site.Root.TrackNodes(clause, answer);
            both = both.ReplaceNode(both.GetCurrentNode(clause)!, rethrowing);
            var hasComment = answer.GetLeadingTrivia().Concat(answer.GetTrailingTrivia()).Any(t => !t.IsKind(SyntaxKind.WhitespaceTrivia) && !t.IsKind(SyntaxKind.EndOfLineTrivia));
            var trivia = hasComment ? SyntaxRemoveOptions.KeepExteriorTrivia : SyntaxRemoveOptions.KeepNoTrivia;
            yield return ("Rethrow with 'throw;'", both.RemoveNode(both.GetCurrentNode(answer)!, trivia)!);
        }
    }

    // The types that a clause can name, less those that an earlier clause takes and those that another of them includes.
    private static List<string>? ThrownBy(ICatchClauseOperation operation, SemanticModel model)
    {
        if (operation.Parent is not ITryOperation attempt || KnownThrows.In(attempt.Body) is not { } thrown)
            return null;
        var types = thrown.Select(model.Compilation.GetTypeByMetadataName).ToList();
        if (types.Contains(null))
            return null;
        var earlier = attempt.Catches.TakeWhile(c => c != operation).Where(c => c.Filter is null).Select(c => c.ExceptionType as INamedTypeSymbol).ToList();
        bool IsTaken(INamedTypeSymbol? type) => earlier.Any(type.IsOrInherits) || types.Any(t => !t.Is(type) && type.IsOrInherits(t));
        return [.. thrown.Where((_, i) => !IsTaken(types[i]))];
    }

    private static CatchClauseSyntax? Narrowed(CatchClauseSyntax clause, List<string> thrown, SemanticModel model)
    {
        var hasName = clause.Declaration is { Identifier.ValueText.Length: > 0 };
        if (thrown.Count == 1)
        {
            var declaration = CatchSyntax.Declaration(CatchSyntax.TypeName(thrown[0], model, clause.SpanStart), hasName ? clause.Declaration!.Identifier.ValueText : null);
            return CatchSyntax.WithHeader(clause, declaration, filter: null);
        }
        var name = CatchSyntax.VariableOf(clause);
        var named = CatchSyntax.Named(clause, name, model);
        return CatchSyntax.WithHeader(named, named.Declaration, CatchSyntax.Filter(CatchSyntax.IsAnyOf(name, thrown, model, clause.SpanStart)));
    }

    private static BlockSyntax Rethrowing(BlockSyntax handler)
    {
        var rethrow = SyntaxFactory.ThrowStatement();
        if (handler.Statements.LastOrDefault() is ReturnStatementSyntax or ContinueStatementSyntax or BreakStatementSyntax)
            return handler.ReplaceNode(handler.Statements.Last(), rethrow.WithTriviaFrom(handler.Statements.Last()));
        return CatchSyntax.Inserted(handler, handler.Statements.Count, rethrow);
    }

    private static bool IsStraight(BlockSyntax handler) => handler.Statements.All(
        s => s is ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax or ContinueStatementSyntax or BreakStatementSyntax);

    private static StatementSyntax? OnlyStatementBehind(TryStatementSyntax attempt)
    {
        if (attempt.Parent is not BlockSyntax block)
            return null;
        var index = block.Statements.IndexOf(attempt);
        return index == block.Statements.Count - 2 && block.Statements[index + 1] is ReturnStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax
            ? block.Statements[index + 1]
            : null;
    }

    private static async Task<bool> IsCleanAsync(FixSite site, SyntaxNode root, SyntaxAnnotation mark, CancellationToken cancellationToken)
    {
        var document = site.Document.WithSyntaxRoot(root);
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var changed = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        if (model is null || changed?.GetAnnotatedNodes(mark).FirstOrDefault() is not CatchClauseSyntax clause)
            return false;
        if (CountComplaints(model, clause, cancellationToken) > CountComplaints(site.Model, CatchSyntax.ClauseOf(site)!, cancellationToken))
            return false;
        if (model.GetOperation(clause, cancellationToken) is not ICatchClauseOperation operation || model.GetEnclosingSymbol(clause.SpanStart, cancellationToken) is not { } containing)
            return false;
        return CatchFacts.OfCatchAll(operation, containing, KnownTypes.Of(model.Compilation)) is not { } facts
            || Swallowing.Of(facts, logIsTrace: true).Silence == Silence.None;
    }

    // Errors, and the warning about unreachable code.
    private static int CountComplaints(SemanticModel model, SyntaxNode clause, CancellationToken cancellationToken)
    {
        var member = clause.FirstAncestorOrSelf<MemberDeclarationSyntax>(m => m is not GlobalStatementSyntax);
        var complaints = model.GetDiagnostics(member?.Span, cancellationToken);
        return complaints.Count(d => d.Severity == DiagnosticSeverity.Error || d.Id == "CS0162");
    }
}
