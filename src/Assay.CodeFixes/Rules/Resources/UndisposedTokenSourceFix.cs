using System.Composition;
using Assay.Analyzers.Rules.Resources;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Assay.CodeFixes.Rules.Resources;

/// <summary>Disposes the source at the end of its scope, where the work with its token is over by then.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UndisposedTokenSourceFix)), Shared]
public sealed class UndisposedTokenSourceFix() : RuleFix(UndisposedTokenSource.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (!site.Properties.ContainsKey(UndisposedTokenSource.CanBeUsing) || ((CSharpParseOptions)site.Root.SyntaxTree.Options).LanguageVersion < LanguageVersion.CSharp8)
            return null;
        var fix = site.Node.Parent switch
        {
            EqualsValueClauseSyntax { Parent.Parent.Parent: LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1, Parent: BlockSyntax or GlobalStatementSyntax } declared } => OfLocal(site, declared),
            MemberAccessExpressionSyntax access => OfToken(site, access),
            _ => null,
        };
        // A local that is assigned again cannot be a using.
        return fix is not null && await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }

    private static Fix OfLocal(FixSite site, LocalDeclarationStatementSyntax declared)
    {
        var keyword = SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithLeadingTrivia(declared.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.Space);
        return site.Replace("Dispose the source with 'using'", declared, declared.WithLeadingTrivia().WithUsingKeyword(keyword));
    }

    // `new CancellationTokenSource(1000).Token` in the middle of a call gets a name before the statement.
    private static Fix? OfToken(FixSite site, MemberAccessExpressionSyntax token)
    {
        var place = token.FirstAncestorOrSelf<SyntaxNode>(n => n is StatementSyntax or AnonymousFunctionExpressionSyntax);
        if (place is not (ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax) || place is not StatementSyntax { Parent: BlockSyntax block } statement)
            return null;
        var name = Names.Unused(token, site.Node is InvocationExpressionSyntax ? "linked" : "timeout", "source");
        var declared = SyntaxFactory.ParseStatement($"using var {name} = {site.Node.WithoutTrivia().ToFullString()};")
            .WithLeadingTrivia(statement.GetLeadingTrivia()).WithTrailingTrivia(statement.LineEnd()).WithAdditionalAnnotations(Formatter.Annotation);
        var used = statement.ReplaceNode(token.Expression, SyntaxFactory.IdentifierName(name).WithTriviaFrom(token.Expression)).WithLeadingTrivia().WithAdditionalAnnotations(Formatter.Annotation);
        var index = block.Statements.IndexOf(statement);
        return site.Replace("Dispose the source with 'using'", block, block.WithStatements(block.Statements.RemoveAt(index).InsertRange(index, [declared, used])));
    }
}
