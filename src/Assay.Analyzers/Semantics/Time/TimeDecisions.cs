using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.Time;

/// <summary>
/// Follows a reading of a clock to what is done with it. It decides something when it is compared, when a time computed from
/// it leaves the method, or when it is stored; it decides nothing when it only ends as text, in a log, as a seed or an ID.
/// </summary>
internal sealed class TimeDecisions(KnownTypes types)
{
    // A longer chain of variables is not worth following.
    private const int MostHops = 5;

    // The reads of a field are looked through once per type, however many readings are stored in it.
    private readonly ConcurrentDictionary<ISymbol, TimeFate> _fields = new(SymbolEqualityComparer.Default);
    private readonly TimeConsumers _consumers = new(types);

    /// <summary>
    /// Decides, Leaves or Ends. Of a counter only a comparison counts: an elapsed time that is returned or recorded is a
    /// measurement, and there is nothing in it for a test to choose.
    /// </summary>
    public TimeFate FateOf(IOperation reading, bool isCounter, CancellationToken cancellationToken) =>
        FateOf(new Trace(reading, IsComputed: false, isCounter, Hops: 0), cancellationToken);

    private TimeFate FateOf(Trace trace, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var use = _consumers.Of(trace.Value, trace.IsComputed);
            trace = trace with { IsComputed = trace.IsComputed || use.Computes };
            switch (use.Fate)
            {
                case TimeFate.Decides:
                case TimeFate.Leaves when !trace.IsCounter:
                    return use.Fate;
                case TimeFate.Flows when trace.Value.Parent is { } parent:
                    trace = trace with { Value = parent };
                    continue;
                case TimeFate.Stored when use.Variable is { } variable && trace.Hops < MostHops:
                    return FateOfStored(variable, trace with { Hops = trace.Hops + 1 }, cancellationToken);
                default:
                    return TimeFate.Ends;
            }
        }
    }

    private TimeFate FateOfStored(ISymbol variable, Trace trace, CancellationToken cancellationToken)
    {
        if (variable is not IFieldSymbol field)
            return FateOfReads(variable, trace, cancellationToken);
        // An expiry was stored, or the time left for others to read.
        if (!trace.IsCounter && (trace.IsComputed || !VariableUses.IsPrivateField(field)))
            return TimeFate.Leaves;
        if (_fields.TryGetValue(field, out var known))
            return known;
        return _fields[field] = FateOfReads(field, trace, cancellationToken);
    }

    private TimeFate FateOfReads(ISymbol variable, Trace trace, CancellationToken cancellationToken)
    {
        var fate = TimeFate.Ends;
        foreach (var use in VariableUses.Of(variable, trace.Value, cancellationToken))
        {
            if (VariableUses.IsWrite(use))
                continue;
            switch (FateOf(trace with { Value = use }, cancellationToken))
            {
                case TimeFate.Decides:
                    return TimeFate.Decides;
                case TimeFate.Leaves:
                    fate = TimeFate.Leaves;
                    break;
            }
        }
        return fate;
    }

    private readonly record struct Trace(IOperation Value, bool IsComputed, bool IsCounter, int Hops);
}
