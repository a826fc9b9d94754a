using Assay.Verify.Exploration;

namespace Assay.Weaving;

/// <summary>What instrumented code calls at its places. Outside of a run every hook does nothing.</summary>
public static partial class Hooks
{
    // A quarter of what a lane's thread has.
    private const long MostOnStack = 1 << 20;

    /// <summary>Before a shared location is touched, or an object that is safe for concurrent use is called.</summary>
    public static void Step(object? target, int site)
    {
        if (Arena.Current is { } lane)
            lane.Arena.Step(lane, site, target);
        else
            Strays.Note(site);
    }

    /// <summary>After a read and before a write: what the last place's value is.</summary>
    public static void Saw<T>(T value)
    {
        if (Arena.Current is { Arena.Log: { } log } lane)
            log.AddValue(lane, value);
    }

    /// <summary>Before a call on a collection that is not safe for concurrent use. While the lane stands here it counts as inside.</summary>
    public static void Enter(object? collection, int site)
    {
        if (Arena.Current is not { } lane || collection is null)
        {
            Strays.Note(site);
            return;
        }

        var arena = lane.Arena;
        var changes = arena.Sites[site].Kind == SiteKind.Change;
        foreach (var other in arena.Lanes)
        {
            if (other != lane && other.Number < arena.LaneCount && other.State == LaneState.Ready && other.Inside == collection && (changes || arena.Sites[other.Site].Kind == SiteKind.Change))
            {
                lane.Site = site;
                arena.Log?.Add(lane, site, collection);
                arena.Fail(lane, RunEndKind.Overlap, $"{other.Name} and {lane.Name} use one {collection.GetType().Name.Split('`')[0]} at once, which is not safe for that: {arena.Sites[other.Site]}, and {arena.Sites[site]}");
            }
        }

        lane.Inside = collection;
        arena.Step(lane, site, collection);
        lane.Inside = null;
    }

    /// <summary>Before a call reads what it is handed, if that is a collection that is not safe for concurrent use.</summary>
    public static void EnterGiven(object? given, int site)
    {
        if (given is not null && BclKinds.IsUnsafeCollection(given.GetType()))
            Enter(given, site);
    }

    /// <summary>Before a query takes its source: it shall see a collection that is not safe for concurrent use item by item.</summary>
    public static IEnumerable<T> Watch<T>(IEnumerable<T> source, int site) =>
        Arena.Current is not null && source is not null && BclKinds.IsUnsafeCollection(source.GetType()) ? new WatchedItems<T>(source, site) : source!;

    /// <summary>Before a call into code that is not woven: it may touch anything, and is no place to interrupt.</summary>
    public static void Beyond(int site)
    {
        if (Arena.Current is not { } lane)
        {
            Strays.Note(site);
            return;
        }

        // What ends in there ends at this line.
        lane.Arena.Beyond = lane.Site = site;
        Arena.ReachBeyond(lane);
    }

    /// <summary>Where a loop goes round.</summary>
    public static void Round(int site)
    {
        if (Arena.Current is { } lane)
            lane.Arena.Round(lane, site);
        else
            Strays.Note(site);
    }

    /// <summary>Before an array is made: one that is larger than all a run may have is not.</summary>
    public static void Allocate(long length, int size, int site)
    {
        if (Arena.Current is not { } lane || length < lane.Arena.MaxAllocated / size)
            return;
        lane.Site = site;
        lane.Arena.Fail(lane, RunEndKind.Endless, $"no end of memory: an array of {length} elements");
    }

    /// <summary>Before memory on the stack is taken: more than a thread's stack has would end the process.</summary>
    public static void AllocateStack(long bytes, int site)
    {
        if (bytes <= MostOnStack)
            return;
        if (Arena.Current is not { } lane)
            throw new InsufficientExecutionStackException();
        lane.Site = site;
        lane.Arena.Fail(lane, RunEndKind.Endless, $"no end of memory: {bytes} bytes of the stack");
    }

    /// <summary>Where a method begins: recursion without end is told before it ends the process.</summary>
    public static void EnoughStack(int site)
    {
        if (System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
            return;
        if (Arena.Current is not { } lane)
            throw new InsufficientExecutionStackException();
        lane.Site = site;
        lane.Arena.Fail(lane, RunEndKind.Endless, "no end of calls: the stack is used up");
    }

    /// <summary>At the begin of a handler that catches everything: the end of a run goes through.</summary>
    public static void Caught(object exception)
    {
        if (exception is RunEndedException ended)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(ended);
    }

    /// <summary>Initialises a type: to others it happens in one step.</summary>
    /// <returns>Null, or what every use of the type in this run throws.</returns>
    public static Exception? Initialize(Action initializer, string type)
    {
        var lane = Arena.Current;
        if (lane is not null)
        {
            Arena.ReachBeyond(lane);
            lane.Quiet++;
        }

        try
        {
            initializer();
            return null;
        }
        catch (Exception exception) when (exception is not RunEndedException)
        {
            return new TypeInitializationException(type, exception);
        }
        finally
        {
            if (lane is not null)
                lane.Quiet--;
        }
    }

    /// <summary>Begins the module, in each run: what its initialisers do is part of it.</summary>
    public static void Begin(Action initializer)
    {
        if (Arena.Current is not null && Initialize(initializer, "<Module>") is { } failure)
            throw failure;
    }

    /// <summary>The calling thread's own of a field that each thread has one of.</summary>
    /// <param name="real">The field as threads have it.</param>
    /// <param name="owner">Its type; of a generic one each construction has the field for itself.</param>
    /// <param name="field">Its name.</param>
    public static ref T OfThread<T>(ref T real, RuntimeTypeHandle owner, string field)
    {
        if (Arena.Current is not { } lane)
            return ref real;
        var values = Models.ThreadValues.Of(lane);
        var key = (owner, field);
        if (!values.TryGetValue(key, out var known))
            values[key] = known = new System.Runtime.CompilerServices.StrongBox<T>();
        return ref ((System.Runtime.CompilerServices.StrongBox<T>)known!).Value!;
    }

    /// <summary>Before a call that may wait for something exploration has no hold on.</summary>
    public static void Uncontrolled(int site)
    {
        if (Arena.Current is { } lane)
        {
            lane.Site = site;
            if (lane.Arena.IsEnding)
                throw new RunEndedException();
            lane.Arena.Fail(lane, RunEndKind.NotControlled, $"{lane.Arena.Sites[site].What} is not controlled");
        }
    }
}
