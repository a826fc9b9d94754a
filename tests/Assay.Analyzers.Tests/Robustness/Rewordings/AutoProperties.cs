using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Private fields as private properties without bodies.</summary>
internal sealed class AutoProperties : Rewording
{
    public override IReadOnlyList<string> Matters =>
    [
        // What is known of a private field, all of whose uses are in sight, is not followed through a property.
        "ASSAY1001", "ASSAY1007", "ASSAY4001", "ASSAY4002", "ASSAY4003", "ASSAY4004", "ASSAY8006", "ASSAY5002",
        // Tables, prefixes and finally blocks that a readonly field proves harmless.
        "ASSAY7001", "ASSAY3007", "ASSAY2003", "ASSAY2017",
        // The object behind a property may come from anywhere.
        "ASSAY2011", "ASSAY2012", "ASSAY2013",
    ];

    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) => new Rewriter().Visit(root);

    private sealed class Rewriter : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitFieldDeclaration(FieldDeclarationSyntax node)
        {
            if (node.Parent is not ClassDeclarationSyntax || node.Declaration.Variables is not [var variable] || node.AttributeLists.Count > 0 || node.Modifiers.Any(IsNoProperty))
                return node;
            var isReadOnly = node.Modifiers.Any(SyntaxKind.ReadOnlyKeyword);
            var modifiers = string.Concat(node.Modifiers.Where(modifier => !modifier.IsKind(SyntaxKind.ReadOnlyKeyword)).Select(modifier => modifier.Text + " "));
            var initializer = variable.Initializer is null ? "" : $" {variable.Initializer};";
            return SyntaxFactory.ParseMemberDeclaration($"{modifiers}{node.Declaration.Type} {variable.Identifier} {{ get; {(isReadOnly ? "" : "set; ")}}}{initializer}")!.WithTriviaFrom(node);
        }

        private static bool IsNoProperty(SyntaxToken modifier) =>
            modifier.Kind() is SyntaxKind.VolatileKeyword or SyntaxKind.ConstKeyword or SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword or SyntaxKind.ProtectedKeyword or SyntaxKind.FixedKeyword;
    }
}
