using Assay.Analyzers.Semantics.Collections;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>What a check of a member must have found for the act to run.</summary>
internal enum Found
{
    /// <summary>One part of the condition among others, or a comparison with something that varies.</summary>
    Unclear,

    /// <summary>Null, false, zero: nothing is there yet.</summary>
    Absent,

    /// <summary>Something is there.</summary>
    Present,
}

/// <summary>A read of a member that decides whether a later write of the same member runs.</summary>
/// <param name="Access">The read.</param>
/// <param name="Tested">What the condition tests: the read itself, or the local that holds what was read.</param>
/// <param name="Control">The condition.</param>
/// <param name="Found">What the read must have given.</param>
internal sealed record MemberCheck(Access Access, IOperation Tested, Control Control, Found Found);

/// <summary>A write of a member and the reads of the same member that decide whether it runs.</summary>
/// <param name="Act">The write.</param>
/// <param name="Checks">The checks, the nearest first; at least one.</param>
internal sealed record CheckedWrite(Access Act, IReadOnlyList<MemberCheck> Checks);

/// <summary>Pairs of check and act, found once for all rules that ask for them.</summary>
internal sealed partial record TypeModel
{
    private readonly Dictionary<IOperation, IReadOnlyList<IOperation>> _reaching = [];
    private List<CheckedWrite>? _checkedWrites;
    private Dictionary<IOperation, Access>? _byOperation;
    private Dictionary<IOperation, ISymbol>? _owners;

    /// <summary>All writes outside construction that a check of the same member decides.</summary>
    public IReadOnlyList<CheckedWrite> CheckedWrites(CancellationToken cancellationToken) =>
        _checkedWrites ??= FindCheckedWrites(cancellationToken);

    /// <summary>All accesses of a member, atomic or not.</summary>
    public IReadOnlyList<Access> AccessesOf(ISymbol member) =>
        Accesses.TryGetValue(member, out var plain) ? plain : Atomics.TryGetValue(member, out var atomic) ? atomic : [];

    /// <summary>The access that a reference makes; null when it is none of the model.</summary>
    public Access? AccessAt(IOperation reference)
    {
        if (_byOperation is null)
        {
            _byOperation = [];
            foreach (var known in Accesses.Values.Concat(Atomics.Values).SelectMany(list => list))
                _byOperation[known.Operation] = known;
        }
        return _byOperation.TryGetValue(reference, out var access) ? access : null;
    }

    /// <summary>What is held at an operation of one of the bodies.</summary>
    public HeldSet HeldAt(IOperation operation)
    {
        if (_owners is null)
        {
            _owners = [];
            foreach (var body in Bodies)
                _owners[body.Operation.Root()] = body.Owner;
        }
        return _owners.TryGetValue(operation.Root(), out var owner) ? Places.At(operation, owner) : HeldSet.Unknown;
    }

    /// <summary>Whether one critical section holds the lock from the first operation to the later one, without letting go of it.</summary>
    public bool HoldsThroughout(GuardTerm term, IOperation first, IOperation last)
    {
        if (!HeldAt(first).Must.Contains(term) || !HeldAt(last).Must.Contains(term))
            return false;
        var around = last;
        while (around.Parent is { } parent && !around.Syntax.Span.Contains(first.Syntax.Span))
            around = parent;
        foreach (var operation in around.Descendants())
        {
            // A place in between that is free of the lock: it was given back, and taken anew.
            if (operation.Syntax.SpanStart >= first.Syntax.Span.End && operation.Syntax.Span.End <= last.Syntax.SpanStart && !operation.ChildOperations.Any()
                && operation.IsInSameFunction(last) && HeldAt(operation) is { IsUncertain: false } held && !held.Must.Contains(term))
                return false;
        }
        return true;
    }

    private List<CheckedWrite> FindCheckedWrites(CancellationToken cancellationToken)
    {
        var found = new List<CheckedWrite>();
        foreach (var list in Accesses.Values.Concat(Atomics.Values))
        {
            cancellationToken.ThrowIfCancellationRequested();
            // A member that is only read, or only written, is never checked before it is written.
            if (!list.Exists(a => a.IsWrite && !a.IsConstruction) || list.TrueForAll(a => a.IsWrite))
                continue;
            foreach (var act in list)
            {
                if (act.IsWrite && !act.IsConstruction && ChecksOver(act) is { Count: > 0 } checks)
                    found.Add(new(act, checks));
            }
        }
        return found;
    }

    private List<MemberCheck> ChecksOver(Access act)
    {
        var checks = new List<MemberCheck>();
        foreach (var control in Controls.Over(act.Operation))
        {
            foreach (var operation in control.Condition.DescendantsAndSelf())
            {
                if (CheckIn(operation, act) is { } read)
                    checks.Add(new(read, operation, control, CheckedValue.FoundBy(operation, control)));
            }
        }
        return checks;
    }

    // The read in a condition, or the read whose result a local of the condition holds.
    private Access? CheckIn(IOperation operation, Access act)
    {
        if (operation is not ILocalReferenceOperation { IsDeclaration: false } local)
            return ReadIn(operation, act);
        // A copy has the type of what it copies.
        if (!local.Local.Type.Is(act.Operation.Type))
            return null;
        // Many acts can stand under one condition.
        if (!_reaching.TryGetValue(local, out var values))
            _reaching[local] = values = [.. LocalWrites.Reaching(local.Local, local)];
        foreach (var value in values)
        {
            if (ReadIn(SameValue.Bare(value), act) is { } read && value.IsInSameFunction(act.Operation))
                return read;
        }
        return null;
    }

    // A read of the member of the same object.
    private Access? ReadIn(IOperation operation, Access act) =>
        operation is IMemberReferenceOperation reference && reference.Member.OriginalDefinition.Is(act.Member)
            && reference.Instance.IsSameAs((act.Operation as IMemberReferenceOperation)?.Instance) && AccessAt(reference) is { IsWrite: false } read
            ? read
            : null;
}
