using Assay.Analyzers.Semantics.Collections;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Finds events that are checked for subscribers and then read again to raise them, while the last one may leave.</summary>
internal static class EventReads
{
    public static IEnumerable<SecondRead> In(TypeModel model, CancellationToken cancellationToken)
    {
        foreach (var body in model.Bodies)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var reported = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
            foreach (var operation in body.Operation.DescendantsAndSelf())
            {
                if (operation is not IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: IEventReferenceOperation raised } || CheckOver(raised, model) is not { } check)
                    continue;
                if (model.Evidence.OfEvent(raised.Event, raised, body.Owner) is { } evidence && reported.Add(raised.Event))
                    yield return new(raised.Event, check, raised, null, "the last subscriber can leave", evidence, evidence.IsStrong);
            }
        }
    }

    private static IOperation? CheckOver(IEventReferenceOperation raised, TypeModel model)
    {
        foreach (var control in Controls.Over(raised))
        {
            foreach (var operation in control.Condition.DescendantsAndSelf())
            {
                if (operation is IEventReferenceOperation check && check.Event.Is(raised.Event) && check.Instance.IsSameAs(raised.Instance) && CheckedValue.FoundBy(check, control) == Found.Present)
                    // Adding and removing may be done under the same lock.
                    return IsFree(check, model) && IsFree(raised, model) ? check : null;
            }
        }
        return null;
    }

    private static bool IsFree(IOperation operation, TypeModel model) => model.HeldAt(operation) is { IsUncertain: false, Must.IsEmpty: true };
}
