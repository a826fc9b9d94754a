using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Parallel loops: a few lanes share the iterations.</summary>
[Models(typeof(Parallel))]
public static class ParallelModel
{
    private const int Workers = 3;

    public static void Invoke(Action[] bodies, int site)
    {
        if (Arena.Current is { } lane)
            Together(lane, bodies, site);
        else
            Parallel.Invoke(bodies);
    }

    public static ParallelLoopResult For(int from, int to, Action<int> body, int site)
    {
        if (Arena.Current is not { } lane)
            return Parallel.For(from, to, body);
        var (next, left) = (from, new object());
        Together(lane, Share(to - from, () =>
        {
            while (true)
            {
                // Workers meet where they take their next iteration: who is late for one finds another.
                var worker = Arena.Current!;
                worker.Arena.Step(worker, site, left);
                if (next >= to)
                    return;
                body(next++);
            }
        }), site);
        return default;
    }

    public static ParallelLoopResult ForEach<T>(IEnumerable<T> source, Action<T> body, int site)
    {
        if (Arena.Current is null)
            return Parallel.ForEach(source, body);
        var items = source.ToList();
        return For(0, items.Count, index => body(items[index]), site);
    }

    private static Action[] Share(int count, Action worker) => [.. Enumerable.Repeat(worker, Math.Clamp(count, 0, Workers))];

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
