using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Collections;

/// <summary>A check, and what goes wrong when another thread comes between it and the act.</summary>
/// <param name="Act">The act.</param>
/// <param name="Check">The read that decides or feeds the act.</param>
/// <param name="Consequence">What the act then does.</param>
/// <param name="IsHarmless">The check is superfluous, or a bound that need not be exact: nothing breaks.</param>
internal sealed record Race(CollectionAct Act, CollectionRead Check, string Consequence, bool IsHarmless = false);

/// <summary>Looks for the check that an act on a concurrent collection relies on.</summary>
internal sealed class CollectionRace(ConcurrentCollections collections, CollectionAct act, IOperation path, StoredEntries entries)
{
    private const int MostAliases = 3;

    /// <summary>The nearest check that decides whether the act runs, or else the read that feeds it; null when there is none.</summary>
    public Race? Find()
    {
        var passed = new List<Control>();
        foreach (var control in Controls.Over(act.Operation))
        {
            // Only one thread gets past an atomic claim.
            if (ClaimsAtomically(control.Condition))
                return null;
            passed.Add(control);
            if (FindIn(control.Condition, control, passed, MostAliases) is { } race)
                return race;
        }
        return FindFeed();
    }

    private Race? FindIn(IOperation expression, Control control, List<Control> passed, int aliases)
    {
        foreach (var operation in expression.DescendantsAndSelf())
        {
            if (collections.ReadOf(operation) is { } read)
            {
                if (Concerns(read, control.KnownFrom) && Judge(read, control, passed) is { } race)
                    return race;
            }
            else if (aliases > 0 && operation is ILocalReferenceOperation { IsDeclaration: false } local)
            {
                // `var known = d.ContainsKey(k); if (!known) …`
                foreach (var value in LocalWrites.Reaching(local.Local, local))
                {
                    var source = value is IArgumentOperation { Parent: { } call } ? call : value;
                    if (FindIn(source, control with { KnownFrom = source.Syntax.Span.End }, passed, aliases - 1) is { } race)
                        return race;
                }
            }
        }
        return null;
    }

    private Race? Judge(CollectionRead read, Control control, List<Control> passed) => read.Fact switch
    {
        CollectionFact.Entry => OfEntry(read, control, passed),
        CollectionFact.Size => OfSize(read, control),
        CollectionFact.Emptiness => OfEmptiness(read, control),
        CollectionFact.Head => OfHead(read, passed),
        CollectionFact.Membership => act.Effect is CollectionEffect.Insert or CollectionEffect.InsertOrThrow or CollectionEffect.Set or CollectionEffect.TryAdd or CollectionEffect.GetOrAdd
            ? new(act, read, "adds what the check was to keep out")
            : null,
        CollectionFact.Closing => act.Effect is CollectionEffect.InsertOrThrow or CollectionEffect.Take && !CatchesInvalidOperation()
            ? new(act, read, "throws InvalidOperationException")
            : null,
        _ => null,
    };

    private Race? OfEntry(CollectionRead read, Control control, List<Control> passed)
    {
        switch (act.Effect)
        {
            case CollectionEffect.Set:
                return new LostAdd(act, read, entries).IsHarmless(control)
                    ? new(act, read, "replaces the value that the other one goes on with", IsHarmless: true)
                    : new(act, read, "overwrites that change");
            case CollectionEffect.AddOrThrow:
                return new(act, read, "throws ArgumentException");
            case CollectionEffect.ReadOrThrow:
                // What nobody removes is still there.
                return read.Name != "indexer" && control.Implies(read.Operation) && entries.MayDisappear() ? new(act, read, "throws KeyNotFoundException") : null;
            case CollectionEffect.TryAdd when act.IsResultIgnored():
                if (act.IsAllThatDependsOn(control) || !new LostAdd(act, read, entries).IsHarmless(control))
                    return new(act, read, "adds nothing and nobody notices", IsHarmless: act.IsAllThatDependsOn(control));
                return new(act, read, act.IsValueUsedAfter() ? "adds nothing, and this thread goes on with a value of its own" : "adds nothing", IsHarmless: true);
            case CollectionEffect.Remove when act.IsResultIgnored():
                var isByValue = passed.Any(c => read.DecidesByValue(c));
                return new(act, read, isByValue ? "removes a value that was never checked" : "removes nothing and nobody notices", IsHarmless: !isByValue && act.IsAllThatDependsOn(control));
            // One thread removes; which value it was matters only where entries are replaced.
            case CollectionEffect.Remove when passed.Any(c => read.DecidesByValue(c)):
                return new(act, read, "removes a value that was never checked", IsHarmless: !entries.AreReplaced());
            default:
                return null;
        }
    }

