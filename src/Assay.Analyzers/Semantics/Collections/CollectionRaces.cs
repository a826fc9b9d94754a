using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Collections;

/// <summary>Finds in one type the acts on concurrent collections that rely on an earlier check, without one lock over both.</summary>
internal sealed class CollectionRaces(TypeModel model)
{
    private readonly ConcurrentCollections _collections = new(model.Evidence.Types);

    public IEnumerable<Race> Find(CancellationToken cancellationToken)
    {
        if (!_collections.ArePresent)
            yield break;
        foreach (var body in model.Bodies)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var operation in body.Operation.DescendantsAndSelf())
            {
                if (_collections.ActOf(operation) is { } act && RaceOf(act, body.Owner) is { } race)
                    yield return race;
            }
        }
    }

    private Race? RaceOf(CollectionAct act, ISymbol owner)
    {
        // A collection out of a call or a new one may be another each time.
        if (Sharing.Path(act.Collection) is not { } path)
            return null;
        var entries = new StoredEntries(path, model.Bodies, _collections);
        if (new CollectionRace(_collections, act, path, entries).Find() is not { } race)
            return null;
        // No other thread can reach the collection yet.
        if (Sharing.IsOwned(path, act.Operation, owner))
            return null;
        // Nobody can come between what one critical section holds; that is also how a double-checked lock ends.
        if (OneSection.Covers(model, race.Check.Operation, act.Operation, owner))
            return null;
        // The code says itself that one thread runs it.
        if (AssertsItsThread(act.Operation.Root()))
            return null;
        // One loop of its own is all that comes there.
        if (IsMemberOf(owner.ContainingType, path) && entries.AreConfined(model.Evidence))
            return null;
        return IsMemberOf(owner.ContainingType, path) && IsOfOneThread(owner.ContainingType!) ? race with { IsHarmless = true } : race;
    }

    // The model is of the outermost type; the code may be of one within.
    private static bool IsMemberOf(INamedTypeSymbol? owner, IOperation path) =>
        path is IMemberReferenceOperation { Member: { IsStatic: false, ContainingType: { } type } } && type.OriginalDefinition.Is(owner?.OriginalDefinition);

    // Windows live on their thread; a connection or a unit of work serves one caller at a time, and so does what holds one.
    private static bool IsOfOneThread(INamedTypeSymbol type)
    {
        if (TypeSharing.BelongsToWindow(type))
            return true;
        for (var current = type; current is { SpecialType: SpecialType.None }; current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (member is IFieldSymbol { IsStatic: false } field && IsUnitOfWork(field.Type))
                    return true;
            }
        }
        return false;
    }

    private static bool IsUnitOfWork(ITypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Name is "DbConnection" or "DbTransaction" or "DbContext")
                return true;
        }
        return false;
    }

    private static bool AssertsItsThread(IOperation body)
    {
        foreach (var operation in body.Descendants())
        {
            if (operation is IInvocationOperation { TargetMethod.Name: "AssertAccess" or "VerifyAccess" or "CheckAccess" or "ThrowIfNotOnUIThread" or "VerifyOnUIThread" })
                return true;
        }
        return false;
    }
}
