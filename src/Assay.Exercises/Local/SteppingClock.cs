using Assay.Verify;

namespace Assay.Exercises;

/// <summary>A manual clock whose timestamps can be made to move each time they are read, as they do in a call that is interrupted. Timers and the wall clock do not notice.</summary>
internal sealed class SteppingClock : TimeProvider
{
    private readonly ManualClock _clock = new();
    private long _step;
    private long _stepped;

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => _clock.LocalTimeZone;

    /// <inheritdoc />
    public override long TimestampFrequency => _clock.TimestampFrequency;

    /// <summary>From now on each reading moves the timestamps first.</summary>
    /// <param name="ticks">By so much; zero for a clock that stands still.</param>
    /// <returns>The timestamp now, in ticks of 100 ns since the beginning.</returns>
    public long StepBy(long ticks)
    {
        Volatile.Write(ref _step, ticks);
        return _clock.GetTimestamp() + Volatile.Read(ref _stepped);
    }

    /// <summary>Moves the clock; due timers have fired when this returns.</summary>
    public void Advance(TimeSpan by) => _clock.Advance(by);

    /// <summary>Sets the wall clock alone.</summary>
    public void SetUtcNow(DateTimeOffset instant) => _clock.SetUtcNow(instant);

    /// <inheritdoc />
    public override long GetTimestamp() => _clock.GetTimestamp() + Interlocked.Add(ref _stepped, Volatile.Read(ref _step));

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _clock.CreateTimer(callback, state, dueTime, period);
}
