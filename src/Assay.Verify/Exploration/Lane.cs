namespace Assay.Verify.Exploration;

/// <summary>What a lane can do next.</summary>
internal enum LaneState
{
    /// <summary>Not begun, and nothing keeps it from it.</summary>
    Fresh,

    /// <summary>In the middle of its work: running, or interrupted at a step.</summary>
    Ready,

    /// <summary>Waits until its condition holds.</summary>
    Waiting,

    /// <summary>Ended.</summary>
    Done,
}

/// <summary>A logical thread of a run: a thread, a task's body, a continuation, a timer's callback. Only the holder of the baton touches any lane.</summary>
internal sealed class Lane(Arena arena, int number)
{
    // Threads of the program that is run are numbered below.
    private const int FirstThread = 100;

    private LaneThread? _thread;

    public Arena Arena { get; } = arena;

    /// <summary>Zero for the program itself; others count up in the order they were started.</summary>
    public int Number { get; } = number;

    public ulong Bit => 1UL << Number;

    public LaneState State { get; set; }

    public string Name { get; set; } = "";

    /// <summary>The thread it stands for: its own, unless it is told otherwise.</summary>
    public LaneThread Thread
    {
        get => _thread ??= new LaneThread(FirstThread + Number);
        set => _thread = value;
    }

    public Action? Body { get; set; }

    /// <summary>What flows from whoever started it, as to a thread or a task: threads that carry lanes have nothing of their own.</summary>
    public ExecutionContext? Context { get; private set; }

    /// <summary>Keeps no run from ending: a timer, or a continuation that nobody waits for.</summary>
    public bool IsBackground { get; set; }

    /// <summary>The thread whose stack the lane's frames are on; null before it begins.</summary>
    public Carrier? Carrier { get; set; }

    /// <summary>Its own steps so far: schedules name places by them.</summary>
    public int Steps { get; set; }

    /// <summary>The place it is at.</summary>
    public int Site { get; set; }

    /// <summary>While positive its steps are not places to interrupt it.</summary>
    public int Quiet { get; set; }

    /// <summary>What it touches when it goes on.</summary>
    public Touch Touch { get; set; }

    /// <summary>For a lane that waits: its condition, and whether the clock has ended its patience.</summary>
    public Func<object?, Lane, bool>? Condition { get; set; }

    public object? WaitsOn { get; set; }

    public bool TimedOut { get; set; }

    /// <summary>Lanes that must get on before this one does, because it yielded to them.</summary>
    public ulong YieldedTo { get; set; }

    /// <summary>Times round a loop since it last made way.</summary>
    public int Rounds { get; set; }

    /// <summary>What it does between one time that it makes way to others and the next.</summary>
    public LanePass Pass { get; } = new();

    /// <summary>Scopes of System.Threading.Lock that are open, innermost last: they carry no lock of their own when controlled.</summary>
    public Stack<object> Scopes { get; } = new();

    /// <summary>The collection that is not safe for concurrent use and that it is about to use.</summary>
    public object? Inside { get; set; }

    /// <summary>How often it was told that the run is over.</summary>
    public int Told { get; set; }

    /// <summary>Where its random numbers come from.</summary>
    public LaneChance Chance { get; set; } = new(0);

    public bool IsEnabled => State switch
    {
        LaneState.Ready => true,
        LaneState.Fresh or LaneState.Waiting => Condition is null || TimedOut || Condition(WaitsOn, this),
        _ => false,
    };

    public void Begin(string name, Action body, LaneChance chance)
    {
        Chance = chance;
        (Name, Body, State) = (name, body, LaneState.Fresh);
        (Carrier, Steps, Site, Quiet, Told, Rounds, YieldedTo) = (null, 0, -1, 0, 0, 0, 0);
        (Condition, WaitsOn, TimedOut, IsBackground) = (null, null, false, false);
        Context = ExecutionContext.Capture();
        (Inside, Touch, _thread) = (null, default, null);
        Scopes.Clear();
        Pass.Clear();
    }
}

/// <summary>A sequence of random numbers that several lanes may draw from: those that work for one call, one after the other.</summary>
/// <param name="seed">Decides the sequence.</param>
internal sealed class LaneChance(int seed)
{
    private Random? _numbers;

    public Random Numbers => _numbers ??= new Random(HashSeed.Of(seed, 0));
}
