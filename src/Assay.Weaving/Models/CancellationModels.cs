using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Cancellation after some time, by the run's clock; what is registered runs in the lane that cancels.</summary>
[Models(typeof(CancellationTokenSource))]
public static class CancellationTokenSourceModel
{
    public static CancellationTokenSource New(int milliseconds, int site) => New(TimeSpan.FromMilliseconds(milliseconds), site);

    public static CancellationTokenSource New(TimeSpan delay, int site)
    {
        if (Arena.Current is null)
            return new CancellationTokenSource(delay);
        var source = new CancellationTokenSource();
        if (delay == TimeSpan.Zero)
        {
            source.Cancel();
            return source;
        }

        CancelAfter(source, delay, site);
        return source;
    }

    public static CancellationTokenSource New(TimeSpan delay, TimeProvider clock, int site) =>
        clock == TimeProvider.System ? New(delay, site) : new CancellationTokenSource(delay, clock);

    public static void CancelAfter(CancellationTokenSource target, int milliseconds, int site) => CancelAfter(target, TimeSpan.FromMilliseconds(milliseconds), site);

    public static void CancelAfter(CancellationTokenSource target, TimeSpan delay, int site)
    {
        if (Arena.Current is not { } lane)
        {
            target.CancelAfter(delay);
            return;
        }

        lane.Arena.Step(lane, site, target);
        // Refuses what the real one refuses; for ever, so that its own timer never rings.
        target.CancelAfter(Timeout.InfiniteTimeSpan);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, Timeout.InfiniteTimeSpan);
        var (arena, known) = (lane.Arena, lane.Arena.ShadowOf<Expiry>(target));
        known.Alarm?.Cancel();
        if (delay >= TimeSpan.Zero)
            known.Alarm = arena.Clock.Add(delay, () => arena.Start("cancellation", () => Cancel(target)).IsBackground = true);
    }

    public static bool TryReset(CancellationTokenSource target, int site)
    {
        if (Arena.Current is { } lane)
        {
            lane.Arena.Step(lane, site, target);
            lane.Arena.ShadowOf<Expiry>(target).Alarm?.Cancel();
        }

        return target.TryReset();
    }

    public static Task CancelAsync(CancellationTokenSource target, int site) =>
        Arena.Current is null || target.IsCancellationRequested ? target.CancelAsync() : TaskModel.Run(target.Cancel, site);

    public static void Dispose(CancellationTokenSource target, int site)
    {
        if (Arena.Current is { } lane)
        {
            lane.Arena.Step(lane, site, target);
            lane.Arena.ShadowOf<Expiry>(target).Alarm?.Cancel();
        }

        target.Dispose();
    }

    private static void Cancel(CancellationTokenSource target)
    {
        try
        {
            target.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It was disposed between the alarm and this lane's begin: there is nobody to tell.
        }
    }

    private sealed class Expiry
    {
        public VirtualClock.Alarm? Alarm { get; set; }
    }
}

/// <summary>A token's handle can be waited for like any other.</summary>
[Models(typeof(CancellationToken))]
public static class CancellationTokenModel
{
    public static WaitHandle get_WaitHandle(ref CancellationToken target, int site)
    {
        var token = target;
        return Handles.Follow(target.WaitHandle, () => token.IsCancellationRequested);
    }
}
