using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.EntityFramework;

/// <summary>How an entity came into a local.</summary>
/// <param name="Query">The query that read it.</param>
/// <param name="Place">Where the function of the local reads it: the query, or the call of the method that runs it.</param>
/// <param name="IsOfMany">Whether it is one of many that a loop goes through.</param>
internal sealed record EntityLoad(EntityQuery Query, IOperation Place, bool IsOfMany)
{
    private const int MostHops = 2;

    /// <summary>The load of the entity in the local when <paramref name="use"/> reads it; null where it is not known to come from a query.</summary>
    public static EntityLoad? Of(ILocalSymbol local, IOperation use, EntityTypes types, CancellationToken cancellationToken) =>
        Of(local, use, types, MostHops, cancellationToken);

    /// <summary>The load whose result the value is.</summary>
    public static EntityLoad? OfValue(IOperation value, EntityTypes types, CancellationToken cancellationToken) =>
        OfValue(value, types, MostHops, cancellationToken);

    private static EntityLoad? Of(ILocalSymbol local, IOperation use, EntityTypes types, int hops, CancellationToken cancellationToken)
    {
        foreach (var operation in use.Root().Descendants())
        {
            switch (operation)
            {
                // `if (await … is not { } product)`
                case IIsPatternOperation matched when matched.Syntax.SpanStart < use.Syntax.SpanStart && Declares(matched.Pattern, local):
                    return OfValue(matched.Value, types, hops, cancellationToken);
                case IForEachLoopOperation loop when Declares(loop.LoopControlVariable, local):
                    return OfElement(loop, types, hops, cancellationToken);
            }
        }
        foreach (var value in LocalWrites.Reaching(local, use))
        {
            if (OfValue(value, types, hops, cancellationToken) is { } load)
                return load;
        }
        return null;
    }

    private static EntityLoad? OfValue(IOperation value, EntityTypes types, int hops, CancellationToken cancellationToken)
    {
        var bare = EntityQuery.Awaited(value);
        if (EntityQuery.Of(bare, types) is { } query)
            return query.IsProjected ? null : new EntityLoad(query, query.Call, false);
        switch (bare)
        {
            case ILocalReferenceOperation local when hops > 0:
                return Of(local.Local, local, types, hops - 1, cancellationToken);
            case IInvocationOperation call when hops > 0 && !call.TargetMethod.ReturnsVoid && FunctionScope.BodyOf(call, types.Known, cancellationToken) is { } body:
                foreach (var result in FunctionScope.Results(body))
                {
                    if (OfValue(result, types, hops - 1, cancellationToken) is { } inner)
                        return inner with { Place = call };
                }
                return null;
            default:
                return null;
        }
    }

    private static EntityLoad? OfElement(IForEachLoopOperation loop, EntityTypes types, int hops, CancellationToken cancellationToken)
    {
        if (OfValue(loop.Collection, types, hops, cancellationToken) is { Query.GivesMany: true } list)
            return list with { IsOfMany = true };
        return null;
    }

    private static bool Declares(IOperation pattern, ILocalSymbol local) => pattern switch
    {
        INegatedPatternOperation { Pattern: { } inner } => Declares(inner, local),
        IRecursivePatternOperation recursive => local.Is(recursive.DeclaredSymbol),
        IDeclarationPatternOperation declaration => local.Is(declaration.DeclaredSymbol),
        IVariableDeclaratorOperation declarator => local.Is(declarator.Symbol),
        _ => false,
    };
}
