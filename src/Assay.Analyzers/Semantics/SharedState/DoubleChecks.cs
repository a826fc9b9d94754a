using Assay.Analyzers.Semantics.Collections;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>What is wrong with a double-checked lock.</summary>
/// <param name="Kind">One of the constants, for the fix.</param>
/// <param name="Member">The member that is checked.</param>
/// <param name="Place">Where it goes wrong.</param>
/// <param name="Others">The other places of the story, the one the reason names first.</param>
/// <param name="Reason">What happens, for the developer.</param>
/// <param name="Severity">A warning, or a suggestion where authors defend it.</param>
internal sealed record DoubleCheckFlaw(string Kind, ISymbol Member, IOperation Place, IReadOnlyList<IOperation> Others, string Reason, DiagnosticSeverity Severity = DiagnosticSeverity.Warning)
{
    /// <summary>The property of a finding under which its kind stands.</summary>
    public const string KindKey = "Flaw";

    public const string MissingCheck = "MissingCheck";
    public const string OtherLock = "OtherLock";
    public const string EarlyPublication = "EarlyPublication";
    public const string TornRead = "TornRead";
    public const string PlainFlag = "PlainFlag";
}

/// <summary>Judges the double-checked locks of a type: checked without the lock, taken, checked again, written.</summary>
internal sealed class DoubleChecks(TypeModel model, CancellationToken cancellationToken)
{
    private readonly Dictionary<ISymbol, Access> _rightOnes = new(SymbolEqualityComparer.Default);

