using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>Follows task completion sources from where they are made to where they are completed, by the member or local between.</summary>
internal static class CompletionSources
{
    /// <summary>What holds the new source: a variable, a member, or the collection it is put into.</summary>
    public static HashSet<ISymbol> HomesOf(IObjectCreationOperation creation)
    {
        var homes = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var symbol = ForeignCalls.SymbolOf(creation);
        if (symbol is not null)
            homes.Add(symbol);
        if (CollectionAround(creation) is { } collection)
            homes.Add(collection);
        if (symbol is not ILocalSymbol local)
            return homes;
        // `var source = new(…); _pending[id] = source;`
        foreach (var operation in creation.Root().Descendants())
        {
            if (operation is ILocalReferenceOperation use && use.Local.Is(local) && CollectionAround(use) is { } stored)
                homes.Add(stored);
        }
        return homes;
    }

    /// <summary>Where the source that the call completes comes from; null when it cannot be told.</summary>
    public static ISymbol? SourceOf(IInvocationOperation completion)
    {
        var source = completion.Instance?.Bare();
        if (source is IConditionalAccessInstanceOperation && completion.Parent is IConditionalAccessOperation access)
            source = access.Operation.Bare();
        return source switch
        {
            ILocalReferenceOperation local => OriginOf(local) ?? local.Local,
            _ => MemberOf(source),
        };
    }

    // `_pending.TryRemove(id, out var source)`, `_waiters.Dequeue()`, `foreach (var source in _pending.Values)`.
    private static ISymbol? OriginOf(ILocalReferenceOperation local)
    {
        foreach (var operation in local.Root().Descendants())
        {
            if (operation is IForEachLoopOperation loop && loop.Locals.Contains(local.Local, SymbolEqualityComparer.Default))
                return MemberOf(loop.Collection.Bare());
        }
        foreach (var value in LocalWrites.Reaching(local.Local, local))
        {
            if (value is IArgumentOperation { Parent: IInvocationOperation { Instance: { } collection } })
                return MemberOf(collection.Bare());
            return MemberOf(value.Bare());
        }
        return null;
    }

    // The member at the beginning of `_pending`, `_pending.Values`, `_pending[id]` and `_waiters.Dequeue()`.
    private static ISymbol? MemberOf(IOperation? value)
    {
        while (true)
        {
            switch (value)
            {
                case IInvocationOperation { Instance: { } collection }:
                    value = collection.Bare();
                    break;
                case IPropertyReferenceOperation { Instance: IMemberReferenceOperation collection, Property: { IsIndexer: true } or { Name: "Values" } }:
                    value = collection;
                    break;
                case IMemberReferenceOperation member:
                    return member.Member;
                default:
                    return null;
            }
        }
    }

    // The member whose element the value becomes: as an argument, as what a factory returns, or by assignment to an entry.
    private static ISymbol? CollectionAround(IOperation value)
    {
        for (var around = value.Parent; around is not null; around = around.Parent)
        {
            switch (around)
            {
                case IConversionOperation or IArgumentOperation or IReturnOperation or IBlockOperation or IAnonymousFunctionOperation or IDelegateCreationOperation or IParenthesizedOperation:
                    continue;
                case IInvocationOperation { Instance: IMemberReferenceOperation collection, TargetMethod.Name: "Add" or "TryAdd" or "Enqueue" or "Push" or "GetOrAdd" or "AddOrUpdate" or "AddLast" or "Insert" }:
                    return collection.Member;
                case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true, Instance: IMemberReferenceOperation collection } }:
                    return collection.Member;
                default:
                    return null;
            }
        }
        return null;
    }
}
