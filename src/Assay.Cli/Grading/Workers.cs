using System.Collections.Concurrent;

namespace Assay.Cli.Grading;

/// <summary>Several threads that take one item after the other, each with tools of its own: grading starts processes and waits for them, which is nothing for the pool.</summary>
internal static class Workers
{
    /// <summary>Runs until no item is left.</summary>
    /// <param name="items">What is to be done, in the order in which it is begun.</param>
    /// <param name="jobs">How many threads.</param>
    /// <param name="tools">What one thread needs; disposed of at its end.</param>
    /// <param name="work">What is done with an item.</param>
    /// <param name="cancellationToken">Ends the run between two items.</param>
    public static Task RunAsync<TItem, TTools>(IReadOnlyCollection<TItem> items, int jobs, Func<TTools> tools, Action<TItem, TTools> work, CancellationToken cancellationToken)
        where TTools : IDisposable
    {
        var left = new ConcurrentQueue<TItem>(items);
        return Task.WhenAll(Enumerable.Range(0, Math.Min(jobs, items.Count)).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using var own = tools();
                while (left.TryDequeue(out var item))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    work(item, own);
                }
            },
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
    }
}
