using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>
/// Finds where methods of a compilation become delegates. It is asked for the few async void methods that do not look like
/// handlers, so it searches when asked: first by name, in the syntax, then by binding what has the name.
/// </summary>
internal sealed class MethodGroupUses
{
    private readonly Compilation _compilation;
    private readonly Lazy<ILookup<string, SimpleNameSyntax>> _everywhere;

    public MethodGroupUses(Compilation compilation)
    {
        _compilation = compilation;
        _everywhere = new(FindEverywhere);
    }

    public IEnumerable<IDelegateCreationOperation> Of(IMethodSymbol method, CancellationToken cancellationToken)
    {
        foreach (var name in Mentions(method, cancellationToken))
        {
            var model = _compilation.GetSemanticModel(name.SyntaxTree);
            if (model.GetOperation(Whole(name), cancellationToken) is IMethodReferenceOperation { Parent: IDelegateCreationOperation made } reference
                && reference.Method.OriginalDefinition.Is(method.OriginalDefinition))
            {
                yield return made;
            }
        }
    }

    private IEnumerable<SimpleNameSyntax> Mentions(IMethodSymbol method, CancellationToken cancellationToken)
    {
        if (method.MethodKind == MethodKind.LocalFunction)
            return method.DeclaringSyntaxReferences.SelectMany(r => MentionsIn(r.SyntaxTree.GetRoot(cancellationToken), n => n == method.Name));
        if (method.DeclaredAccessibility == Accessibility.Private && method.ContainingType is { } type)
            return type.DeclaringSyntaxReferences.SelectMany(r => MentionsIn(r.GetSyntax(cancellationToken), n => n == method.Name));
        return _everywhere.Value[method.Name];
    }

    private ILookup<string, SimpleNameSyntax> FindEverywhere()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tree in _compilation.SyntaxTrees)
        {
            foreach (var node in tree.GetRoot().DescendantNodes(n => n is not BaseMethodDeclarationSyntax))
            {
                if (node is MethodDeclarationSyntax method && method.Modifiers.Any(SyntaxKind.AsyncKeyword) && IsVoid(method.ReturnType))
                    names.Add(method.Identifier.ValueText);
            }
        }
        return _compilation.SyntaxTrees
            .SelectMany(tree => MentionsIn(tree.GetRoot(), names.Contains))
            .ToLookup(name => name.Identifier.ValueText, StringComparer.Ordinal);
    }

    private static IEnumerable<SimpleNameSyntax> MentionsIn(SyntaxNode root, Func<string, bool> isWanted)
    {
        foreach (var node in root.DescendantNodes())
        {
            if (node is SimpleNameSyntax name && isWanted(name.Identifier.ValueText) && !IsCalled(name))
                yield return name;
        }
    }

    private static bool IsVoid(TypeSyntax type) => type is PredefinedTypeSyntax predefined && predefined.Keyword.IsKind(SyntaxKind.VoidKeyword);

    private static bool IsCalled(SimpleNameSyntax name) =>
        Whole(name) is var whole && whole.Parent is InvocationExpressionSyntax call && call.Expression == whole;

    private static ExpressionSyntax Whole(SimpleNameSyntax name) =>
        name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
}
