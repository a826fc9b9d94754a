using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics;

/// <summary>
/// Follows a reading of a clock to what is done with it. It decides something when it is compared, when a time computed from
/// it leaves the method, or when it is stored; it decides nothing when it only ends as text, in a log, as a seed or an ID.
/// </summary>
internal sealed class TimeDecisions(KnownTypes types)
{
    // A longer chain of variables is not worth following.
    private const int MostHops = 5;

    // The reads of a field are looked through once per type, however many readings are stored in it.
    private readonly ConcurrentDictionary<ISymbol, bool> _fields = new(SymbolEqualityComparer.Default);
    private readonly TimeConsumers _consumers = new(types);

    public bool Decides(IOperation reading, CancellationToken cancellationToken) =>
        Decides(reading, computed: false, hops: 0, cancellationToken);

    private bool Decides(IOperation value, bool computed, int hops, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var outcome = _consumers.Of(value, computed);
            computed |= outcome.Computes;
            switch (outcome.Fate)
            {
                case TimeFate.Decides:
                    return true;
                case TimeFate.Flows when value.Parent is { } parent:
                    value = parent;
                    continue;
                case TimeFate.Stored when outcome.Variable is { } variable && hops < MostHops:
                    return StoredDecides(variable, value, computed, hops + 1, cancellationToken);
                default:
                    return false;
            }
        }
    }

    private bool StoredDecides(ISymbol variable, IOperation value, bool computed, int hops, CancellationToken cancellationToken)
    {
        if (variable is not IFieldSymbol field)
            return AnyReadDecides(variable, value, computed, hops, cancellationToken);
        // An expiry was stored, or the time left for others to read.
        if (computed || !VariableUses.IsPrivateField(field))
            return true;
        if (_fields.TryGetValue(field, out var known))
            return known;
        return _fields[field] = AnyReadDecides(field, value, computed, hops, cancellationToken);
    }

    private bool AnyReadDecides(ISymbol variable, IOperation value, bool computed, int hops, CancellationToken cancellationToken)
    {
        foreach (var use in VariableUses.Of(variable, value, cancellationToken))
        {
            if (!VariableUses.IsWrite(use) && Decides(use, computed, hops, cancellationToken))
                return true;
        }
        return false;
    }
}
