using System.Runtime.CompilerServices;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Parallel loops: a few lanes share the iterations.</summary>
[Models(typeof(Parallel))]
public static class ParallelModel
{
    private const int Workers = 3;

    private static readonly ParallelOptions s_plain = new();

    public static void Invoke(Action[] bodies, int site)
    {
        if (Arena.Current is { } lane)
            Together(lane, bodies, site);
        else
            Parallel.Invoke(bodies);
    }

    public static void Invoke(ParallelOptions options, Action[] bodies, int site)
    {
        if (Arena.Current is null)
            Parallel.Invoke(options, bodies);
        else
            For(0, bodies.Length, options, index => bodies[index](), site);
    }

    public static ParallelLoopResult For(int from, int to, Action<int> body, int site) =>
        Arena.Current is null ? Parallel.For(from, to, body) : Loop(from, to, s_plain, static () => true, (index, _, own) => { body((int)index); return own; }, static _ => { }, site);

    public static ParallelLoopResult For(long from, long to, Action<long> body, int site) =>
        Arena.Current is null ? Parallel.For(from, to, body) : Loop(from, to, s_plain, static () => true, (index, _, own) => { body(index); return own; }, static _ => { }, site);

    public static ParallelLoopResult For(int from, int to, ParallelOptions options, Action<int> body, int site) =>
        Arena.Current is null ? Parallel.For(from, to, options, body) : Loop(from, to, options, static () => true, (index, _, own) => { body((int)index); return own; }, static _ => { }, site);

    public static ParallelLoopResult For(int from, int to, Action<int, ParallelLoopState> body, int site) =>
        Arena.Current is null ? Parallel.For(from, to, body) : Loop(from, to, s_plain, static () => true, (index, state, own) => { body((int)index, state); return own; }, static _ => { }, site);

    public static ParallelLoopResult For(int from, int to, ParallelOptions options, Action<int, ParallelLoopState> body, int site) =>
        Arena.Current is null ? Parallel.For(from, to, options, body) : Loop(from, to, options, static () => true, (index, state, own) => { body((int)index, state); return own; }, static _ => { }, site);

    public static ParallelLoopResult For(long from, long to, ParallelOptions options, Action<long> body, int site) =>
        Arena.Current is null ? Parallel.For(from, to, options, body) : Loop(from, to, options, static () => true, (index, _, own) => { body(index); return own; }, static _ => { }, site);

    public static ParallelLoopResult For<TLocal>(int from, int to, Func<TLocal> begin, Func<int, ParallelLoopState, TLocal, TLocal> body, Action<TLocal> end, int site) =>
        Arena.Current is null ? Parallel.For(from, to, begin, body, end) : Loop(from, to, s_plain, begin, (index, state, own) => body((int)index, state, own), end, site);

    public static ParallelLoopResult For<TLocal>(int from, int to, ParallelOptions options, Func<TLocal> begin, Func<int, ParallelLoopState, TLocal, TLocal> body, Action<TLocal> end, int site) =>
        Arena.Current is null ? Parallel.For(from, to, options, begin, body, end) : Loop(from, to, options, begin, (index, state, own) => body((int)index, state, own), end, site);

    public static ParallelLoopResult ForEach<T>(IEnumerable<T> source, Action<T> body, int site) =>
        Arena.Current is null ? Parallel.ForEach(source, body) : Each(source, s_plain, (item, _) => body(item), site);

    public static ParallelLoopResult ForEach<T>(IEnumerable<T> source, ParallelOptions options, Action<T> body, int site) =>
        Arena.Current is null ? Parallel.ForEach(source, options, body) : Each(source, options, (item, _) => body(item), site);

    public static ParallelLoopResult ForEach<T>(IEnumerable<T> source, Action<T, ParallelLoopState> body, int site) =>
        Arena.Current is null ? Parallel.ForEach(source, body) : Each(source, s_plain, body, site);

    public static ParallelLoopResult ForEach<T>(IEnumerable<T> source, ParallelOptions options, Action<T, ParallelLoopState> body, int site) =>
        Arena.Current is null ? Parallel.ForEach(source, options, body) : Each(source, options, body, site);

    public static ParallelLoopResult ForEach<T>(IEnumerable<T> source, Action<T, ParallelLoopState, long> body, int site)
    {
        if (Arena.Current is null)
            return Parallel.ForEach(source, body);
        var items = source.ToList();
        return Loop(0, items.Count, s_plain, static () => true, (index, state, own) => { body(items[(int)index], state, index); return own; }, static _ => { }, site);
    }

    public static ParallelLoopResult ForEach<T, TLocal>(IEnumerable<T> source, Func<TLocal> begin, Func<T, ParallelLoopState, TLocal, TLocal> body, Action<TLocal> end, int site)
    {
        if (Arena.Current is null)
            return Parallel.ForEach(source, begin, body, end);
        var items = source.ToList();
        return Loop(0, items.Count, s_plain, begin, (index, state, own) => body(items[(int)index], state, own), end, site);
    }

