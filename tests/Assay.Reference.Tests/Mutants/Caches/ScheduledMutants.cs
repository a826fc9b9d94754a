using Assay.Reference.Caching;
using Assay.Reference.Tests.Caching;
using Assay.Verify;

namespace Assay.Reference.Tests.Mutants.Caches;

/// <summary>H-CA-5: a removal does not tell the load that runs.</summary>
internal sealed class NeverDetaches(IPrimitives primitives) : ScheduledLoads(primitives)
{
    protected override void Detach()
    {
    }
}

/// <summary>H-CA-3: looks for a load under the lock and begins one under the lock, but not under the same.</summary>
internal sealed class LooksThenBegins(IPrimitives primitives) : ScheduledLoads(primitives)
{
    protected override (Flight<int, int> Flight, ScheduledWaiter? Waiter) JoinOrBegin()
    {
        if (Flights.TryGet(1, out _))
            return base.JoinOrBegin();
        Gate.Exit();
        Gate.Enter();
        var flight = new Flight<int, int>(1, 0, default, isBackground: true);
        Flights.Detach(1);
        Flights.Add(flight);
        return (flight, null);
    }
}
