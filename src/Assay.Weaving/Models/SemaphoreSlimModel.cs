using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Semaphores. The real one keeps the count; who has to wait does so in its lane. Asynchronous waits need no model: their task is awaited.</summary>
[Models(typeof(SemaphoreSlim))]
public static class SemaphoreSlimModel
{
    public static void Wait(SemaphoreSlim target, int site) => Wait(target, Timeout.Infinite, CancellationToken.None, site);

    public static void Wait(SemaphoreSlim target, CancellationToken cancellationToken, int site) => Wait(target, Timeout.Infinite, cancellationToken, site);

    public static bool Wait(SemaphoreSlim target, int milliseconds, int site) => Wait(target, milliseconds, CancellationToken.None, site);

    public static bool Wait(SemaphoreSlim target, TimeSpan patience, int site) => Wait(target, (int)patience.TotalMilliseconds, CancellationToken.None, site);

    public static bool Wait(SemaphoreSlim target, TimeSpan patience, CancellationToken cancellationToken, int site) =>
        Wait(target, (int)patience.TotalMilliseconds, cancellationToken, site);

    public static bool Wait(SemaphoreSlim target, int milliseconds, CancellationToken cancellationToken, int site)
    {
        if (Arena.Current is not { } lane)
            return target.Wait(milliseconds, cancellationToken);
        lane.Arena.Step(lane, site, target);
        cancellationToken.ThrowIfCancellationRequested();
        var isIn = cancellationToken.CanBeCanceled
            ? lane.Arena.WaitUntil(lane, site, (target, cancellationToken), static (state, _) => (((SemaphoreSlim, CancellationToken))state!) is var (one, token) && (one.CurrentCount > 0 || token.IsCancellationRequested), Locking.Patience(milliseconds))
            : lane.Arena.WaitUntil(lane, site, target, static (state, _) => ((SemaphoreSlim)state!).CurrentCount > 0, Locking.Patience(milliseconds));
        cancellationToken.ThrowIfCancellationRequested();
        return isIn && target.Wait(0, CancellationToken.None);
    }

    public static Task WaitAsync(SemaphoreSlim target, int site)
    {
        Hooks.Step(target, site);
        return target.WaitAsync();
    }

    public static Task WaitAsync(SemaphoreSlim target, CancellationToken cancellationToken, int site)
    {
        Hooks.Step(target, site);
        return target.WaitAsync(cancellationToken);
    }

    public static int Release(SemaphoreSlim target, int site) => Release(target, 1, site);

    public static int Release(SemaphoreSlim target, int count, int site)
    {
        // While a run unwinds, the finally blocks that lead here must not throw anew.
        if (Arena.Current is { Arena.IsEnding: true })
            return 0;
        Hooks.Step(target, site);
        return target.Release(count);
    }

    public static int get_CurrentCount(SemaphoreSlim target, int site)
    {
        Hooks.Step(target, site);
        return target.CurrentCount;
    }
}
