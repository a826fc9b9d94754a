using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// The types that a compilation registers as one object for everybody. What a tree says is kept with the tree, so that an edit
/// of one file does not search the others again, and only the calls that may name the type in question are bound.
/// </summary>
internal sealed class SharedRegistrations
{
    private static readonly ConditionalWeakTable<Compilation, SharedRegistrations> s_perCompilation = new();

    private readonly KnownTypes _types;
    private readonly object _gate = new();
    private readonly Dictionary<Registration, List<INamedTypeSymbol>?> _bound = [];
    private Dictionary<string, List<Registration>>? _byName;

    private SharedRegistrations(KnownTypes types) => _types = types;

    public static SharedRegistrations Of(KnownTypes types) =>
        s_perCompilation.GetValue(types.Compilation, _ => new SharedRegistrations(types));

    /// <summary>The registration of the type; null when it is not registered, or for each scope or request.</summary>
    public Evidence? Find(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _byName ??= ByName(cancellationToken);
            if (type.TypeKind != TypeKind.Class || !_byName.TryGetValue(type.Name, out var registrations))
                return null;
            foreach (var registration in registrations)
            {
                if (Bound(registration, cancellationToken) is not { } bound)
                    continue;
                foreach (var registered in bound)
                {
                    if (registered.OriginalDefinition.Is(type.OriginalDefinition))
                        return EvidenceOf(registration.Call, registered);
                }
            }
            return null;
        }
    }

    private Dictionary<string, List<Registration>> ByName(CancellationToken cancellationToken)
    {
        var byName = new Dictionary<string, List<Registration>>(StringComparer.Ordinal);
        if (_types["Microsoft.Extensions.DependencyInjection.IServiceCollection"] is null)
            return byName;
        foreach (var tree in _types.Compilation.SyntaxTrees)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var registration in Registration.In(tree, cancellationToken))
            {
                foreach (var name in registration.Names ?? registration.Infer(Bound(registration, cancellationToken)))
                {
                    if (!byName.TryGetValue(name, out var list))
                        byName.Add(name, list = []);
                    list.Add(registration);
                }
            }
        }
        return byName;
    }

    private List<INamedTypeSymbol>? Bound(Registration registration, CancellationToken cancellationToken)
    {
        if (!_bound.TryGetValue(registration, out var bound))
            _bound.Add(registration, bound = Bind(registration.Call, cancellationToken));
        return bound;
    }

    private List<INamedTypeSymbol>? Bind(InvocationExpressionSyntax call, CancellationToken cancellationToken)
    {
        var model = _types.Compilation.GetSemanticModel(call.SyntaxTree);
        if (model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol method)
            return null;
        var bound = new List<INamedTypeSymbol>();
        if (!IsOfContainer(method))
            return bound;
        foreach (var type in TypesOf(call, method, model, cancellationToken))
        {
            if (type is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Error } registered)
                bound.Add(registered);
        }
        return bound;
    }

    private static Evidence EvidenceOf(InvocationExpressionSyntax call, INamedTypeSymbol registered)
    {
        var place = call.GetLocation();
        var file = Path.GetFileName(call.SyntaxTree.FilePath);
        var kind = NameOf(call) == "AddHostedService" ? "a hosted service" : "a singleton";
        var reason = $"'{registered.Name}' is registered as {kind}, {(file.Length > 0 ? file + " " : "")}line {place.Line()}";
        return new(EvidenceKind.Registered, reason, place, true);
    }

    private static string? NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        _ => null,
    };

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
