using System.Composition;
using Assay.Analyzers.Rules.Api;
using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rules.Api;

/// <summary>Writes a guard clause at the top of the method; an endpoint has its own way to refuse.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UncheckedQuantityFix)), Shared]
public sealed class UncheckedQuantityFix() : RuleFix(UncheckedQuantity.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Related.IsEmpty || site.Related[0].FirstAncestorOrSelf<ParameterSyntax>() is not { Parent.Parent: MethodDeclarationSyntax { Body: { } body } method } parameter)
            return null;
        if (site.Model.GetDeclaredSymbol(method, cancellationToken) is not { } symbol || symbol.ContainingType.IsOrInherits(site.Model.Compilation.GetTypeByMetadataName("Microsoft.AspNetCore.Mvc.ControllerBase")))
            return null;
        var name = parameter.Identifier.Text;
        // An earlier fix may have guarded it for another use.
        if (body.Statements.Any(s => s.ToString().StartsWith("ArgumentOutOfRangeException.ThrowIf", StringComparison.Ordinal) && s.ToString().Contains($"({name})")))
            return null;
        var guard = Guard(site.Model.Compilation, name).WithTrailingTrivia(LineEnd(body)).WithAdditionalAnnotations(Formatter.Annotation, Simplifier.Annotation);
        return site.Replace($"Refuse a '{name}' that is not positive", body, body.WithStatements(body.Statements.Insert(0, guard)));
    }

    private static StatementSyntax Guard(Compilation compilation, string name)
    {
        var exception = compilation.GetTypeByMetadataName("System.ArgumentOutOfRangeException");
        var text = exception is not null && exception.GetMembers("ThrowIfNegativeOrZero").Length > 0
            ? $"global::System.ArgumentOutOfRangeException.ThrowIfNegativeOrZero({name});"
            : $"if ({name} <= 0)\n    throw new global::System.ArgumentOutOfRangeException(nameof({name}));";
        var statement = SyntaxFactory.ParseStatement(text);
        return statement.ReplaceNodes(
            statement.DescendantNodes().OfType<NameSyntax>().Where(n => n.ToString() == "global::System.ArgumentOutOfRangeException"),
            (_, now) => now.WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation));
    }

    private static SyntaxTriviaList LineEnd(BlockSyntax body) =>
        body.OpenBraceToken.TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia) ? [body.OpenBraceToken.TrailingTrivia.First(t => t.IsKind(SyntaxKind.EndOfLineTrivia))] : [SyntaxFactory.LineFeed];
}