    private Race? OfSize(CollectionRead read, Control control)
    {
        // Count % 32, Count + 1: no limit.
        if (read.Operation.Parent is not IBinaryOperation { OperatorKind: >= BinaryOperatorKind.Equals and <= BinaryOperatorKind.GreaterThan })
            return null;
        switch (act.Effect)
        {
            // A cache or a pool that skips what does not fit need not be exact; a limit that the caller is told of is a promise.
            case CollectionEffect.Insert or CollectionEffect.InsertOrThrow or CollectionEffect.Set or CollectionEffect.TryAdd or CollectionEffect.GetOrAdd:
                return new(act, read, "goes past the limit", IsHarmless: !act.IsRefusalTold(control));
            // A trimmed history may lose an item too many.
            case CollectionEffect.TryTake or CollectionEffect.Remove when act.IsResultIgnored():
            case CollectionEffect.Clear:
                return new(act, read, "removes more than was meant", IsHarmless: true);
            default:
                return null;
        }
    }

    private Race? OfEmptiness(CollectionRead read, Control control)
    {
        switch (act.Effect)
        {
            // Draining needs no result; an item that nobody uses is not missed.
            case CollectionEffect.TryTake when act.IsResultIgnored() && act.IsTakenItemUsed():
                return new(act, read, "takes nothing and nobody notices", IsHarmless: WorksOnPlainState());
            case CollectionEffect.Take:
                return new(act, read, "blocks until an item comes");
            case CollectionEffect.Insert when IsKnownEmpty(read, control):
                return new(act, read, "adds a second time");
            default:
                return null;
        }
    }

    private static bool IsKnownEmpty(CollectionRead read, Control control) => read.Operation switch
    {
        IPropertyReferenceOperation { Property.Name: "IsEmpty" } isEmpty => control.Implies(isEmpty),
        { Parent: IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } count } => control.Implies(count),
        { Parent: IBinaryOperation { OperatorKind: BinaryOperatorKind.GreaterThan or BinaryOperatorKind.NotEquals } count } => control.Excludes(count),
        IInvocationOperation any => control.Excludes(any),
        _ => false,
    };

    private Race? OfHead(CollectionRead read, List<Control> passed)
    {
        if (act.Effect != CollectionEffect.TryTake)
            return null;
        if (!act.IsResultIgnored() && !passed.Any(c => read.DecidesByValue(c)))
            return null;
        // The only consumer of a queue finds the head that it looked at.
        return new(act, read, "takes another item than the one it looked at", IsHarmless: !MemberUses.HasSeveralTakers(path, act.Operation.Syntax));
    }

    // d.TryGetValue(k, out var n); … d[k] = n + 1;
    private Race? FindFeed()
    {
        // `d[k] = d[k] + 1` loses updates in one expression; that is LostUpdate's to say.
        if (act.Effect != CollectionEffect.Set || act.Operation is not ISimpleAssignmentOperation assignment)
            return null;
        foreach (var operation in assignment.Value.DescendantsAndSelf())
        {
            // A cache that keeps what it found or made.
            if (operation is not ILocalReferenceOperation local || StoredEntries.IsPutBack(local, assignment))
                continue;
            foreach (var value in LocalWrites.Reaching(local.Local, assignment))
            {
                foreach (var source in (value is IArgumentOperation { Parent: { } call } ? call : value).DescendantsAndSelf())
                {
                    if (collections.ReadOf(source) is { Fact: CollectionFact.Entry } read && read.Name != "ContainsKey" && Concerns(read, source.Syntax.Span.End))
                        return new(act, read, "overwrites that change");
                }
            }
        }
        return null;
    }

    // A consumer that fills a plain collection of its own beside runs on one thread, or breaks that first.
    private bool WorksOnPlainState()
    {
        foreach (var operation in act.Operation.Root().Descendants())
        {
            if (operation is IFieldReferenceOperation { Instance: IInstanceReferenceOperation } field && AccessShapes.Of(field, field.Field.Type) is AccessKind.ContainerWrite or AccessKind.Write && AccessShapes.IsCollection(field.Field.Type))
                return true;
        }
        return false;
    }

    // Whether the read is of the same collection and key, with neither assigned in between.
    private bool Concerns(CollectionRead read, int knownFrom)
    {
        if (Sharing.Path(read.Collection) is not { } other || !other.IsSameAs(path))
            return false;
        if (read.Key is not null && !read.Key.IsSameAs(act.Key))
            return false;
        var until = act.Operation.Syntax.SpanStart;
        return !LocalWrites.IsChangedBetween(read.Key, knownFrom, until) && !LocalWrites.IsChangedBetween(act.Collection, knownFrom, until)
            && !LocalWrites.IsChangedBetween(path, knownFrom, until);
    }

    private static bool ClaimsAtomically(IOperation condition)
    {
        foreach (var operation in condition.DescendantsAndSelf())
        {
            if (operation is not IInvocationOperation { TargetMethod: var method })
                continue;
            if (method.ContainingType?.Name == "Interlocked" || method.Name is "TryAdd" or "TryUpdate" or "TryRemove" && method.ContainingType?.Name == "ConcurrentDictionary")
                return true;
        }
        return false;
    }

    private bool CatchesInvalidOperation()
    {
        IOperation child = act.Operation;
        for (var parent = child.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            if (parent is not ITryOperation attempt || attempt.Body != child)
                continue;
            foreach (var clause in attempt.Catches)
            {
                if (clause.ExceptionType is { Name: "InvalidOperationException" or "Exception" or "SystemException" or "Object" })
                    return true;
            }
        }
        return false;
    }
}
