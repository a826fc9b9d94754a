using System.Reflection;
using System.Runtime.CompilerServices;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>
/// What follows an await is a lane of its own that may begin once what is awaited has completed: on whichever thread, at whichever moment, as the
/// schedule says. Contexts are not looked at.
/// </summary>
internal readonly struct ControlledAwaiter<TAwaiter>(TAwaiter awaiter, Lane lane, int site) : ICriticalNotifyCompletion
{
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        try
        {
            // The same lane in name: a reader follows the method, not the pool's threads.
            var next = lane.Arena.Start(lane.Name, continuation, AwaiterProbe<TAwaiter>.IsCompleted, new Box<TAwaiter>(awaiter));
            next.Site = site;
            next.IsBackground = true;
        }
        catch (RunEndedException)
        {
            // One lane too many. Thrown from here it would end the process, on the pool; the lane hears of the end at its next step.
        }
    }
}

/// <summary>Whether the schedule says when an await goes on.</summary>
internal static class Controlled
{
    public static bool By<TAwaiter>(TAwaiter awaiter, int site, out ControlledAwaiter<TAwaiter> controlled)
    {
        // An awaiter of the code's own calls what follows by itself, through models.
        var lane = AwaiterProbe<TAwaiter>.IsWoven ? null : Arena.Current;
        controlled = lane is null ? default : new ControlledAwaiter<TAwaiter>(awaiter, lane, site);
        return lane is not null;
    }
}

/// <summary>An awaiter as an object that is not copied.</summary>
internal sealed class Box<TAwaiter>(TAwaiter awaiter)
{
    public TAwaiter Awaiter = awaiter;
}

/// <summary>Asks any awaiter whether it has completed. A yield has at once.</summary>
internal static class AwaiterProbe<TAwaiter>
{
    private static readonly Asks Ask = Make();

    public static bool IsWoven { get; } = Strays.Knows(typeof(TAwaiter).Assembly);

    private delegate bool Asks(ref TAwaiter awaiter);

    public static Func<object?, Lane, bool> IsCompleted { get; } = static (state, _) => Ask(ref ((Box<TAwaiter>)state!).Awaiter);

    private static Asks Make()
    {
        var property = typeof(TAwaiter).GetProperty("IsCompleted", BindingFlags.Public | BindingFlags.Instance);
        if (typeof(TAwaiter) == typeof(YieldAwaitable.YieldAwaiter) || property?.GetMethod is null)
            return static (ref _) => true;
        return typeof(TAwaiter).IsValueType ? property.GetMethod.CreateDelegate<Asks>() : (ref awaiter) => (bool)property.GetValue(awaiter)!;
    }
}

/// <summary>Async methods that return Task.</summary>
[Models(typeof(AsyncTaskMethodBuilder))]
public static class AsyncTaskMethodBuilderModel
{
    public static void AwaitOnCompleted<TAwaiter, TStateMachine>(ref AsyncTaskMethodBuilder builder, ref TAwaiter awaiter, ref TStateMachine machine, int site)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (Controlled.By(awaiter, site, out var controlled))
            builder.AwaitUnsafeOnCompleted(ref controlled, ref machine);
        else
            builder.AwaitOnCompleted(ref awaiter, ref machine);
    }

    public static void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref AsyncTaskMethodBuilder builder, ref TAwaiter awaiter, ref TStateMachine machine, int site)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (Controlled.By(awaiter, site, out var controlled))
            builder.AwaitUnsafeOnCompleted(ref controlled, ref machine);
        else
            builder.AwaitUnsafeOnCompleted(ref awaiter, ref machine);
    }
}

/// <summary>Async methods that return Task of a result.</summary>
[Models(typeof(AsyncTaskMethodBuilder<>))]
public static class AsyncTaskMethodBuilderOfModel
{
    public static void AwaitOnCompleted<TResult, TAwaiter, TStateMachine>(ref AsyncTaskMethodBuilder<TResult> builder, ref TAwaiter awaiter, ref TStateMachine machine, int site)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (Controlled.By(awaiter, site, out var controlled))
            builder.AwaitUnsafeOnCompleted(ref controlled, ref machine);
        else
            builder.AwaitOnCompleted(ref awaiter, ref machine);
    }

    public static void AwaitUnsafeOnCompleted<TResult, TAwaiter, TStateMachine>(ref AsyncTaskMethodBuilder<TResult> builder, ref TAwaiter awaiter, ref TStateMachine machine, int site)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (Controlled.By(awaiter, site, out var controlled))
            builder.AwaitUnsafeOnCompleted(ref controlled, ref machine);
        else
            builder.AwaitUnsafeOnCompleted(ref awaiter, ref machine);
    }
}

