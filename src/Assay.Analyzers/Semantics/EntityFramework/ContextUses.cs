using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.EntityFramework;

/// <summary>A call that keeps a context or connection busy until its task is done.</summary>
/// <param name="Call">The call in the asking function.</param>
/// <param name="Owner">The field, property, local or parameter that holds the context or connection.</param>
/// <param name="Type">Its type.</param>
internal sealed record ContextUse(IInvocationOperation Call, ISymbol Owner, ITypeSymbol Type);

/// <summary>Finds the calls that use a context or a connection, themselves or in a method of the same compilation.</summary>
internal sealed class ContextUses(KnownTypes types, EntityTypes? entities)
{
    private const int MostHops = 1;

    private readonly INamedTypeSymbol? _connection = types["System.Data.IDbConnection"];

    /// <summary>The use that the call makes; null when it makes none.</summary>
    public ContextUse? Of(IInvocationOperation call, CancellationToken cancellationToken) => Of(call, MostHops, cancellationToken);

    public bool IsShared(ITypeSymbol? type) => entities?.IsContext(type) == true || type.IsOrInherits(_connection);

    private ContextUse? Of(IInvocationOperation call, int hops, CancellationToken cancellationToken)
    {
        if (entities is not null && (EntityQuery.Of(call, entities)?.Context ?? (entities.IsSave(call.TargetMethod) ? call.Instance?.Bare() : null)) is { } context)
            return Use(call, context);
        if (call.Receiver()?.Bare() is { } connection && connection.Type.IsOrInherits(_connection) && call.TargetMethod.ContainingType is { Name: "SqlMapper", ContainingNamespace.Name: "Dapper" })
            return Use(call, connection);
        if (hops == 0 || call.Instance is not (IInstanceReferenceOperation or null) || FunctionScope.BodyOf(call, types, cancellationToken) is not { } body)
            return null;
        foreach (var operation in FunctionScope.Own(body))
        {
            // A lock in the method lets one in at a time.
            if (operation is ILockOperation or IInvocationOperation { TargetMethod.ContainingType.Name: "SemaphoreSlim" })
                return null;
            if (operation is IInvocationOperation inner && Of(inner, hops - 1, cancellationToken) is { Owner: not ILocalSymbol } use)
                return Passed(use, call) is { } owner ? use with { Call = call, Owner = owner } : null;
        }
        return null;
    }

    private static ContextUse? Use(IInvocationOperation call, IOperation owner) =>
        EntityTypes.ContextSymbol(owner) is { } symbol && owner.Type is { } type && HasFixedRoot(owner) ? new ContextUse(call, symbol, type) : null;

    // `session.Database` of one session and of another are two.
    private static bool HasFixedRoot(IOperation owner) =>
        owner is not IMemberReferenceOperation { Instance: { } instance } || instance.Bare() is IInstanceReferenceOperation;

    // A field stays what it is; a parameter is what the caller gives. A parameter of the constructor is a field.
    private static ISymbol? Passed(ContextUse use, IInvocationOperation call)
    {
        if (use.Owner is not IParameterSymbol parameter || parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor })
            return use.Owner;
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Ordinal == parameter.Ordinal)
                return EntityTypes.ContextSymbol(argument.Value);
        }
        return null;
    }
}
