using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Progress: what is reported is handed on by a lane of its own each time, as the pool would, in any order.</summary>
[Models(typeof(Progress<>))]
public static class ProgressModel
{
    public static Progress<T> New<T>(int site) => Arena.Current is null ? new Progress<T>() : new LaneProgress<T>(null);

    public static Progress<T> New<T>(Action<T> handler, int site)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Arena.Current is null ? new Progress<T>(handler) : new LaneProgress<T>(handler);
    }

    public static void add_ProgressChanged<T>(Progress<T> target, EventHandler<T> handler, int site)
    {
        if (target is LaneProgress<T> own)
            own.Changed += handler;
        else
            target.ProgressChanged += handler;
    }

    public static void remove_ProgressChanged<T>(Progress<T> target, EventHandler<T> handler, int site)
    {
        if (target is LaneProgress<T> own)
            own.Changed -= handler;
        else
            target.ProgressChanged -= handler;
    }

    private sealed class LaneProgress<T>(Action<T>? handler) : Progress<T>
    {
        public event EventHandler<T>? Changed;

        protected override void OnReport(T value)
        {
            if (Arena.Current is not { } lane || (handler is null && Changed is null))
                return;
            lane.Arena.Start($"progress {lane.Arena.LaneCount}", () =>
            {
                handler?.Invoke(value);
                Changed?.Invoke(this, value);
            });
        }
    }
}
