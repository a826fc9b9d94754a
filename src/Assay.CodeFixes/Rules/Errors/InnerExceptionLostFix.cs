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

/// <summary>Passes the caught exception to the new one, naming it where the catch did not.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(InnerExceptionLostFix)), Shared]
public sealed class InnerExceptionLostFix() : RuleFix(InnerExceptionLost.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not BaseObjectCreationExpressionSyntax creation || CatchSyntax.ClauseOf(site) is not { } clause)
            return null;
        if (site.Model.GetOperation(creation, cancellationToken) is not IObjectCreationOperation operation || site.Model.GetEnclosingSymbol(creation.SpanStart, cancellationToken) is not { } containing)
            return null;
        if (InnerExceptions.SlotOf(operation, containing.Member(), KnownTypes.Of(site.Model.Compilation)) is not { } slot)
            return null;
        var name = CatchSyntax.VariableOf(clause);
        if (WithArgument(creation.ArgumentList ?? SyntaxFactory.ArgumentList(), slot, name) is not { } list)
            return null;
        // `new X { … }` without parentheses gets them behind its type.
        var extended = creation is ObjectCreationExpressionSyntax { ArgumentList: null } bare
            ? bare.WithType(bare.Type.WithoutTrailingTrivia()).WithArgumentList(list.WithTrailingTrivia(bare.Type.GetTrailingTrivia()))
            : creation.WithArgumentList(list);
        var named = CatchSyntax.Named(clause, name, site.Model).WithBlock(clause.Block.ReplaceNode(creation, extended));
        return site.Replace("Pass the caught exception as the inner one", clause, named);
    }

    private static ArgumentListSyntax? WithArgument(ArgumentListSyntax list, IParameterSymbol slot, string name)
    {
        var arguments = list.Arguments;
        var position = slot.Ordinal;
        var isNamed = position > arguments.Count || arguments.Any(a => a.NameColon is not null);
        var argument = SyntaxFactory.Argument(
            isNamed ? SyntaxFactory.NameColon(SyntaxFactory.IdentifierName(slot.Name)).WithTrailingTrivia(SyntaxFactory.Space) : null,
            default,
            SyntaxFactory.IdentifierName(name));
        if (isNamed || position == arguments.Count)
            position = arguments.Count;
        var comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
        var items = arguments.ToList();
        var commas = arguments.GetSeparators().ToList();
        items.Insert(position, argument);
        if (items.Count > 1)
            commas.Insert(Math.Min(position, commas.Count), comma);
        // What stood behind the last argument stands behind the new last one.
        if (position == items.Count - 1 && position > 0)
        {
            items[position] = items[position].WithTrailingTrivia(items[position - 1].GetTrailingTrivia());
            items[position - 1] = items[position - 1].WithoutTrailingTrivia();
        }
        return list.WithArguments(SyntaxFactory.SeparatedList(items, commas));
    }
}
