using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>
/// Semaphores. The real one keeps the count; who has to wait does so in its lane, or by a task of ours: the real one completes the task on the pool, where
/// combinations of tasks would follow it, and nobody controls the pool.
/// </summary>
[Models(typeof(SemaphoreSlim))]
public static class SemaphoreSlimModel
{
    public static void Wait(SemaphoreSlim target, int site) => Wait(target, Timeout.Infinite, CancellationToken.None, site);

    public static void Wait(SemaphoreSlim target, CancellationToken cancellationToken, int site) => Wait(target, Timeout.Infinite, cancellationToken, site);

    public static bool Wait(SemaphoreSlim target, int milliseconds, int site) => Wait(target, milliseconds, CancellationToken.None, site);

    public static bool Wait(SemaphoreSlim target, TimeSpan patience, int site) => Wait(target, Locking.Milliseconds(patience), CancellationToken.None, site);

    public static bool Wait(SemaphoreSlim target, TimeSpan patience, CancellationToken cancellationToken, int site) =>
        Wait(target, Locking.Milliseconds(patience), cancellationToken, site);

    public static bool Wait(SemaphoreSlim target, int milliseconds, CancellationToken cancellationToken, int site)
    {
        if (Arena.Current is not { } lane)
            return target.Wait(milliseconds, cancellationToken);
        var patience = milliseconds < 0 ? (TimeSpan?)null : TimeSpan.FromMilliseconds(milliseconds);
        lane.Arena.Step(lane, site, target);
        RequireOpen(target);
        cancellationToken.ThrowIfCancellationRequested();
        var queue = lane.Arena.ShadowOf<Queue>(target);
        queue.Waiting++;
        try
        {
            var isIn = milliseconds < 0 ? HasPermit() : CallRecord.Attempt(lane, HasPermit, patience);
            cancellationToken.ThrowIfCancellationRequested();
            return isIn && target.Wait(0, CancellationToken.None);
        }
        finally
        {
            queue.Waiting--;
        }

        bool HasPermit() => Locking.Until(lane, site, target, () => target.CurrentCount > 0, patience, cancellationToken);
    }

    public static Task WaitAsync(SemaphoreSlim target, int site) => Ask(target, Timeout.Infinite, CancellationToken.None, site);

    public static Task WaitAsync(SemaphoreSlim target, CancellationToken cancellationToken, int site) => Ask(target, Timeout.Infinite, cancellationToken, site);

    public static Task<bool> WaitAsync(SemaphoreSlim target, int milliseconds, int site) => Ask(target, milliseconds, CancellationToken.None, site);

    public static Task<bool> WaitAsync(SemaphoreSlim target, int milliseconds, CancellationToken cancellationToken, int site) => Ask(target, milliseconds, cancellationToken, site);

    public static Task<bool> WaitAsync(SemaphoreSlim target, TimeSpan patience, int site) => Ask(target, Locking.Milliseconds(patience), CancellationToken.None, site);

    public static Task<bool> WaitAsync(SemaphoreSlim target, TimeSpan patience, CancellationToken cancellationToken, int site) =>
        Ask(target, Locking.Milliseconds(patience), cancellationToken, site);

    public static int Release(SemaphoreSlim target, int site) => Release(target, 1, site);

    public static int Release(SemaphoreSlim target, int count, int site)
    {
        if (Arena.Current is not { } lane)
            return target.Release(count);
        // While a run unwinds, the finally blocks that lead here must not throw anew.
        if (lane.Arena.IsEnding)
            return 0;
        lane.Arena.Step(lane, site, target);
        var before = target.Release(count);
        lane.Arena.ShadowOf<Queue>(target).Serve(target);
        return before;
    }

    public static int get_CurrentCount(SemaphoreSlim target, int site)
    {
        CallRecord.NoteGauge();
        Hooks.Step(target, site);
        return target.CurrentCount;
    }

    public static WaitHandle get_AvailableWaitHandle(SemaphoreSlim target, int site) => Handles.Follow(target.AvailableWaitHandle, () => target.CurrentCount > 0);

    // Without a permit the real one has nothing to give, and only tells that it was disposed.
    private static void RequireOpen(SemaphoreSlim target)
    {
        if (target.CurrentCount == 0)
            target.Wait(0, CancellationToken.None);
    }

    private static Task<bool> Ask(SemaphoreSlim target, int milliseconds, CancellationToken cancellationToken, int site)
    {
        if (Arena.Current is not { } lane)
            return target.WaitAsync(milliseconds, cancellationToken);
        lane.Arena.Step(lane, site, target);
        RequireOpen(target);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<bool>(cancellationToken);
        if (milliseconds == 0)
            return Task.FromResult(CallRecord.Attempt(lane, () => target.Wait(0, CancellationToken.None)));
        if (target.Wait(0, CancellationToken.None))
            return Task.FromResult(true);
        var promise = new TaskCompletionSource<bool>();
        lane.Arena.ShadowOf<Queue>(target).Promises.AddLast(promise);
        if (milliseconds > 0)
            lane.Arena.Clock.Add(TimeSpan.FromMilliseconds(milliseconds), () => promise.TrySetResult(false));
        cancellationToken.Register(() => promise.TrySetCanceled(cancellationToken));
        return promise.Task;
    }

    private sealed class Queue
    {
        public LinkedList<TaskCompletionSource<bool>> Promises { get; } = new();

        /// <summary>How many lanes wait where they stand: what is released is theirs first, as in the real one.</summary>
        public int Waiting { get; set; }

        public void Serve(SemaphoreSlim target)
        {
            while (Promises.First is { Value: var promise } && (promise.Task.IsCompleted || target.CurrentCount > Waiting))
            {
                Promises.RemoveFirst();
                // Who gave up in the meantime takes no permit.
                if (promise.TrySetResult(true))
                    target.Wait(0, CancellationToken.None);
            }
        }
    }
}
