using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.Bodies;

/// <summary>The places of a body that gates ask about, found in one walk over its syntax.</summary>
internal sealed class BodyShape
{
    private readonly List<ExpressionSyntax> _dropped = [];
    private readonly List<VariableDeclaratorSyntax> _variables = [];
    private readonly List<ExpressionSyntax> _indexed = [];
    private readonly List<SyntaxNode> _functions = [];

    public BodyShape(SyntaxNode body)
    {
        foreach (var node in body.DescendantNodesAndSelf(n => n == body || n is not (AttributeListSyntax or NameSyntax or BaseTypeDeclarationSyntax or BaseNamespaceDeclarationSyntax)))
            Note(node);
    }

    /// <summary>Calls and assignments whose value nobody takes, as far as syntax tells.</summary>
    public IReadOnlyList<ExpressionSyntax> Dropped => _dropped;

    /// <summary>Variables that are declared with a value.</summary>
    public IReadOnlyList<VariableDeclaratorSyntax> Variables => _variables;

    /// <summary>What indexers are asked of.</summary>
    public IReadOnlyList<ExpressionSyntax> Indexed => _indexed;

    /// <summary>Lambdas, anonymous methods and local functions.</summary>
    public IReadOnlyList<SyntaxNode> Functions => _functions;

    private void Note(SyntaxNode node)
    {
        switch (node)
        {
            case ExpressionStatementSyntax statement:
                NoteDropped(statement.Expression);
                break;
            case ForStatementSyntax loop:
                foreach (var expression in loop.Initializers)
                    NoteDropped(expression);
                foreach (var expression in loop.Incrementors)
                    NoteDropped(expression);
                break;
            case ArrowExpressionClauseSyntax arrow when !GivesValue(arrow.Parent):
                NoteDropped(arrow.Expression);
                break;
            case AnonymousFunctionExpressionSyntax function:
                _functions.Add(function);
                if (function.ExpressionBody is { } result)
                    NoteDropped(result);
                break;
            case LocalFunctionStatementSyntax:
                _functions.Add(node);
                break;
            case VariableDeclaratorSyntax { Initializer: not null } variable:
                _variables.Add(variable);
                break;
            case ElementAccessExpressionSyntax access:
                _indexed.Add(access.Expression);
                break;
            case ConditionalAccessExpressionSyntax { WhenNotNull: var next } access when next.DescendantNodesAndSelf().Any(n => n is ElementBindingExpressionSyntax):
                _indexed.Add(access.Expression);
                break;
            // `new ConcurrentDictionary<…> { [key] = value }`
            case ImplicitElementAccessSyntax { Parent.Parent: InitializerExpressionSyntax { Parent: ExpressionSyntax created } }:
                _indexed.Add(created);
                break;
        }
    }

    private void NoteDropped(ExpressionSyntax expression)
    {
        if (expression is InvocationExpressionSyntax or ConditionalAccessExpressionSyntax || expression.IsKind(SyntaxKind.SimpleAssignmentExpression))
            _dropped.Add(expression);
    }

    // The value of async code that returns a plain task is dropped.
    private static bool GivesValue(SyntaxNode? function) => function switch
    {
        MethodDeclarationSyntax method => !IsVoid(method.ReturnType) && !method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax local => !IsVoid(local.ReturnType) && !local.Modifiers.Any(SyntaxKind.AsyncKeyword),
        AccessorDeclarationSyntax accessor => accessor.IsKind(SyntaxKind.GetAccessorDeclaration),
        PropertyDeclarationSyntax or IndexerDeclarationSyntax => true,
        _ => false,
    };

    private static bool IsVoid(TypeSyntax type) => type is PredefinedTypeSyntax predefined && predefined.Keyword.IsKind(SyntaxKind.VoidKeyword);
}
