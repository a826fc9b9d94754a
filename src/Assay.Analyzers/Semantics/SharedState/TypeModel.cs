using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>What an access does to a field, or through the field to the collection it holds.</summary>
internal enum AccessKind
{
    Read,
    Write,
    ReadModifyWrite,
    ContainerRead,
    ContainerWrite,
}

/// <summary>One use of a field of this or of a static field.</summary>
/// <param name="Member">The field or auto-property.</param>
/// <param name="Kind">What is done to it.</param>
/// <param name="Operation">The reference to the member.</param>
/// <param name="Function">The method, accessor or local function around it; null in an initialiser or a lambda of unknown use.</param>
/// <param name="Held">The locks held, callers included.</param>
/// <param name="IsConstruction">Whether no other thread can see the object yet.</param>
internal sealed record Access(ISymbol Member, AccessKind Kind, IOperation Operation, ISymbol? Function, HeldSet Held, bool IsConstruction)
{
    public bool IsWrite => Kind is AccessKind.Write or AccessKind.ReadModifyWrite or AccessKind.ContainerWrite;
}

/// <summary>The lock that a field's accesses agree on.</summary>
/// <param name="Member">The field or auto-property.</param>
/// <param name="Term">The lock.</param>
/// <param name="Guarded">The accesses that hold it.</param>
/// <param name="Bare">The accesses that hold no lock at all.</param>
/// <param name="Total">All accesses whose locks are known.</param>
internal sealed record FieldGuard(ISymbol Member, GuardTerm Term, IReadOnlyList<Access> Guarded, IReadOnlyList<Access> Bare, int Total)
{
    /// <summary>Whether at least seven of ten accesses hold the lock.</summary>
    public bool IsUsual => Guarded.Count * 10 >= Total * 7;
}

/// <summary>The shared state of one outermost type, nested types included: what the rules of the category read.</summary>
/// <param name="Type">The type.</param>
/// <param name="Accesses">All accesses to state that no atomic operation touches, by member in source order.</param>
/// <param name="Atomics">The plain accesses to the other state: volatile fields, and those that Interlocked or Volatile touch elsewhere.</param>
/// <param name="Guards">The inferred guards.</param>
/// <param name="Bodies">The bodies, in source order.</param>
/// <param name="Evidence">Why threads meet at a member.</param>
/// <param name="Places">Answers for any operation of the bodies what is held there.</param>
internal sealed partial record TypeModel(
    INamedTypeSymbol Type,
    IReadOnlyDictionary<ISymbol, List<Access>> Accesses,
    IReadOnlyDictionary<ISymbol, List<Access>> Atomics,
    IReadOnlyList<FieldGuard> Guards,
    IReadOnlyList<Body> Bodies,
    EvidenceFinder Evidence,
    HeldPlaces Places)
{
    /// <summary>Why two threads may use the member at once; null when nothing shows it.</summary>
    public Evidence? EvidenceOf(ISymbol member) =>
        Accesses.TryGetValue(member, out var accesses) || Atomics.TryGetValue(member, out accesses) ? Evidence.Of(member, accesses) : null;
}

/// <summary>A body of the type: the operation and the member it belongs to.</summary>
internal readonly record struct Body(ISymbol Owner, IOperation Operation);
