using Assay.Analyzers.Semantics.Collections;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>A read for use of a member that an earlier read found fit for it.</summary>
/// <param name="Member">The field, property or event.</param>
/// <param name="Check">The first read.</param>
/// <param name="Use">The second read.</param>
/// <param name="Change">The write elsewhere that takes away what was found; null when other types do it.</param>
/// <param name="Consequence">What happens in between, for messages.</param>
/// <param name="Evidence">Why several threads meet at the member.</param>
/// <param name="IsCertain">Whether the evidence carries a warning.</param>
internal sealed record SecondRead(ISymbol Member, IOperation Check, IOperation Use, IOperation? Change, string Consequence, Evidence Evidence, bool IsCertain)
{
    /// <summary>How messages name the write that takes the value away.</summary>
    public static string Named(Access change) =>
        $"'{(change.Function is IMethodSymbol { AssociatedSymbol: { } property } ? property.Name : change.Function?.Name ?? "a lambda")}' (line {change.Operation.Syntax.GetLocation().Line()})";
}

/// <summary>Finds the members that are checked for null and then read again without a lock over both.</summary>
internal static class SecondReads
{
    private static readonly string[] s_ends = ["Dispose", "Close", "Stop", "Shutdown", "Finalize", "Abort", "Clean", "TearDown"];

    public static IEnumerable<SecondRead> In(TypeModel model, CancellationToken cancellationToken)
    {
        foreach (var list in model.Accesses.Values.Concat(model.Atomics.Values))
        {
            cancellationToken.ThrowIfCancellationRequested();
            // What is never emptied after construction stays.
            if (list[0].Operation.Type is not { IsReferenceType: true } || !list.Exists(IsEmptying))
                continue;
            if (model.EvidenceOf(list[0].Member) is not { Kind: not EvidenceKind.Neighbour } evidence)
                continue;
            var reported = new HashSet<ISymbol?>(SymbolEqualityComparer.Default);
            foreach (var use in list)
            {
                if (!IsUse(use) || use.Function is null || CheckOver(use, model) is not { } check)
                    continue;
                // What the function empties itself it does not read afterwards.
                if (list.Find(a => IsEmptying(a) && !use.Function.Is(a.Function) && model.Evidence.CanMeet(use, a)) is not { } emptied)
                    continue;
                // One finding for each function: the cure is one local.
                if (reported.Add(use.Function))
                    yield return new(use.Member, check.Operation, use.Operation, emptied.Operation, $"{SecondRead.Named(emptied)} can set it to null", evidence, IsCertain(evidence) && !IsEndOfLife(list, use) && !IsInTurn(use, emptied, model));
            }
        }
    }

    // Where the field has a lock, callers may hold it, or another one that stands for it.
    public static bool IsCertain(Evidence evidence) => evidence is { IsStrong: true, Kind: not EvidenceKind.Locked };

    // What is there for tests alone runs beside nothing.
    private static bool IsEmptying(Access access) =>
        access is { Kind: AccessKind.Write, IsConstruction: false } && access.Operation.Parent is ISimpleAssignmentOperation { Value: var value } assignment
        && assignment.Target == access.Operation && CheckedValue.IsNothing(value)
        && access.Function?.Name.IndexOf("Test", StringComparison.Ordinal) is not >= 0;

    // A member access, call or element access through the field, which throws on null.
    private static bool IsUse(Access access) =>
        access is { Kind: AccessKind.Read or AccessKind.ContainerRead or AccessKind.ContainerWrite, IsConstruction: false, Held: { IsUncertain: false, Must.IsEmpty: true } }
        && access.Operation.Parent switch
        {
            IInvocationOperation call => call.Instance == access.Operation,
            IMemberReferenceOperation reference => reference.Instance == access.Operation,
            IArrayElementReferenceOperation => true,
            IForEachLoopOperation => true,
            _ => false,
        };

    private static Access? CheckOver(Access use, TypeModel model)
    {
        foreach (var control in Controls.Over(use.Operation))
        {
            foreach (var operation in control.Condition.DescendantsAndSelf())
            {
                if (operation is not IMemberReferenceOperation reference || !reference.Member.OriginalDefinition.Is(use.Member) || !reference.Instance.IsSameAs((use.Operation as IMemberReferenceOperation)?.Instance))
                    continue;
                if (model.AccessAt(reference) is not { IsWrite: false, Held: { IsUncertain: false, Must.IsEmpty: true } } check)
                    return null;
                // Written in between, it holds what this thread put there.
                if (CheckedValue.FoundBy(reference, control) == Found.Present && !IsWrittenBetween(check, use, model))
                    return check;
            }
        }
        return null;
    }

    public static bool IsWrittenBetween(Access check, Access use, TypeModel model) =>
        model.AccessesOf(use.Member).Any(a => a.IsWrite && a.Function.Is(use.Function)
            && a.Operation.Syntax.SpanStart > check.Operation.Syntax.SpanStart && a.Operation.Syntax.SpanStart < use.Operation.Syntax.SpanStart);

    // Emptied by the end of the object alone, apart from what the function does itself: callers do not use what they end.
    private static bool IsEndOfLife(List<Access> all, Access use)
    {
        foreach (var access in all)
        {
            if (IsEmptying(access) && !access.Function.Is(use.Function) && !s_ends.Any(word => access.Function?.Name.StartsWith(word, StringComparison.Ordinal) == true))
                return false;
        }
        return true;
    }

    // `Build(); if (_log != null) _log.Flush();`: the thread looks at what its own call has left.
    private static bool IsInTurn(Access use, Access emptied, TypeModel model)
    {
        if (emptied.Function is null || use.Function is not { } function)
            return false;
        if (IsBehindCall(emptied.Function, function, use.Operation, model))
            return true;
        // A part of one function alone runs where that function calls it.
        var callers = model.Calls.Where(c => c.Callee.Is(function)).ToList();
        return function.DeclaredAccessibility == Accessibility.Private && callers.Count == 1 && callers[0] is { IsConcurrent: false, Function: { } caller }
            && IsBehindCall(emptied.Function, caller, callers[0].Operation, model);
    }

    private static bool IsBehindCall(ISymbol callee, ISymbol function, IOperation place, TypeModel model) =>
        model.Calls.Any(c => c.Callee.Is(callee) && function.Is(c.Function) && c.Operation.Syntax.Span.End <= place.Syntax.SpanStart && c.Operation.IsInSameFunction(place));
}
