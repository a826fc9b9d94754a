namespace Assay.Verify.Exploration;

/// <summary>A thread that lends its stack to lanes, one after the other; it is kept from run to run, for starting one costs more than a short run.</summary>
internal sealed class Carrier
{
    // Enough for deep recursion that ends; what does not end meets the check at each method's entry.
    private const int StackSize = 4 << 20;

    private readonly Arena _arena;
    private Lane? _next;
    private bool _isStopped;

    private Carrier(Arena arena) => _arena = arena;

    public Gate Gate { get; } = new();

    /// <summary>The thread, for whoever watches over it.</summary>
    public Thread? Thread { get; private set; }

    /// <summary>What its thread had allocated when it was last looked at.</summary>
    public long Allocated { get; set; }

    /// <summary>The calling thread as a carrier.</summary>
    public static Carrier OfCaller(Arena arena) => new(arena) { Thread = Thread.CurrentThread };

    public static Carrier Start(Arena arena)
    {
        var (carrier, processor) = (new Carrier(arena), OneProcessor.Kept);
        carrier.Thread = new Thread(() => carrier.Serve(processor), StackSize) { IsBackground = true, Name = "exploration" };
        carrier.Thread.UnsafeStart();
        return carrier;
    }

    public void Launch(Lane lane)
    {
        _next = lane;
        Gate.Open();
    }

    public void Stop()
    {
        _isStopped = true;
        Gate.Open();
    }

    private void Serve(int processor)
    {
        OneProcessor.Keep(processor);
        while (true)
        {
            Gate.Pass();
            if (_isStopped)
                break;
            var lane = _arena.Carry(_next!, this);
            // A lane that has not begun takes over the stack of the one that ended: no other thread need wake.
            while (lane is { Carrier: null })
                lane = _arena.Carry(lane, this);
            _arena.ResumeAndRest(lane, this);
        }

        Gate.Dispose();
    }
}
