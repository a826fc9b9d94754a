using System.Composition;
using Assay.Analyzers.Rules.Errors;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rules.Errors;

/// <summary>Turns <c>throw ex;</c> into <c>throw;</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(StackTraceLostFix)), Shared]
public sealed class StackTraceLostFix() : RuleFix(StackTraceLost.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not ThrowStatementSyntax { Expression: { } expression } rethrow)
            return Task.FromResult<Fix?>(null);
        // The blank before the expression goes; comments around it stay.
        var around = rethrow.ThrowKeyword.TrailingTrivia.AddRange(expression.GetLeadingTrivia()).AddRange(expression.GetTrailingTrivia());
        var keyword = rethrow.ThrowKeyword.WithTrailingTrivia(around.All(t => t.IsKind(SyntaxKind.WhitespaceTrivia)) ? default : around);
        var bare = rethrow.WithExpression(null).WithThrowKeyword(keyword);
        return Task.FromResult<Fix?>(site.Replace("Rethrow with 'throw;'", rethrow, bare));
    }
}
