// It stands in for a timer that swallows what its handlers throw.
#pragma warning disable ASSAY3001
using System.Timers;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Timers that raise an event: on a lane of its own each time, by the run's clock. What a handler throws is swallowed, as the real one does.</summary>
[Models(typeof(System.Timers.Timer))]
public static class TimersTimerModel
{
    public static System.Timers.Timer New(int site) => Remember(new System.Timers.Timer());

    public static System.Timers.Timer New(double interval, int site) => Remember(new System.Timers.Timer(interval));

    public static System.Timers.Timer New(TimeSpan interval, int site) => Remember(new System.Timers.Timer(interval));

    public static void add_Elapsed(System.Timers.Timer target, ElapsedEventHandler handler, int site)
    {
        if (Of(target) is { } state)
            state.Elapsed += handler;
        else
            target.Elapsed += handler;
    }

    public static void remove_Elapsed(System.Timers.Timer target, ElapsedEventHandler handler, int site)
    {
        if (Of(target) is { } state)
            state.Elapsed -= handler;
        else
            target.Elapsed -= handler;
    }

    public static void Start(System.Timers.Timer target, int site) => set_Enabled(target, true, site);

    public static void Stop(System.Timers.Timer target, int site) => set_Enabled(target, false, site);

    public static void Close(System.Timers.Timer target, int site)
    {
        Hooks.Step(target, site);
        Of(target)?.Halt();
        target.Close();
    }

    public static bool get_Enabled(System.Timers.Timer target, int site)
    {
        Hooks.Step(target, site);
        return Of(target)?.IsEnabled ?? target.Enabled;
    }

    public static void set_Enabled(System.Timers.Timer target, bool isEnabled, int site)
    {
        Hooks.Step(target, site);
        if (Of(target) is not { } state)
            target.Enabled = isEnabled;
        else if (isEnabled)
            state.Run(target);
        else
            state.Halt();
    }

    public static bool get_AutoReset(System.Timers.Timer target, int site) => target.AutoReset;

    public static double get_Interval(System.Timers.Timer target, int site) => target.Interval;

    public static void set_AutoReset(System.Timers.Timer target, bool repeats, int site)
    {
        Hooks.Step(target, site);
        target.AutoReset = repeats;
        if (Of(target) is { IsEnabled: true } state)
            state.Again(target);
    }

    public static void set_Interval(System.Timers.Timer target, double interval, int site)
    {
        Hooks.Step(target, site);
        target.Interval = interval;
        if (Of(target) is { IsEnabled: true } state)
            state.Again(target);
    }

    private static Rings? Of(System.Timers.Timer target) => Arena.Current?.Arena.ShadowOf<Rings>(target);

    private static System.Timers.Timer Remember(System.Timers.Timer timer)
    {
        // However it is ended, it tells.
        if (Of(timer) is { } state)
            timer.Disposed += (_, _) => state.End();
        return timer;
    }

    private sealed class Rings
    {
        private ITimer? _ring;
        private bool _isDisposed;

        public event ElapsedEventHandler? Elapsed;

        public bool IsEnabled { get; private set; }

        public void Run(System.Timers.Timer timer)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, timer);
            if (IsEnabled)
                return;
            IsEnabled = true;
            Again(timer);
        }

        public void Again(System.Timers.Timer timer)
        {
            var due = TimeSpan.FromMilliseconds(Math.Ceiling(timer.Interval));
            _ring ??= RunClock.Instance.CreateTimer(_ => Ring(timer), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _ring.Change(due, timer.AutoReset ? due : Timeout.InfiniteTimeSpan);
        }

        public void Halt()
        {
            IsEnabled = false;
            _ring?.Dispose();
        }

        public void End()
        {
            Halt();
            _isDisposed = true;
        }

        private void Ring(System.Timers.Timer timer)
        {
            if (!timer.AutoReset)
                IsEnabled = false;
            try
            {
                Elapsed?.Invoke(timer, new ElapsedEventArgs(RunClock.Instance.GetUtcNow().UtcDateTime));
            }
            catch (Exception exception) when (exception is not RunEndedException)
            {
                // As with the real one, a handler's failure is nobody's.
            }
        }
    }
}
