using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Caches;

/// <summary>An entry that is added to a dictionary.</summary>
/// <param name="Place">The call or the assignment.</param>
/// <param name="Key">The key.</param>
/// <param name="Function">The member around it.</param>
internal sealed record MapAdd(IOperation Place, IOperation Key, ISymbol? Function);

/// <summary>What all code that can name a dictionary does with it.</summary>
internal static class MapUses
{
    /// <summary>The entries that are added; null when something is removed, the dictionary is replaced, its size is watched, or it is handed on.</summary>
    public static List<MapAdd>? AddsOnly(ISymbol member, KnownTypes types, CancellationToken cancellationToken)
    {
        var adds = new List<MapAdd>();
        foreach (var part in member.ContainingType.DeclaringSyntaxReferences)
        {
            if (!types.Compilation.ContainsSyntaxTree(part.SyntaxTree))
                return null;
            SemanticModel? model = null;
            foreach (var node in part.GetSyntax(cancellationToken).DescendantNodes())
            {
                if (node is not IdentifierNameSyntax name || name.Identifier.ValueText != member.Name)
                    continue;
                cancellationToken.ThrowIfCancellationRequested();
                model ??= types.Compilation.GetSemanticModel(part.SyntaxTree);
                if (!model.GetSymbolInfo(name, cancellationToken).Symbol.Is(member))
                    continue;
                if (!Note(name, model, member, adds, cancellationToken))
                    return null;
            }
        }
        return adds;
    }

    private static bool Note(IdentifierNameSyntax name, SemanticModel model, ISymbol member, List<MapAdd> adds, CancellationToken cancellationToken)
    {
        SyntaxNode whole = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
        if (whole.Ancestors().Any(a => a is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } }))
            return true;
        if (model.GetOperation(whole, cancellationToken) is not { } reference)
            return false;
        var use = reference;
        while (use.Parent is IConversionOperation or IParenthesizedOperation)
            use = use.Parent;
        var function = model.GetEnclosingSymbol(whole.SpanStart, cancellationToken);
        switch (use.Parent)
        {
            case IInvocationOperation call when call.Instance?.Syntax == use.Syntax || IsReceiver(call, use):
                return NoteCall(call, call, adds, function);
            case IConditionalAccessOperation { WhenNotNull: IInvocationOperation call }:
                return NoteCall(call, call, adds, function);
            case IPropertyReferenceOperation property:
                return NoteProperty(property, adds, function);
            case IArgumentOperation { Parent: IInvocationOperation call }:
                return IsReceiver(call, use) && NoteCall(call, call, adds, function) || IsReadOnly(call.TargetMethod) || NoteRef(call, adds, function);
            case IAssignmentOperation assignment when assignment.Target.Syntax == use.Syntax:
                return assignment is ICoalesceAssignmentOperation || IsConstruction(function, member) || IsLazyInit(assignment, member);
            case IForEachLoopOperation or ILockOperation or IBinaryOperation or IIsPatternOperation:
                return true;
            default:
                return false;
        }
    }

    private static bool NoteCall(IInvocationOperation call, IOperation place, List<MapAdd> adds, ISymbol? function)
    {
        switch (call.TargetMethod.Name)
        {
            case "Add" or "TryAdd" or "GetOrAdd" or "AddOrUpdate":
                if (KeyOf(call) is not { } key)
                    return false;
                adds.Add(new(place, key, function));
                return true;
            case "TryGetValue" or "ContainsKey" or "ContainsValue" or "GetEnumerator" or "ToArray" or "GetValueOrDefault" or "EnsureCapacity" or "TryUpdate" or "CopyTo":
                return true;
            default:
                return IsReadOnly(call.TargetMethod);
        }
    }

    private static bool NoteProperty(IPropertyReferenceOperation property, List<MapAdd> adds, ISymbol? function)
    {
        if (!property.Property.IsIndexer)
        {
            // Who looks at the size does something about it.
            var isWatched = property.Property.Name == "Count" && property.Parent is IBinaryOperation or IIsPatternOperation or IConversionOperation { Parent: IBinaryOperation };
            return !isWatched;
        }
        if (property.Parent is IAssignmentOperation assignment && assignment.Target == property && property.Arguments.Length == 1)
            adds.Add(new(assignment, property.Arguments.At(0).Value, function));
        return true;
    }

    // CollectionsMarshal.GetValueRefOrAddDefault(map, key, out …)
    private static bool NoteRef(IInvocationOperation call, List<MapAdd> adds, ISymbol? function)
    {
        if (call.TargetMethod is not { Name: "GetValueRefOrAddDefault" or "GetValueRefOrNullRef", ContainingType.Name: "CollectionsMarshal" } || call.Arguments.Length < 2)
            return false;
        if (call.TargetMethod.Name == "GetValueRefOrAddDefault")
            adds.Add(new(call, call.Arguments.At(1).Value, function));
        return true;
    }

    private static IOperation? KeyOf(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Name is "key" or "item")
                return argument.Value.Unwrap() is IObjectCreationOperation { Type.Name: "KeyValuePair", Arguments: { Length: 2 } pair } ? pair[0].Value : argument.Value;
        }
        return null;
    }

    private static bool IsReceiver(IInvocationOperation call, IOperation use) =>
        call.TargetMethod is { IsExtensionMethod: true, ContainingType.Name: "CollectionExtensions" } && !call.Arguments.IsEmpty && call.Arguments.At(0).Value.Bare().Syntax == use.Bare().Syntax;

    private static bool IsReadOnly(IMethodSymbol method) =>
        method.ContainingType is { Name: "Enumerable" or "Volatile" or "ImmutableDictionary" or "FrozenDictionary" or "Monitor" } && method.Name is not "Write";

    private static bool IsConstruction(ISymbol? function, ISymbol member) =>
        function is IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } constructor && constructor.ContainingType.Is(member.ContainingType) || function is IFieldSymbol;

    // `if (s_cache == null) s_cache = new …;`
    private static bool IsLazyInit(IAssignmentOperation assignment, ISymbol member)
    {
        if (assignment.Value.Bare() is not IObjectCreationOperation)
            return false;
        for (var parent = assignment.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is not IConditionalOperation { Condition: var condition })
                continue;
            foreach (var operation in condition.DescendantsAndSelf())
            {
                if (operation is IMemberReferenceOperation reference && reference.Member.Is(member))
                    return true;
            }
        }
        return false;
    }
}
