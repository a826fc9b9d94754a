namespace Assay.Verify.Tests.Time;

public class ManualClockTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;

    [Fact]
    public void A_new_clock_stands_at_its_start()
    {
        var start = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.FromHours(2));
        var clock = new ManualClock(start, timestamp: -7);
        Assert.Equal(start, clock.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, clock.GetUtcNow().Offset);
        Assert.Equal(-7, clock.GetTimestamp());
        Assert.Equal(TimeZoneInfo.Utc, clock.LocalTimeZone);
    }

    [Theory]
    [InlineData(0L, 10_000_000L)]
    [InlineData(-5L, 10_000_000L)]
    [InlineData(long.MinValue, 1_000_000_000L)]
    [InlineData(long.MaxValue - 3, 10_000_000L)]
    [InlineData(long.MaxValue - 3, 1_000_000_000L)]
    [InlineData(0L, 1_000L)]
    public void Elapsed_time_is_what_was_advanced_at_every_origin_and_frequency(long timestamp, long frequency)
    {
        var clock = new ManualClock(timestamp: timestamp, timestampFrequency: frequency);
        var before = clock.GetTimestamp();
        clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(TimeSpan.FromHours(3), clock.GetElapsedTime(before));
        Assert.Equal(ManualClock.DefaultStart + TimeSpan.FromHours(3), clock.GetUtcNow());
    }

    [Fact]
    public void Fractions_of_a_timestamp_unit_add_up_over_many_advances()
    {
        var clock = new ManualClock(timestampFrequency: 3);
        for (var step = 0; step < 10; step++)
            clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(3, clock.GetTimestamp());
    }

    [Fact]
    public void A_wall_clock_jump_leaves_timestamps_and_timers_alone()
    {
        var clock = new ManualClock();
        var fired = 0;
        using var timer = clock.CreateTimer(_ => fired++, null, Second, Never);
        clock.SetUtcNow(ManualClock.DefaultStart.AddYears(-5));
        Assert.Equal(0, clock.GetTimestamp());
        clock.Advance(Second);
        Assert.Equal(1, fired);
        Assert.Equal(ManualClock.DefaultStart.AddYears(-5) + Second, clock.GetUtcNow());
    }

    [Fact]
    public void Timestamps_go_back_only_where_the_clock_allows_it()
    {
        Assert.Throws<InvalidOperationException>(() => new ManualClock(timestamp: 9).SetTimestamp(8));
        var hostile = new ManualClock(timestamp: 9, allowsBackwardTimestamps: true);
        hostile.SetTimestamp(-100);
        hostile.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(-99, hostile.GetTimestamp());
    }

    [Fact]
    public void Bad_moves_are_refused_and_change_nothing()
    {
        var clock = new ManualClock();
        Assert.Throws<ArgumentOutOfRangeException>(() => clock.Advance(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => clock.Advance(TimeSpan.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => clock.AdvanceTo(ManualClock.DefaultStart.AddTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ManualClock(timestampFrequency: 0));
        Assert.Throws<ArgumentNullException>(() => clock.SetLocalTimeZone(null!));
        Assert.Equal(ManualClock.DefaultStart, clock.GetUtcNow());
        clock.AdvanceTo(DateTimeOffset.MaxValue);
        Assert.Equal(DateTimeOffset.MaxValue, clock.GetUtcNow());
    }

    [Fact]
    public void The_local_zone_can_be_set()
    {
        var zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(5), "test", "test");
        var clock = new ManualClock();
        clock.SetLocalTimeZone(zone);
        Assert.Equal(TimeSpan.FromHours(5), clock.GetLocalNow().Offset);
    }

    [Fact]
    public void Pending_timers_are_listed_in_firing_order()
    {
        var clock = new ManualClock();
        using var late = clock.CreateTimer(_ => { }, null, 3 * Second, Never);
        using var early = clock.CreateTimer(_ => { }, null, Second, 2 * Second);
        using var idle = clock.CreateTimer(_ => { }, null, Never, Second);
        clock.Advance(Second / 2);
        Assert.Equal(
            [
                new PendingTimer(Second / 2, ManualClock.DefaultStart + Second, 2 * Second),
                new PendingTimer(2.5 * Second, ManualClock.DefaultStart + 3 * Second, Never),
            ],
            clock.PendingTimers);
        Assert.True(clock.AdvanceToNextTimer());
        Assert.Equal(ManualClock.DefaultStart + Second, clock.GetUtcNow());
        early.Dispose();
        late.Dispose();
        Assert.False(clock.AdvanceToNextTimer());
    }

    [Fact]
    public void Advances_of_many_threads_add_up_and_fire_everything_once()
    {
        var clock = new ManualClock();
        var fired = 0;
        Parallel.For(0, 8, lane =>
        {
            for (var step = 1; step <= 100; step++)
            {
                clock.CreateTimer(_ => Interlocked.Increment(ref fired), null, TimeSpan.FromMilliseconds(step % 7), Never);
                clock.Advance(TimeSpan.FromMilliseconds(1));
            }
        });
        clock.Advance(Second);
        Assert.Equal(800, fired);
        Assert.Equal(ManualClock.DefaultStart + TimeSpan.FromMilliseconds(800) + Second, clock.GetUtcNow());
    }
}