/// <summary>Async methods that return ValueTask.</summary>
[Models(typeof(AsyncValueTaskMethodBuilder))]
public static class AsyncValueTaskMethodBuilderModel
{
    public static void AwaitOnCompleted<TAwaiter, TStateMachine>(ref AsyncValueTaskMethodBuilder builder, ref TAwaiter awaiter, ref TStateMachine machine, int site)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (Controlled.By(awaiter, site, out var controlled))
            builder.AwaitUnsafeOnCompleted(ref controlled, ref machine);
        else
            builder.AwaitOnCompleted(ref awaiter, ref machine);
    }

    public static void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref AsyncValueTaskMethodBuilder builder, ref TAwaiter awaiter, ref TStateMachine machine, int site)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (Controlled.By(awaiter, site, out var controlled))
            builder.AwaitUnsafeOnCompleted(ref controlled, ref machine);
        else
            builder.AwaitUnsafeOnCompleted(ref awaiter, ref machine);
    }
}

/// <summary>Async methods that return ValueTask of a result.</summary>
[Models(typeof(AsyncValueTaskMethodBuilder<>))]
public static class AsyncValueTaskMethodBuilderOfModel
{
    public static void AwaitOnCompleted<TResult, TAwaiter, TStateMachine>(ref AsyncValueTaskMethodBuilder<TResult> builder, ref TAwaiter awaiter, ref TStateMachine machine, int site)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (Controlled.By(awaiter, site, out var controlled))
            builder.AwaitUnsafeOnCompleted(ref controlled, ref machine);
        else
            builder.AwaitOnCompleted(ref awaiter, ref machine);
    }

    public static void AwaitUnsafeOnCompleted<TResult, TAwaiter, TStateMachine>(ref AsyncValueTaskMethodBuilder<TResult> builder, ref TAwaiter awaiter, ref TStateMachine machine, int site)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (Controlled.By(awaiter, site, out var controlled))
            builder.AwaitUnsafeOnCompleted(ref controlled, ref machine);
        else
            builder.AwaitUnsafeOnCompleted(ref awaiter, ref machine);
    }
}

/// <summary>Async methods that return nothing: what they throw ends the run, as it would end the process.</summary>
[Models(typeof(AsyncVoidMethodBuilder))]
public static class AsyncVoidMethodBuilderModel
{
    public static void AwaitOnCompleted<TAwaiter, TStateMachine>(ref AsyncVoidMethodBuilder builder, ref TAwaiter awaiter, ref TStateMachine machine, int site)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (Controlled.By(awaiter, site, out var controlled))
            builder.AwaitUnsafeOnCompleted(ref controlled, ref machine);
        else
            builder.AwaitOnCompleted(ref awaiter, ref machine);
    }

    public static void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref AsyncVoidMethodBuilder builder, ref TAwaiter awaiter, ref TStateMachine machine, int site)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (Controlled.By(awaiter, site, out var controlled))
            builder.AwaitUnsafeOnCompleted(ref controlled, ref machine);
        else
            builder.AwaitUnsafeOnCompleted(ref awaiter, ref machine);
    }

    public static void SetException(ref AsyncVoidMethodBuilder builder, Exception exception, int site)
    {
        if (Arena.Current is not { } lane)
            builder.SetException(exception);
        else if (exception is not RunEndedException)
            lane.Arena.Fail(lane, RunEndKind.Failed, RunEnd.Tell(exception), exception);
    }
}

/// <summary>Asynchronous iterators.</summary>
[Models(typeof(AsyncIteratorMethodBuilder))]
public static class AsyncIteratorMethodBuilderModel
{
    public static void AwaitOnCompleted<TAwaiter, TStateMachine>(ref AsyncIteratorMethodBuilder builder, ref TAwaiter awaiter, ref TStateMachine machine, int site)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (Controlled.By(awaiter, site, out var controlled))
            builder.AwaitUnsafeOnCompleted(ref controlled, ref machine);
        else
            builder.AwaitOnCompleted(ref awaiter, ref machine);
    }

    public static void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref AsyncIteratorMethodBuilder builder, ref TAwaiter awaiter, ref TStateMachine machine, int site)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (Controlled.By(awaiter, site, out var controlled))
            builder.AwaitUnsafeOnCompleted(ref controlled, ref machine);
        else
            builder.AwaitUnsafeOnCompleted(ref awaiter, ref machine);
    }
}
