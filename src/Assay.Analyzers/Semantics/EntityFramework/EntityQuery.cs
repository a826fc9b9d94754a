using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.EntityFramework;

/// <summary>A query of EF Core that runs at one place: what it asks for, on which context, under which conditions.</summary>
/// <param name="Entity">The entity type of the set.</param>
/// <param name="Call">The operator that runs the query.</param>
/// <param name="Context">What the set was taken from; null where the context asks itself, or a set came from elsewhere.</param>
internal sealed record EntityQuery(INamedTypeSymbol Entity, IInvocationOperation Call, IOperation? Context)
{
    private const int MostSteps = 24;

    private readonly List<IAnonymousFunctionOperation> _conditions = [];

    /// <summary>The operator's name without <c>Async</c>: First, Find, ToList, Any.</summary>
    public string Operator { get; } = Plain(Call.TargetMethod.Name);

    /// <summary>The lambdas that narrow the query down.</summary>
    public IReadOnlyList<IAnonymousFunctionOperation> Conditions => _conditions;

    /// <summary>Whether the query runs SQL of its own that locks the rows.</summary>
    public bool LocksRows { get; private set; }

    /// <summary>Whether the result is something else than entities: a projection, a group.</summary>
    public bool IsProjected { get; private set; }

    public bool IsTracked { get; private set; } = true;

    public bool GivesOne => Operator is "First" or "FirstOrDefault" or "Single" or "SingleOrDefault" or "Last" or "LastOrDefault" or "Find" or "ElementAt" or "ElementAtOrDefault";

    public bool GivesMany => Operator is "ToList" or "ToArray" or "ToHashSet" or "AsAsyncEnumerable";

    public bool Asks => Operator is "Any" or "All" or "Count" or "LongCount";

    /// <summary>The query that the value runs, behind awaits, conversions and fallbacks; null where it runs none that can be seen.</summary>
    public static EntityQuery? Of(IOperation value, EntityTypes types)
    {
        if (Awaited(value) is not IInvocationOperation call || !IsTerminal(Plain(call.TargetMethod.Name)) || call.Receiver() is not { } source)
            return null;
        // `context.FindAsync<Order>(id)`
        if (types.IsContext(source.Bare().Type))
            return EntityOf(call.TargetMethod.TypeArguments) is { } entity ? new EntityQuery(entity, call, source.Bare()) : null;
        return Follow(call, source, types);
    }

    /// <summary>The value without awaits, <c>ConfigureAwait</c>, conversions, waits and the fallback for null.</summary>
    public static IOperation Awaited(IOperation value)
    {
        while (true)
        {
            value = value.Bare();
            switch (value)
            {
                case IAwaitOperation await:
                    value = await.Operation;
                    break;
                case ICoalesceOperation coalesce:
                    value = coalesce.Value;
                    break;
                case IInvocationOperation { Instance: { } task, TargetMethod.Name: "ConfigureAwait" or "AsTask" or "GetAwaiter" or "GetResult" or "WaitAsync" }:
                    value = task;
                    break;
                case IPropertyReferenceOperation { Property: { Name: "Result", ContainingType.Name: "Task" or "ValueTask" }, Instance: { } task }:
                    value = task;
                    break;
                default:
                    return value;
            }
        }
    }

    private static string Plain(string name) =>
        name.EndsWith("Async", StringComparison.Ordinal) ? name.Substring(0, name.Length - "Async".Length) : name;

    private static bool IsTerminal(string name) => name is "First" or "FirstOrDefault" or "Single" or "SingleOrDefault" or "Last" or "LastOrDefault" or "Find"
        or "ElementAt" or "ElementAtOrDefault" or "ToList" or "ToArray" or "ToHashSet" or "ToDictionary" or "AsAsyncEnumerable"
        or "Any" or "All" or "Count" or "LongCount" or "Max" or "Min" or "Sum" or "Average" or "Load" or "ExecuteUpdate" or "ExecuteDelete";

    private static EntityQuery? Follow(IInvocationOperation terminal, IOperation source, EntityTypes types)
    {
        var steps = new List<IInvocationOperation> { terminal };
        for (var left = MostSteps; left > 0; left--)
        {
            var value = source.Bare();
            if (value.Type is INamedTypeSymbol set && types.IsSet(set) && EntityOf(set.TypeArguments) is { } entity)
                return Described(new EntityQuery(entity, terminal, ContextOf(value)), steps);
            switch (value)
            {
                case ILocalReferenceOperation local when LocalWrites.OnlyValue(local) is { } only:
                    source = only;
                    break;
                case IInvocationOperation call when call.TargetMethod.IsExtensionMethod && call.Receiver() is { } inner && inner.Bare().Type.IsOrInherits(types.Query):
                    steps.Add(call);
                    source = inner;
                    break;
                default:
                    return null;
            }
        }
        return null;
    }

    private static INamedTypeSymbol? EntityOf(ImmutableArray<ITypeSymbol> arguments) => arguments.Length == 1 ? arguments[0] as INamedTypeSymbol : null;

    private static IOperation? ContextOf(IOperation set) => set switch
    {
        IPropertyReferenceOperation property => property.Instance?.Bare(),
        IInvocationOperation { TargetMethod.Name: "Set" } call => call.Instance?.Bare(),
        _ => null,
    };

    private static EntityQuery Described(EntityQuery query, List<IInvocationOperation> steps)
    {
        foreach (var step in steps)
        {
            var name = step.TargetMethod.Name;
            if (name.StartsWith("FromSql", StringComparison.Ordinal))
                query.LocksRows |= step.Syntax.ToString() is var text && RowGuards.LocksRows(text);
            if (name is "AsNoTracking" or "AsNoTrackingWithIdentityResolution")
                query.IsTracked = false;
            if (name is "Select" or "SelectMany" or "GroupBy" or "Join" or "Cast" or "OfType" or "ToDictionary")
                query.IsProjected = true;
            foreach (var argument in step.Arguments)
            {
                if (Lambda(argument.Value) is { } lambda && TakesCondition(Plain(name)))
                    query._conditions.Add(lambda);
            }
        }
        return query;
    }

    private static bool TakesCondition(string name) =>
        name is "Where" or "First" or "FirstOrDefault" or "Single" or "SingleOrDefault" or "Last" or "LastOrDefault" or "Any" or "All" or "Count" or "LongCount";

    private static IAnonymousFunctionOperation? Lambda(IOperation value) => value.Bare() switch
    {
        IAnonymousFunctionOperation lambda => lambda,
        IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda } => lambda,
        _ => null,
    };
}
