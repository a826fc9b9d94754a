// The models hand out what they stand for when no run is on.
#pragma warning disable ASSAY4001
using System.Diagnostics;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>The time of day is the run's.</summary>
[Models(typeof(DateTime))]
public static class DateTimeModel
{
    public static DateTime get_UtcNow(int site) => Arena.Current is null ? DateTime.UtcNow : RunClock.Instance.GetUtcNow().UtcDateTime;

    public static DateTime get_Now(int site) => Arena.Current is null ? DateTime.Now : DateTime.SpecifyKind(RunClock.Instance.GetUtcNow().UtcDateTime, DateTimeKind.Local);

    public static DateTime get_Today(int site) => get_Now(site).Date;
}

/// <summary>The time of day with its offset; a run is in the zone of UTC.</summary>
[Models(typeof(DateTimeOffset))]
public static class DateTimeOffsetModel
{
    public static DateTimeOffset get_UtcNow(int site) => Arena.Current is null ? DateTimeOffset.UtcNow : RunClock.Instance.GetUtcNow();

    public static DateTimeOffset get_Now(int site) => Arena.Current is null ? DateTimeOffset.Now : RunClock.Instance.GetUtcNow();
}

/// <summary>The system's clock, where a clock is injected.</summary>
[Models(typeof(TimeProvider))]
public static class TimeProviderModel
{
    public static TimeProvider get_System(int site) => Arena.Current is null ? TimeProvider.System : RunClock.Instance;
}

/// <summary>Milliseconds since the start, and the number of the thread that the lane stands for.</summary>
[Models(typeof(Environment))]
public static class EnvironmentModel
{
    public static int get_CurrentManagedThreadId(int site) => Arena.Current is { } lane ? lane.Thread.Number : Environment.CurrentManagedThreadId;

    public static int get_TickCount(int site) => (int)get_TickCount64(site);

    public static long get_TickCount64(int site) => Arena.Current is null ? Environment.TickCount64 : RunClock.Instance.GetTimestamp() / TimeSpan.TicksPerMillisecond;
}

/// <summary>Stopwatches by the run's clock: the real one is never started.</summary>
[Models(typeof(Stopwatch))]
public static class StopwatchModel
{
    public static long GetTimestamp(int site) => Arena.Current is null ? Stopwatch.GetTimestamp() : Scaled(RunClock.Instance.GetTimestamp());

    public static TimeSpan GetElapsedTime(long started, int site) => Stopwatch.GetElapsedTime(started, GetTimestamp(site));

    public static Stopwatch StartNew(int site)
    {
        var watch = new Stopwatch();
        Start(watch, site);
        return watch;
    }

    public static void Start(Stopwatch target, int site)
    {
        if (Known(target) is not { } reading)
            target.Start();
        else
            reading.Since ??= RunClock.Instance.GetTimestamp();
    }

    public static void Stop(Stopwatch target, int site)
    {
        if (Known(target) is not { } reading)
            target.Stop();
        else
            (reading.Before, reading.Since) = (reading.Ticks, null);
    }

    public static void Reset(Stopwatch target, int site)
    {
        if (Known(target) is not { } reading)
            target.Reset();
        else
            (reading.Before, reading.Since) = (0, null);
    }

    public static void Restart(Stopwatch target, int site)
    {
        Reset(target, site);
        Start(target, site);
    }

    public static bool get_IsRunning(Stopwatch target, int site) => Known(target) is { } reading ? reading.Since is not null : target.IsRunning;

    public static TimeSpan get_Elapsed(Stopwatch target, int site) => Known(target) is { } reading ? TimeSpan.FromTicks(reading.Ticks) : target.Elapsed;

    public static long get_ElapsedMilliseconds(Stopwatch target, int site) => Known(target) is { } reading ? reading.Ticks / TimeSpan.TicksPerMillisecond : target.ElapsedMilliseconds;

    public static long get_ElapsedTicks(Stopwatch target, int site) => Known(target) is { } reading ? Scaled(reading.Ticks) : target.ElapsedTicks;

    private static Reading? Known(Stopwatch target) => Arena.Current?.Arena.ShadowOf<Reading>(target);

    private static long Scaled(long ticks) => ticks * (Stopwatch.Frequency / TimeSpan.TicksPerSecond);

    private sealed class Reading
    {
        public long Before { get; set; }

        public long? Since { get; set; }

        public long Ticks => Before + (Since is { } since ? RunClock.Instance.GetTimestamp() - since : 0);
    }
}
