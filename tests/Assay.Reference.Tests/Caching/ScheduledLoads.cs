using Assay.Reference.Caching;
using Assay.Reference.Tests.Mutants.Caches;
using Assay.Verify;

namespace Assay.Reference.Tests.Caching;

/// <summary>
/// The steps of <see cref="BoundedCache{TKey, TValue}"/>'s loads around the same table of loads, under schedule control: one key, a
/// backing row, and removals.
/// </summary>
internal class ScheduledLoads(IPrimitives primitives)
{
    private const int Key = 1;
    private readonly ILock _gate = primitives.NewLock("gate");
    private int? _stored;
    private readonly HashSet<int> _begun = [];

    protected FlightTable<int, int> Flights { get; } = new(null);

    protected ILock Gate => _gate;

    public int? Stored => _stored;

    public int Epoch { get; private set; }

    public int GetOrAdd()
    {
        _gate.Enter();
        if (_stored is { } present)
        {
            _gate.Exit();
            return present;
        }

        var (flight, waiter) = JoinOrBegin();
        // Between two removals a key is loaded once.
        if (waiter is null && !_begun.Add(Epoch))
            throw new InvalidOperationException("two factories ran");
        _gate.Exit();
        return waiter is null ? Load(flight) : waiter.Wait();
    }

    public void Remove()
    {
        _gate.Enter();
        Epoch++;
        Detach();
        _stored = null;
        _gate.Exit();
    }

    protected virtual void Detach() => Flights.Detach(Key);

    protected virtual (Flight<int, int> Flight, ScheduledWaiter? Waiter) JoinOrBegin()
    {
        if (Flights.TryGet(Key, out var flight))
        {
            var waiter = new ScheduledWaiter(primitives);
            flight.Join(waiter);
            return (flight, waiter);
        }

        flight = new Flight<int, int>(Key, 0, default, isBackground: true);
        Flights.Add(flight);
        return (flight, null);
    }

    private int Load(Flight<int, int> flight)
    {
        var epoch = Epoch;
        primitives.Interleave("factory");
        _gate.Enter();
        if (Flights.Finish(flight))
        {
            if (epoch != Epoch)
                throw new InvalidOperationException("a value from before the removal was stored");
            _stored = epoch;
        }

        var waiters = flight.End();
        _gate.Exit();
        foreach (var waiter in waiters)
            waiter.Complete(Outcome<int>.Loaded(epoch, 1));
        return epoch;
    }

    internal sealed class ScheduledWaiter(IPrimitives primitives) : Waiter<int>(null)
    {
        private readonly ISemaphore _ended = primitives.NewSemaphore(0);
        private int _value;

        public override void Complete(in Outcome<int> outcome)
        {
            _value = outcome.Value;
            _ended.Release();
        }

        public int Wait()
        {
            _ended.Wait();
            return _value;
        }
    }
}

/// <summary>Every schedule of callers and a removal.</summary>
public sealed class ScheduledLoadTests
{
    [Fact]
    public void No_schedule_runs_two_factories_or_stores_what_is_out_of_date()
    {
        var result = Explore.Run(
            primitives => CallersAndRemoval(primitives, new ScheduledLoads(primitives)),
            new ExploreOptions { Strategy = new DepthFirst(maxPreemptions: 3), MaxRuns = 40_000 },
            TestContext.Current.CancellationToken);
        Assert.Null(result.Failure);
        Assert.True(result.IsExhaustive, $"{result.Runs}");
    }

    [Theory]
    [InlineData(true, "two factories")]
    [InlineData(false, "before the removal")]
    public void Loads_that_look_first_or_never_detach_are_caught(bool looksFirst, string finding)
    {
        var result = Explore.Run(
            primitives => CallersAndRemoval(primitives, looksFirst ? new LooksThenBegins(primitives) : new NeverDetaches(primitives)),
            new ExploreOptions { Strategy = new DepthFirst(maxPreemptions: 2), MaxRuns = 40_000 },
            TestContext.Current.CancellationToken);
        Assert.NotNull(result.Failure);
        Assert.Contains(finding, result.Failure.ToString(), StringComparison.Ordinal);
    }

    private static void CallersAndRemoval(IPrimitives primitives, ScheduledLoads loads)
    {
        var tasks = new[]
        {
            primitives.Spawn(() => loads.GetOrAdd(), "first"),
            primitives.Spawn(() => loads.GetOrAdd(), "second"),
            primitives.Spawn(loads.Remove, "removal"),
        };
        foreach (var task in tasks)
            task.Join();
        if (loads.Stored is { } stored && stored != loads.Epoch)
            throw new InvalidOperationException("a value from before the removal is there");
        if (loads.GetOrAdd() != loads.Epoch)
            throw new InvalidOperationException("a value from before the removal was read");
    }
}
