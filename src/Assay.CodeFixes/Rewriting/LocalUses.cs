using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>A local, the statement that declares it alone, and all places that name it.</summary>
internal sealed record LocalUses(ILocalSymbol Local, LocalDeclarationStatementSyntax Declaration, IReadOnlyList<IdentifierNameSyntax> Names)
{
    public VariableDeclaratorSyntax Variable => Declaration.Declaration.Variables[0];

    /// <summary>The uses of the local that the expression names; null for anything but a local with a declaration of its own.</summary>
    public static LocalUses? Of(ExpressionSyntax name, SemanticModel model, CancellationToken cancellationToken)
    {
        if (model.GetSymbolInfo(name, cancellationToken).Symbol is not ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } references } local)
            return null;
        if (references[0].GetSyntax(cancellationToken) is not VariableDeclaratorSyntax { Initializer: not null, Parent.Parent: LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1, Parent: { } scope } declaration })
            return null;
        var names = scope.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(n => n.Identifier.ValueText == local.Name && model.GetSymbolInfo(n, cancellationToken).Symbol.Is(local)).ToList();
        return new LocalUses(local, declaration, names);
    }
}
