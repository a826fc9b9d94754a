using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Weighs an update without a lock: lost work, a count that need not be exact, or no defect at all.</summary>
internal static class UpdateEvidence
{
    /// <summary>The severity of the finding; null when the update is right as it is.</summary>
    public static DiagnosticSeverity? SeverityOf(IOperation update, Access access, List<Access> all, Evidence evidence, TypeModel model)
    {
        // Derived types and friends may call it under the lock that the others take.
        if (evidence.Kind == EvidenceKind.Locked && access.Function is { DeclaredAccessibility: not Accessibility.Public })
            return null;
        // Which threads come to this object says little about another one that a function was given.
        if (evidence.Kind is not (EvidenceKind.Atomic or EvidenceKind.Locked) && access.Operation is IMemberReferenceOperation { Instance: not (null or IInstanceReferenceOperation) })
            return null;
        // A delegate is put together before anybody raises it.
        if (update.Type is null or { TypeKind: TypeKind.Delegate } || IsOwnSlot(update))
            return null;
        if (!HasTwoWriters(all, model))
            return null;
        return evidence.IsStrong && !IsFlagOfClaimant(update, access, model) ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info;
    }

    /// <summary>Whoever takes a concurrent dictionary expects several threads at its entries; null when one loop alone comes there.</summary>
    public static Evidence? OfDictionary(Access access, TypeModel model) =>
        access.Operation.Type is { } type && StateFields.IsConcurrentDictionary(type) && !TypeSharing.DisclaimsThreads(model.Type, CancellationToken.None)
            && !EvidenceFinder.IsConfined([.. model.Evidence.WaysTo(access)])
            ? new(EvidenceKind.Atomic, $"'{access.Member.Name}' is a ConcurrentDictionary", null, !TypeSharing.BelongsToWindow(model.Type))
            : null;

    // `CompareExchange(ref _state, 1, 0)` lets one thread claim the object; the flags it sets afterwards are its own.
    private static bool IsFlagOfClaimant(IOperation update, Access access, TypeModel model) =>
        update is ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Or or BinaryOperatorKind.And }
        && model.Evidence.Flows.AtomicUseOf(access.Member) is { TargetMethod.Name: "CompareExchange", Arguments: { Length: 3 } given }
        && given.At(1).Value.ConstantValue.HasValue && given.At(2).Value.ConstantValue.HasValue;

    // One thread that writes loses nothing, however many read.
    private static bool HasTwoWriters(List<Access> all, TypeModel model)
    {
        ThreadWay? first = null;
        foreach (var access in all)
        {
            if (!access.IsWrite && Updates.Of(access) is null)
                continue;
            foreach (var way in model.Evidence.WaysTo(access))
            {
                if (way.MayOverlap || first is not null && first != way)
                    return true;
                first = way;
            }
        }
        return false;
    }

    // Threads that are given different indices do not meet.
    private static bool IsOwnSlot(IOperation update)
    {
        var target = update switch
        {
            IIncrementOrDecrementOperation step => step.Target,
            IAssignmentOperation assignment => assignment.Target,
            _ => null,
        };
        if (target is not IArrayElementReferenceOperation slot)
            return false;
        foreach (var index in slot.Indices)
        {
            foreach (var operation in index.DescendantsAndSelf())
            {
                if (operation is IParameterReferenceOperation or ILocalReferenceOperation)
                    return true;
            }
        }
        return false;
    }
}
