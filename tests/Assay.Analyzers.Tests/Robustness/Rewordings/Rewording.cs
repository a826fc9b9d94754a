using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Another way to write the same code: what the rules say of it may not change.</summary>
internal abstract class Rewording
{
    /// <summary>All rewordings: the classes beside this one.</summary>
    public static IReadOnlyList<Rewording> All { get; } =
    [
        .. typeof(Rewording).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Rewording)) && !type.IsAbstract)
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (Rewording)Activator.CreateInstance(type)!),
    ];

    public string Name => GetType().Name;

    /// <summary>Rules that the wording is part of, each for the reason that stands beside it.</summary>
    public virtual IReadOnlyList<string> Matters => [];

    public CSharpCompilation Reword(CSharpCompilation compilation)
    {
        var result = compilation;
        foreach (var tree in compilation.SyntaxTrees)
        {
            if (tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal))
                continue;
            var root = Reword(tree.GetRoot(), compilation.GetSemanticModel(tree));
            // Parsed anew: what cannot be read back was no rewording.
            result = result.ReplaceSyntaxTree(tree, CSharpSyntaxTree.ParseText(root.ToFullString(), (CSharpParseOptions)tree.Options, tree.FilePath));
        }

        return result;
    }

    /// <summary>One file in other words, for a rewording that goes on from there.</summary>
    public SyntaxNode RewordAlone(SyntaxNode root, SemanticModel model) => Reword(root, model);

    /// <summary>The condition the other way round, as a person would write it.</summary>
    protected static ExpressionSyntax Not(ExpressionSyntax condition) => condition switch
    {
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression, Operand: var operand } => operand.WithTriviaFrom(condition),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression } equal => SyntaxFactory.BinaryExpression(SyntaxKind.NotEqualsExpression, equal.Left, SyntaxFactory.Token(SyntaxKind.ExclamationEqualsToken), equal.Right),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression } unequal => SyntaxFactory.BinaryExpression(SyntaxKind.EqualsExpression, unequal.Left, SyntaxFactory.Token(SyntaxKind.EqualsEqualsToken), unequal.Right),
        InvocationExpressionSyntax or IdentifierNameSyntax or MemberAccessExpressionSyntax => Negated(condition.WithoutTrivia()),
        _ => Negated(SyntaxFactory.ParenthesizedExpression(condition.WithoutTrivia())),
    };

    private static PrefixUnaryExpressionSyntax Negated(ExpressionSyntax condition) => SyntaxFactory.PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, condition);

    protected abstract SyntaxNode Reword(SyntaxNode root, SemanticModel model);
}