    public IEnumerable<DoubleCheckFlaw> Flaws()
    {
        foreach (var write in model.CheckedWrites(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var act = write.Act;
            // What another member of the struct or the collection does is no creation.
            if (act.Kind is AccessKind.ContainerWrite || act.Held.Must.IsEmpty || ValueOf(act) is not { } value)
                continue;
            // Code that empties the member may run twice, and a setter that compares with its value is no creation.
            if (CheckedValue.IsNothing(value))
                continue;
            var flaws = write.Checks.Any(c => IsInside(c, act)) ? OfRepeated(write, value) : OfSingle(write, value);
            foreach (var flaw in flaws)
                yield return flaw;
        }
    }

    private static IOperation? ValueOf(Access act) => act.Operation.Parent switch
    {
        ISimpleAssignmentOperation assignment when assignment.Target == act.Operation => assignment.Value,
        ICoalesceAssignmentOperation assignment => assignment.Value,
        _ => null,
    };

    private bool IsInside(MemberCheck check, Access act) =>
        act.Held.Must.Any(term => model.HoldsThroughout(term, check.Access.Operation, act.Operation));

    private static bool IsBare(Access access) => access is { IsConstruction: false, Held: { IsUncertain: false, Must.IsEmpty: true } };

    private IEnumerable<DoubleCheckFlaw> OfSingle(CheckedWrite write, IOperation value)
    {
        var act = write.Act;
        // `_x ??= …` asks again by itself, and so does a value that reads the member.
        if (act.Kind != AccessKind.Write || value.DescendantsAndSelf().Any(o => o is IMemberReferenceOperation read && read.Member.OriginalDefinition.Is(act.Member)))
            yield break;
        if (write.Checks.FirstOrDefault(c => IsBare(c.Access)) is not { } outer || outer.Found == Found.Present || !IsDecision(outer))
            yield break;
        if (IsCheckedOtherwise(act, outer, out var instead) || IsUnderReadLock(act) || IsLockedForAnother(act, value, outer))
            yield break;
        var term = act.Held.Must.First();
        var line = outer.Tested.Syntax.GetLocation().Line();
        var inside = instead is null ? "not again inside" : $"inside '{instead.Syntax}' is checked instead";
        yield return new(
            DoubleCheckFlaw.MissingCheck,
            act.Member,
            act.Operation,
            instead is null ? [outer.Tested] : [outer.Tested, instead],
            $"it is checked at line {line} before '{term.Text}' is taken and {inside}, so a thread that waited for the lock does it all a second time",
            IsEndOfLife(act.Member) || IsComplaint(outer.Control) ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning);
    }

    // A loop that waits for another thread's write, or its own, is no check before a creation; nor is a comparison with a given value.
    private static bool IsDecision(MemberCheck check)
    {
        var whole = check.Control.Condition;
        while (whole.Parent is IBinaryOperation or IUnaryOperation or IParenthesizedOperation)
            whole = whole.Parent;
        return whole.Parent is not ILoopOperation && (check.Found == Found.Absent || CheckedValue.IsTested(check.Tested));
    }

    // Conditions inside the lock that may stand for the second check: a companion that is written with the member, or a question to other code.
    private bool IsCheckedOtherwise(Access act, MemberCheck outer, out IOperation? instead)
    {
        instead = null;
        foreach (var control in Controls.Over(act.Operation))
        {
            if (control.Condition == outer.Control.Condition || !act.Held.Must.Any(t => model.HeldAt(control.Condition).Must.Contains(t)))
                break;
            foreach (var operation in control.Condition.DescendantsAndSelf())
            {
                if (operation is IInvocationOperation or ILocalReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: true })
                    return true;
                if (operation is not IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } reference || reference.Member is IFieldSymbol { IsReadOnly: true } or IFieldSymbol { IsConst: true })
                    continue;
                // The lock was given back since: that answer is as old as the first.
                if (reference.Member.OriginalDefinition.Is(act.Member))
                    continue;
                if (model.AccessAt(reference) is not { } read || IsWrittenBeside(act, read.Member))
                    return true;
                // A comparison with a stage or a count tells what the first check asked, and more.
                if (!CheckedValue.IsTested(reference))
                    return true;
                instead = reference;
            }
        }
        return false;
    }

    // `if (_packet != null) _packet.Reset(); else lock (_poolGate) _packet = _pool.Take();`: the lock is the pool's, and the member is
    // written without it elsewhere.
    private bool IsLockedForAnother(Access act, IOperation value, MemberCheck outer) =>
        value.DescendantsAndSelf().Any(o => o is IInvocationOperation { Instance: IFieldReferenceOperation { Instance: IInstanceReferenceOperation } })
        && IsOtherwiseUsed(outer)
        && model.AccessesOf(act.Member).Where(a => a.IsWrite && !a.IsConstruction && a != act).ToList() is { Count: > 0 } others && others.TrueForAll(IsBare);

    // The other branch puts to use what was found.
    private static bool IsOtherwiseUsed(MemberCheck check)
    {
        var whole = check.Control.Condition;
        while (whole.Parent is IBinaryOperation or IUnaryOperation or IParenthesizedOperation)
            whole = whole.Parent;
        return whole.Parent is IConditionalOperation { WhenFalse: not null };
    }

    private bool IsWrittenBeside(Access act, ISymbol companion) =>
        model.AccessesOf(companion).Any(a => a.IsWrite && a.Function.Is(act.Function) && a.Held.Must.Overlaps(act.Held.Must));

    private IEnumerable<DoubleCheckFlaw> OfRepeated(CheckedWrite write, IOperation value)
    {
        var act = write.Act;
        if (OfOtherLock(act) is { } other)
            yield return other;
        var outer = write.Checks.FirstOrDefault(c => IsBare(c.Access))?.Access;
        if (outer is not null && Tearing.IsTorn(outer.Operation.Type))
            yield return new(
                DoubleCheckFlaw.TornRead,
                act.Member,
                outer.Operation,
                [act.Operation],
                $"it is a struct that the write at line {LineOf(act)} changes in several steps, and this read without the lock can see half of them");
        else if (outer is not null && Publication.AnnouncedPlainly(act, value, model) is { } announced)
            yield return new(
                DoubleCheckFlaw.PlainFlag,
                act.Member,
                outer.Operation,
                [act.Operation],
                $"it is not volatile, so a thread that finds it set here need not see '{announced.Member.Name}', which line {LineOf(announced)} wrote before it",
                DiagnosticSeverity.Info);
        // Whoever asks without the lock, here or before the call of this, uses what it finds.
        outer ??= model.AccessesOf(act.Member).FirstOrDefault(a => !a.IsWrite && IsBare(a) && CheckedValue.IsTested(a.Operation) && LeadsTo(a.Function, act.Function));
        if (outer is not null && Publication.CompletedAfter(act, value, model) is { } completion)
            yield return new(
                DoubleCheckFlaw.EarlyPublication,
                act.Member,
                act.Operation,
                [completion, outer.Operation],
                $"it is set here but complete only at line {completion.Syntax.GetLocation().Line()}, and until then the check at line {LineOf(outer)} lets other threads use it");
    }

    private bool LeadsTo(ISymbol? asking, ISymbol? writing) =>
        asking.Is(writing) || writing is IMethodSymbol method && model.Calls.Any(c => c.Function.Is(asking) && c.Callee.Is(Entries.KeyOf(method)));

    private DoubleCheckFlaw? OfOtherLock(Access act)
    {
        if (!_rightOnes.TryGetValue(act.Member, out var first))
        {
            _rightOnes[act.Member] = act;
            return null;
        }
        return first.Held.Must.Overlaps(act.Held.Must) ? null : new(
            DoubleCheckFlaw.OtherLock,
            act.Member,
            act.Operation,
            [first.Operation],
            $"it is written here under '{act.Held.Must.First().Text}' and at line {LineOf(first)} under '{first.Held.Must.First().Text}', so two threads can do it at once");
    }

    private static int LineOf(Access access) => access.Operation.Syntax.GetLocation().Line();

    // Several threads can hold a read lock, so it was not taken to create only once.
    private static bool IsUnderReadLock(Access act)
    {
        var isRead = false;
        foreach (var operation in act.Operation.Root().Descendants())
        {
            if (operation is not IInvocationOperation { TargetMethod.Name: var name } || operation.Syntax.SpanStart > act.Operation.Syntax.SpanStart)
                continue;
            if (name is "EnterReadLock" or "TryEnterReadLock")
                isRead = true;
            else if (name is "EnterWriteLock" or "TryEnterWriteLock" or "EnterUpgradeableReadLock" or "TryEnterUpgradeableReadLock")
                isRead = false;
        }
        return isRead;
    }

    // `if (_started) throw …` tells a caller of his mistake, which need not be found every time.
    private static bool IsComplaint(Control control)
    {
        var whole = control.Condition;
        while (whole.Parent is IBinaryOperation or IUnaryOperation or IParenthesizedOperation)
            whole = whole.Parent;
        return whole.Parent is IConditionalOperation branch && !branch.WhenTrue.DescendantsAndSelf().Any(o => o is IReturnOperation or IBranchOperation)
            && branch.WhenTrue.DescendantsAndSelf().Any(o => o is IThrowOperation);
    }

    // Dispose twice is allowed, and mostly does no harm.
    private static bool IsEndOfLife(ISymbol member)
    {
        foreach (var word in new[] { "dispos", "closed", "stopp", "shut", "abort" })
        {
            if (member.Name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }
        return false;
    }
}
