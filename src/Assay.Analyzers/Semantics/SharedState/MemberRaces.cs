using Assay.Analyzers.Semantics.Collections;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>What a check and an act without a lock over both are for; each kind is one rule's to report.</summary>
internal enum RaceKind
{
    /// <summary>The act relies on what was read before an await.</summary>
    StaleAfterAwait,

    /// <summary>An object is created on first use.</summary>
    LazyCreation,

    /// <summary>A flag lets work run once.</summary>
    StateFlag,

    /// <summary>A collection is asked and then changed.</summary>
    Content,

    /// <summary>A number is compared with a bound and then stepped.</summary>
    Limit,
}

/// <summary>A check of a member and an act on it, between which another thread can come.</summary>
/// <param name="Kind">What the pair is for.</param>
/// <param name="Check">The read; the act itself for <c>??=</c> and <c>+= await</c>.</param>
/// <param name="Act">The write.</param>
/// <param name="Control">The condition; null when the value read feeds the write.</param>
/// <param name="Await">The await in between, when there is one.</param>
/// <param name="Evidence">Why several threads meet at the member.</param>
internal sealed record MemberRace(RaceKind Kind, Access Check, Access Act, Control? Control, IOperation? Await, Evidence Evidence);

/// <summary>Sorts the pairs of check and act of a type that no lock covers.</summary>
internal sealed partial record TypeModel
{
    private List<MemberRace>? _races;

