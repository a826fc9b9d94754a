using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// The types that a compilation registers as one object for everybody. Trees are searched as text first; what a tree says is
/// kept with the tree, so that an edit of one file does not search the others again.
/// </summary>
internal sealed class SharedRegistrations
{
    private static readonly ConditionalWeakTable<Compilation, SharedRegistrations> s_perCompilation = new();
    private static readonly ConditionalWeakTable<SyntaxTree, InvocationExpressionSyntax[]> s_perTree = new();

    private readonly KnownTypes _types;
    private readonly object _gate = new();
    private Dictionary<ISymbol, Evidence>? _found;

    private SharedRegistrations(KnownTypes types) => _types = types;

    public static SharedRegistrations Of(KnownTypes types) =>
        s_perCompilation.GetValue(types.Compilation, _ => new SharedRegistrations(types));

    /// <summary>The registration of the type; null when it is not registered, or for each scope or request.</summary>
    public Evidence? Find(INamedTypeSymbol type, CancellationToken cancellationToken) =>
        All(cancellationToken).TryGetValue(type.OriginalDefinition, out var evidence) ? evidence : null;

    private Dictionary<ISymbol, Evidence> All(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _found ??= Search(cancellationToken);
        }
    }

    private Dictionary<ISymbol, Evidence> Search(CancellationToken cancellationToken)
    {
        var found = new Dictionary<ISymbol, Evidence>(SymbolEqualityComparer.Default);
        if (_types["Microsoft.Extensions.DependencyInjection.IServiceCollection"] is null)
            return found;
        foreach (var tree in _types.Compilation.SyntaxTrees)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var calls = s_perTree.GetValue(tree, t => Calls(t, cancellationToken));
            if (calls.Length == 0)
                continue;
            var model = _types.Compilation.GetSemanticModel(tree);
            foreach (var call in calls)
                Add(call, model, found, cancellationToken);
        }
        return found;
    }

    private static InvocationExpressionSyntax[] Calls(SyntaxTree tree, CancellationToken cancellationToken)
    {
        if (!SourceWords.Of(tree, cancellationToken).Registers)
            return [];
        return [.. tree.GetRoot(cancellationToken).DescendantNodes().OfType<InvocationExpressionSyntax>().Where(c => IsRegistration(NameOf(c)))];
    }

    private static string? NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        _ => null,
    };

    private static bool IsRegistration(string? name) =>
        name is "AddSingleton" or "TryAddSingleton" or "AddKeyedSingleton" or "TryAddKeyedSingleton" or "Singleton" or "AddHostedService";

    private static void Add(InvocationExpressionSyntax call, SemanticModel model, Dictionary<ISymbol, Evidence> found, CancellationToken cancellationToken)
    {
        if (model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol method || !IsOfContainer(method))
            return;
        var isHosted = method.Name == "AddHostedService";
        foreach (var type in TypesOf(call, method, model, cancellationToken))
        {
            if (type is not INamedTypeSymbol { TypeKind: TypeKind.Class } registered || found.ContainsKey(registered.OriginalDefinition))
                continue;
            var place = call.GetLocation();
            var file = Path.GetFileName(call.SyntaxTree.FilePath);
            var reason = $"'{registered.Name}' is registered as {(isHosted ? "a hosted service" : "a singleton")}, {(file.Length > 0 ? file + " " : "")}line {place.Line()}";
            found[registered.OriginalDefinition] = new(EvidenceKind.Registered, reason, place, true);
        }
    }

    private static bool IsOfContainer(IMethodSymbol method)
    {
        for (var space = method.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            if (space is { Name: "DependencyInjection", ContainingNamespace.Name: "Extensions" })
                return true;
        }
        return false;
    }

    // The type arguments, written or inferred, the operands of typeof, and what factories and arguments create.
    private static IEnumerable<ITypeSymbol?> TypesOf(InvocationExpressionSyntax call, IMethodSymbol method, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var type in method.TypeArguments)
            yield return type;
        foreach (var argument in call.ArgumentList.Arguments)
        {
            switch (argument.Expression)
            {
                case TypeOfExpressionSyntax typeOf:
                    yield return model.GetTypeInfo(typeOf.Type, cancellationToken).Type;
                    break;
                case BaseObjectCreationExpressionSyntax created:
                    yield return model.GetTypeInfo(created, cancellationToken).Type;
                    break;
                case LambdaExpressionSyntax { Body: BaseObjectCreationExpressionSyntax made }:
                    yield return model.GetTypeInfo(made, cancellationToken).Type;
                    break;
                case LambdaExpressionSyntax { Body: BlockSyntax block }:
                    foreach (var result in block.DescendantNodes(n => n is not AnonymousFunctionExpressionSyntax).OfType<ReturnStatementSyntax>())
                    {
                        if (result.Expression is { } value)
                            yield return model.GetTypeInfo(value, cancellationToken).Type;
                    }
                    break;
            }
        }
    }
}
