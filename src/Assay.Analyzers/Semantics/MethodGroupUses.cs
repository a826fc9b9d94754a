using System.Runtime.CompilerServices;
using Assay.Analyzers.Semantics.Bodies;
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
    private static readonly Words s_async = Words.Of("async");
    private static readonly ConditionalWeakTable<SyntaxTree, string[]> s_asyncVoid = new();
    private static readonly ConditionalWeakTable<SyntaxTree, KnownMentions> s_mentions = new();

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
        var names = new HashSet<string>(_compilation.SyntaxTrees.SelectMany(t => s_asyncVoid.GetValue(t, AsyncVoidsIn)), StringComparer.Ordinal);
        var vocabulary = new Vocabulary([.. names.OrderBy(n => n, StringComparer.Ordinal)]);
        return _compilation.SyntaxTrees
            .SelectMany(tree => MentionsIn(tree, names, vocabulary))
            .ToLookup(name => name.Identifier.ValueText, StringComparer.Ordinal);
    }

    private static string[] AsyncVoidsIn(SyntaxTree tree)
    {
        if (!WordIndex.Of(tree, CancellationToken.None).Has(s_async))
            return [];
        return
        [
            .. tree.GetRoot().DescendantNodes(n => n is not BaseMethodDeclarationSyntax).OfType<MethodDeclarationSyntax>()
                .Where(m => m.Modifiers.Any(SyntaxKind.AsyncKeyword) && IsVoid(m.ReturnType) && m.Identifier.ValueText.Length > 0)
                .Select(m => m.Identifier.ValueText),
        ];
    }

    // What was asked of the tree in an earlier compilation is mostly what is asked of it now.
    private static SimpleNameSyntax[] MentionsIn(SyntaxTree tree, HashSet<string> names, Vocabulary vocabulary)
    {
        if (s_mentions.TryGetValue(tree, out var known) && known.Names.SetEquals(names))
            return known.Found;
        var found = WordIndex.Make(tree, vocabulary, CancellationToken.None).IsEmpty ? [] : MentionsIn(tree.GetRoot(), names.Contains).ToArray();
        s_mentions.Remove(tree);
        s_mentions.GetValue(tree, _ => new KnownMentions(names, found));
        return found;
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

    private sealed record KnownMentions(HashSet<string> Names, SimpleNameSyntax[] Found);
}