    /// <summary>All races of a check and an act on one member, each of one kind.</summary>
    public IReadOnlyList<MemberRace> MemberRaces(CancellationToken cancellationToken)
    {
        if (_races is not null)
            return _races;
        _races = [];
        var racing = new HashSet<Access>();
        foreach (var write in CheckedWrites(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (RaceOf(write) is not { } race)
                continue;
            _races.Add(race);
            racing.Add(write.Act);
        }
        foreach (var list in Accesses.Values.Concat(Atomics.Values))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var act in list)
            {
                if (act.IsWrite && !racing.Contains(act) && IsBare(act) && RaceWithin(act) is { } race)
                    _races.Add(race);
            }
        }
        return _races;
    }

    private static bool IsBare(Access access) => access is { IsConstruction: false, Held: { IsUncertain: false, Must.IsEmpty: true } };

    private MemberRace? RaceOf(CheckedWrite write)
    {
        var act = write.Act;
        var check = write.Checks[0];
        // One lock over both; or two sections of it, or a check before the lock: those have rules of their own.
        if (!IsBare(act) && act.Kind != AccessKind.ContainerWrite || !IsBare(check.Access) || act.Held.IsUncertain)
            return null;
        foreach (var control in Controls.Over(act.Operation))
        {
            // Only one thread gets past an atomic claim; a catch runs after something went wrong.
            if (ClaimsAtomically(control.Condition))
                return null;
        }
        var whole = FunctionParts.WholeOf(act);
        var wait = IsSync(act) ? null : FunctionParts.AwaitBetween(check.Tested, whole);
        if (KindOf(write, check, wait) is not { } kind || MeetingAt(act) is not { } evidence)
            return null;
        return new(kind, check.Access, act, check.Control, wait, evidence);
    }

    // A thread that only reads what was there when it was started races with no other creation.
    private Evidence? MeetingAt(Access act)
    {
        if (EvidenceOf(act.Member) is not { } evidence)
            return null;
        if (evidence.Kind != EvidenceKind.Thread)
            return evidence;
        Evidence? found = null;
        foreach (var access in AccessesOf(act.Member))
        {
            if (access is not { IsWrite: true, IsConstruction: false })
                continue;
            foreach (var way in Evidence.Flows.WaysTo(access.Operation, access.Function))
            {
                if (way is { Kind: ThreadWayKind.Started, IsHandedOn: false })
                    return evidence;
                if (way.Kind == ThreadWayKind.Started)
                    found = evidence with { IsStrong = false };
            }
        }
        return found;
    }

    private static RaceKind? KindOf(CheckedWrite write, MemberCheck check, IOperation? wait)
    {
        var act = write.Act;
        if (act.Kind == AccessKind.ContainerWrite)
            return wait is null ? RaceKind.Content : RaceKind.StaleAfterAwait;
        if (wait is null && IsBounded(check) && Updates.Of(act) is not null && act.Operation.Parent is not ICoalesceAssignmentOperation && !IsOfLoop(check.Control.Condition))
            return RaceKind.Limit;
        // A condition of a loop waits for others.
        if (IsOfLoop(check.Control.Condition) || act.Operation.Parent is not ISimpleAssignmentOperation { Value: var value } && act.Kind == AccessKind.Write)
            return null;
        value = (act.Operation.Parent as ISimpleAssignmentOperation)?.Value;
        if (wait is not null)
            return check.Found != Found.Present && value is not null && !CheckedValue.IsNothing(value) ? RaceKind.StaleAfterAwait : null;
        // Asked once more after the await, with nothing in between that could interleave in async code.
        if (value is null || write.Checks.Count > 1 && !IsSync(act) && FunctionParts.AwaitBetween(write.Checks[1].Tested, check.Tested) is not null)
            return null;
        if (value.Bare().ConstantValue.HasValue && IsFlag(act.Operation.Type))
            return check.Found is Found.Absent && !CheckedValue.IsNothing(value) || check.Found is Found.Present && CheckedValue.IsNothing(value) ? RaceKind.StateFlag : null;
        return check.Found == Found.Absent && act.Operation.Type is { IsReferenceType: true } && !CheckedValue.IsNothing(value) ? RaceKind.LazyCreation : null;
    }

    // `_x ??= new X()` and `_total += await …` hold check and act in one expression.
    private MemberRace? RaceWithin(Access act)
    {
        switch (act.Operation.Parent)
        {
            case ICoalesceAssignmentOperation coalescing when coalescing.Target == act.Operation:
                var isLate = coalescing.Value.DescendantsAndSelf().FirstOrDefault(o => o is IAwaitOperation && o.IsInSameFunction(coalescing));
                return MeetingAt(act) is { } evidence
                    ? new(isLate is null ? RaceKind.LazyCreation : RaceKind.StaleAfterAwait, act, act, null, isLate, evidence)
                    : null;
            case ICompoundAssignmentOperation compound when compound.Target == act.Operation:
                return Fed(act, act, compound.Value.DescendantsAndSelf().FirstOrDefault(o => o is IAwaitOperation && o.IsInSameFunction(compound)));
            case ISimpleAssignmentOperation assignment when assignment.Target == act.Operation && !IsSync(act) && FeedOf(assignment.Value, act) is { } read:
                return Fed(act, read, FunctionParts.AwaitBetween(read.Operation, assignment));
            default:
                return null;
        }
    }

    private static bool IsSync(Access act) => act.Function is IMethodSymbol { IsAsync: false };

    private MemberRace? Fed(Access act, Access read, IOperation? wait) =>
        wait is not null && IsBare(read) && MeetingAt(act) is { } evidence ? new(RaceKind.StaleAfterAwait, read, act, null, wait, evidence) : null;

    // The read whose value, perhaps kept in a local, the written value is made of.
    private Access? FeedOf(IOperation value, Access act)
    {
        foreach (var operation in value.DescendantsAndSelf())
        {
            if (operation is ILocalReferenceOperation { Local.Type: { IsValueType: true } or { SpecialType: SpecialType.System_String } } or IMemberReferenceOperation && CheckIn(operation, act) is { } read)
                return read;
        }
        return null;
    }

    // `_active < max`, `_left > 0`
    private static bool IsBounded(MemberCheck check)
    {
        var value = check.Tested;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        return value.Parent is IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual };
    }

    private static bool IsOfLoop(IOperation condition)
    {
        while (condition.Parent is IBinaryOperation or IUnaryOperation or IParenthesizedOperation)
            condition = condition.Parent;
        return condition.Parent is ILoopOperation;
    }

    private static bool IsFlag(ITypeSymbol? type) =>
        type is { SpecialType: SpecialType.System_Boolean or SpecialType.System_Int32 } or { TypeKind: TypeKind.Enum };

    private static bool ClaimsAtomically(IOperation condition)
    {
        foreach (var operation in condition.DescendantsAndSelf())
        {
            if (operation is IInvocationOperation { TargetMethod: { ContainingType.Name: "Interlocked" } or { Name: "TryAdd" or "TryUpdate" or "TryRemove" or "TryEnter" or "Wait" or "WaitOne" or "TrySetResult" } })
                return true;
        }
        return false;
    }
}
