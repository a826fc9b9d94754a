using System.Runtime.CompilerServices;

namespace Assay.Weaving.Models;

/// <summary>Tasks in the order in which they end: the framework's own way goes on in the pool.</summary>
internal static class Arrivals
{
    public static async IAsyncEnumerable<T> Of<T>(IReadOnlyList<T> tasks, int site, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : Task
    {
        var (ended, arrival) = (new Queue<T>(), (TaskCompletionSource<bool>?)null);
        var left = 0;
        foreach (var task in tasks.Distinct())
        {
            left++;
            // Where it ends, and at once when it has.
            _ = task.ContinueWith(one => Arrive(task), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, HereScheduler.Instance);
        }

        for (; left > 0; left--)
        {
            Hooks.Step(null, site);
            cancellationToken.ThrowIfCancellationRequested();
            if (ended.Count == 0)
            {
                var awaited = arrival = new TaskCompletionSource<bool>();
                using var registration = cancellationToken.Register(() => awaited.TrySetCanceled(cancellationToken));
                await new LaneAwaitable(new ValueTask<bool>(awaited.Task).GetAwaiter(), site);
            }

            yield return ended.Dequeue();
        }

        void Arrive(T task)
        {
            ended.Enqueue(task);
            arrival?.TrySetResult(true);
        }
    }
}
