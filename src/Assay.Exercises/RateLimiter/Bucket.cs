using Assay.Contracts;

namespace Assay.Exercises.RateLimiter;

/// <summary>A candidate's limiter with settings that nobody could know before, and a key of it.</summary>
internal sealed record Bucket(Trial Trial, IRateLimiter Limiter, int Capacity, TimeSpan Interval, string Key)
{
    /// <summary>A limiter of a few permits that come back within seconds.</summary>
    public static Bucket New(Trial trial) => New(trial, trial.Random.Next(3, 13), TimeSpan.FromMilliseconds(trial.Random.Next(50, 2000)));

    public static Bucket New(Trial trial, int capacity, TimeSpan interval) =>
        new(trial, trial.Create<IRateLimiter>(capacity, interval), capacity, interval, NewKey(trial));

    /// <summary>A key that was never used before.</summary>
    public static string NewKey(Trial trial) => $"tenant-{trial.Random.NextInt64():x}";

    public Bucket With(string key) => this with { Key = key };

    /// <summary>Asks for single permits until one is refused, or more than the capacity are granted.</summary>
    public int Drain()
    {
        var granted = 0;
        while (granted <= Capacity && Limiter.TryAcquire(Key, 1).IsGranted)
            granted++;
        return granted;
    }

    public void RequireDrained(string what) => Trial.Equal(Capacity, Drain(), what);

    /// <summary>A length of time that is no whole number of intervals, shorter than one.</summary>
    public TimeSpan PartOfInterval() => TimeSpan.FromTicks(Trial.Random.NextInt64(Interval.Ticks / 10, Interval.Ticks * 9 / 10));
}