    public static Task ForEachAsync<T>(IEnumerable<T> source, Func<T, CancellationToken, ValueTask> body, int site) =>
        Arena.Current is null ? Parallel.ForEachAsync(source, body) : EachLater(source, s_plain, body, site);

    public static Task ForEachAsync<T>(IEnumerable<T> source, CancellationToken cancellationToken, Func<T, CancellationToken, ValueTask> body, int site) =>
        Arena.Current is null ? Parallel.ForEachAsync(source, cancellationToken, body) : EachLater(source, new ParallelOptions { CancellationToken = cancellationToken }, body, site);

    public static Task ForEachAsync<T>(IEnumerable<T> source, ParallelOptions options, Func<T, CancellationToken, ValueTask> body, int site) =>
        Arena.Current is null ? Parallel.ForEachAsync(source, options, body) : EachLater(source, options, body, site);

    private static ParallelLoopResult Each<T>(IEnumerable<T> source, ParallelOptions options, Action<T, ParallelLoopState> body, int site)
    {
        var items = source.ToList();
        return Loop(0, items.Count, options, static () => true, (index, state, own) => { body(items[(int)index], state); return own; }, static _ => { }, site);
    }

    // What one item waits for, its worker waits for.
    private static Task EachLater<T>(IEnumerable<T> source, ParallelOptions options, Func<T, CancellationToken, ValueTask> body, int site)
    {
        if (options.CancellationToken.IsCancellationRequested)
            return Task.FromCanceled(options.CancellationToken);
        var items = source.ToList();
        return TaskModel.Run(
            () =>
            {
                try
                {
                    Loop(0, items.Count, options, static () => true, (index, _, own) => { TaskModel.Wait(body(items[(int)index], options.CancellationToken).AsTask(), site); return own; }, static _ => { }, site);
                }
                catch (AggregateException all) when (all.Flatten().InnerExceptions is [var first, ..])
                {
                    // An awaiting caller gets the first as it was thrown.
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
                }
            },
            site);
    }

    private static ParallelLoopResult Loop<TLocal>(long from, long to, ParallelOptions options, Func<TLocal> begin, Func<long, ParallelLoopState, TLocal, TLocal> body, Action<TLocal> end, int site)
    {
        var (next, left, lane, state) = (from, new object(), Arena.Current!, NewState());
        var lowest = (long?)null;
        options.CancellationToken.ThrowIfCancellationRequested();
        Together(lane, Share(to - from, options.MaxDegreeOfParallelism, () =>
        {
            var own = begin();
            while (true)
            {
                // Workers meet where they take their next iteration: who is late for one finds another.
                var worker = Arena.Current!;
                worker.Arena.Step(worker, site, left);
                if (next >= to || state.ShouldExitCurrentIteration || state.LowestBreakIteration is not null || options.CancellationToken.IsCancellationRequested)
                    break;
                var index = next++;
                own = body(index, state, own);
                if (state.LowestBreakIteration is not null)
                    lowest ??= index;
            }

            end(own);
        }), site);
        options.CancellationToken.ThrowIfCancellationRequested();
        var result = default(ParallelLoopResult);
        (IsCompleted(ref result), LowestBreak(ref result)) = (!state.IsStopped && lowest is null, lowest);
        return result;
    }

    // Only a real loop fills one in.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_completed")]
    private static extern ref bool IsCompleted(ref ParallelLoopResult result);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_lowestBreakIteration")]
    private static extern ref long? LowestBreak(ref ParallelLoopResult result);

    // Only a real loop makes one; this loop has one round and runs where it is called.
    private static ParallelLoopState NewState()
    {
        ParallelLoopState? made = null;
        Parallel.For(0, 1, new ParallelOptions { MaxDegreeOfParallelism = 1, TaskScheduler = TaskScheduler.Default }, (_, state) => made = state);
        return made!;
    }

    private static Action[] Share(long count, int most, Action worker) => [.. Enumerable.Repeat(worker, (int)Math.Clamp(count, 0, most > 0 ? Math.Min(most, Workers) : Workers))];

    private static void Together(Lane lane, Action[] bodies, int site)
    {
        lane.Arena.Step(lane, site);
        var thrown = new List<Exception>();
        if (bodies.Length > 0)
            lane.Arena.Together(lane, site, [.. bodies.Select((body, index) => ($"{lane.Name}.{index + 1}", Guarded(body, thrown)))]);
        if (thrown.Count > 0)
            throw new AggregateException(thrown);
    }

    private static Action Guarded(Action body, List<Exception> thrown) => () =>
    {
        try
        {
            body();
        }
        catch (Exception exception) when (exception is not RunEndedException)
        {
            // What iterations throw is handed on together, as the real loops do.
            thrown.Add(exception);
        }
    };
}
