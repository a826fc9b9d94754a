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

/// <summary>One use of a field of this, of another object that the function can name, or of a static field.</summary>
/// <param name="Member">The field or auto-property.</param>
/// <param name="Kind">What is done to it.</param>
/// <param name="Operation">The reference to the member.</param>
/// <param name="Function">The method, accessor or local function around it; null in an initialiser or a lambda of unknown use.</param>
/// <param name="Held">
/// The locks held, callers included, as the object that owns the member names them: under <c>lock (other._gate)</c> an access to
/// <c>other._n</c> holds <c>_gate</c>.
/// </param>
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

/// <summary>A place that takes a lock: a lock statement, an acquire call, the scope of a lock, the entry of a Synchronized method.</summary>
/// <param name="Term">The lock as the function names it; null when it has no stable name.</param>
/// <param name="Kind">The family of the lock.</param>
/// <param name="Mode">How it is taken.</param>
/// <param name="IsCertain">Whether it is held afterwards; false for a try and for a wait that can time out.</param>
/// <param name="Operation">The locked expression or the call; the body of a Synchronized method.</param>
/// <param name="Function">The method, accessor or local function around it; null in an initialiser or a lambda of unknown use.</param>
/// <param name="Held">The locks held before, callers included, by the names of the function.</param>
internal sealed record Acquisition(GuardTerm? Term, LockKind Kind, LockMode Mode, bool IsCertain, IOperation Operation, ISymbol? Function, HeldSet Held);

/// <summary>A call, of the type's own functions or of foreign code, or a use of a property or event that runs code.</summary>
/// <param name="Operation">The invocation, creation or property reference.</param>
/// <param name="Callee">The method, constructor or property.</param>
/// <param name="Function">The method, accessor or local function around it; null in an initialiser or a lambda of unknown use.</param>
/// <param name="Local">The locks that the function itself holds there.</param>
/// <param name="Held">The locks held, callers included, by the names of the function.</param>
/// <param name="IsConcurrent">Whether a lambda on another thread lies between the function and the call.</param>
internal sealed record CallUse(IOperation Operation, ISymbol Callee, ISymbol? Function, HeldSet Local, HeldSet Held, bool IsConcurrent);

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
    private TypeLockOrder? _lockOrder;

    /// <summary>What of the type's locks and calls outlives the model.</summary>
    public TypeLockOrder LockOrder => _lockOrder ??= TypeLockOrder.Of(this);

    /// <summary>The places that take a lock, in source order.</summary>
    public IReadOnlyList<Acquisition> Acquisitions { get; init; } = [];

    /// <summary>The calls, in source order.</summary>
    public IReadOnlyList<CallUse> Calls { get; init; } = [];

    /// <summary>The accesses to members that base classes of the assembly declare.</summary>
    public IReadOnlyList<Access> Inherited { get; init; } = [];

    /// <summary>Why two threads may use the member at once; null when nothing shows it.</summary>
    public Evidence? EvidenceOf(ISymbol member) =>
        Accesses.TryGetValue(member, out var accesses) || Atomics.TryGetValue(member, out accesses) ? Evidence.Of(member, accesses) : null;
}

/// <summary>A body of the type: the operation and the member it belongs to.</summary>
internal readonly record struct Body(ISymbol Owner, IOperation Operation);
