using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>The operators that run an EF Core query at once, their awaitable twins, and where a query comes from.</summary>
internal sealed class EntityQueries(KnownTypes types)
{
    private const int MostSteps = 32;

    private readonly ConcurrentDictionary<IMethodSymbol, IMethodSymbol?> _twins = new(SymbolEqualityComparer.Default);
    private readonly INamedTypeSymbol? _asyncOperators = types["Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions"];
    private readonly INamedTypeSymbol? _queryable = types["System.Linq.Queryable"];
    private readonly INamedTypeSymbol? _enumerable = types["System.Linq.Enumerable"];
    private readonly INamedTypeSymbol? _query = types["System.Linq.IQueryable"];

    /// <summary>The EF twin of <c>Queryable.First</c>, <c>Enumerable.ToList</c> and their like; null for any other method.</summary>
    public IMethodSymbol? Twin(IMethodSymbol method)
    {
        if (_asyncOperators is null || !IsOperator(method))
            return null;
        return _twins.GetOrAdd(method.OriginalDefinition, FindTwin);
    }

    /// <summary>Where the query that the operator runs comes from; null when it runs over a sequence that is no query.</summary>
    public QueryOrigin? Origin(IInvocationOperation call)
    {
        if (call.Receiver() is not { } source || !source.Bare().Type.IsOrInherits(_query))
            return null;
        return Follow(source, MostSteps);
    }

    private bool IsOperator(IMethodSymbol method) =>
        method.IsExtensionMethod && (method.ContainingType.Is(_queryable) || method.ContainingType.Is(_enumerable));

    private IMethodSymbol? FindTwin(IMethodSymbol method)
    {
        foreach (var member in _asyncOperators!.GetMembers(method.Name + "Async"))
        {
            if (member is IMethodSymbol candidate && candidate.InTermsOf(method) is { } same && IsTwin(method, same))
                return same;
        }
        return null;
    }

    // The first parameter is a sequence here and a query there; the result tells the numeric overloads apart.
    private bool IsTwin(IMethodSymbol method, IMethodSymbol candidate)
    {
        var count = candidate.Parameters.Length;
        if (count > 0 && types.IsToken(candidate.Parameters[count - 1].Type))
            count--;
        if (count != method.Parameters.Length || Awaitables.AwaitedType(candidate.ReturnType) is not { } result || !result.Is(method.ReturnType))
            return false;
        for (var i = 1; i < count; i++)
        {
            if (!Signatures.IsSame(method.Parameters[i], candidate.Parameters[i]))
                return false;
        }
        return true;
    }

    private QueryOrigin Follow(IOperation source, int steps)
    {
        var value = source.Bare();
        if (steps == 0)
            return QueryOrigin.Unknown;
        if (value.Type.IsOrInherits(types["Microsoft.EntityFrameworkCore.DbSet`1"]))
            return QueryOrigin.Database;
        return value switch
        {
            IInvocationOperation call => FollowCall(call, steps),
            IMemberReferenceOperation member when IsOfContext(member.Member) => QueryOrigin.Database,
            ILocalReferenceOperation local when Initializer(local) is { } initial => Follow(initial, steps - 1),
            _ => QueryOrigin.Unknown,
        };
    }

    private QueryOrigin FollowCall(IInvocationOperation call, int steps)
    {
        var receiver = call.TargetMethod.IsExtensionMethod ? call.Receiver() : null;
        if (receiver is not null && receiver.Bare().Type.IsOrInherits(_query))
            return Follow(receiver, steps - 1);
        // `list.AsQueryable()` runs in memory.
        if (call.TargetMethod.ContainingType.Is(_queryable))
            return QueryOrigin.Memory;
        return IsOfContext(call.TargetMethod) ? QueryOrigin.Database : QueryOrigin.Unknown;
    }

    private bool IsOfContext(ISymbol member) =>
        member.ContainingType.IsOrInherits(types["Microsoft.EntityFrameworkCore.DbContext"])
        || member.ContainingType.IsOrInherits(types["Microsoft.EntityFrameworkCore.DbSet`1"])
        || member.ContainingType.IsOrInherits(types["Microsoft.EntityFrameworkCore.ChangeTracking.NavigationEntry"]);

    private static IOperation? Initializer(ILocalReferenceOperation local)
    {
        foreach (var operation in local.Root().Descendants())
        {
            if (operation is IVariableDeclaratorOperation declarator && declarator.Symbol.Is(local.Local))
                return declarator.GetVariableInitializer()?.Value;
        }
        return null;
    }
}

/// <summary>What a query reads from.</summary>
internal enum QueryOrigin
{
    Database,
    Memory,
    Unknown,
}
