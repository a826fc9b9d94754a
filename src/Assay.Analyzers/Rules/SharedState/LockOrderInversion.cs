using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds two locks that are taken in both orders, so that two threads can wait for each other.</summary>
public sealed class LockOrderInversion() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2009",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "Two locks are taken in opposite orders",
        messageFormat: "'{0}' takes '{1}' and then '{2}' here, but {3} the other way round: two threads can wait for each other forever");

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var cycle in LockCycles.Among([model.LockOrder], cancellationToken))
        {
            if (model.LockOrder.Reported.Add(cycle.Pair))
                report(Finding(cycle));
        }
        var functions = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var pair in PeerLocks.In(model, cancellationToken))
        {
            if (functions.Add(pair.Function))
                report(Finding(pair));
        }
    }

    internal override void CheckCompilation(IReadOnlyList<TypeLockOrder> orders, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var cycle in LockCycles.Among(orders, cancellationToken))
        {
            // Those of one type are shown while it is typed.
            if (!orders.Any(o => o.Reported.Contains(cycle.Pair)))
                report(Finding(cycle));
        }
    }

    private static Diagnostic Finding(PeerPair pair) => Descriptor.At(
        pair.Operation.Syntax.GetLocation(),
        pair.IsOpen ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
        [],
        null,
        pair.Function.Name,
        pair.First.Text,
        pair.Second,
        "a call with the two objects swapped takes them");

    private static Diagnostic Finding(LockCycle cycle)
    {
        var (here, there) = (cycle.Here, cycle.There);
        var isOneType = here.First.Owner == here.Second.Owner;
        return Descriptor.At(
            here.Place,
            // Across types a lock may be another object's than the name says, or held for another purpose.
            isOneType && !here.IsForeign && !there.IsForeign ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
            [there.Place],
            ImmutableDictionary<string, string?>.Empty,
            here.Function,
            Name(here.First),
            Name(here.Second),
            $"'{there.Function}' takes them at {there.Place.LineFrom(here.Place)}");

        string Name(LockClass @lock) => isOneType || @lock.Owner.Length == 0 ? @lock.Name : $"{@lock.Owner}.{@lock.Name}";
    }
}
