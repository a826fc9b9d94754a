namespace Assay.Verify.Tests.Time;

public class ManualTimerTests
{
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;

    private readonly ManualClock _clock = new();
    private readonly List<string> _log = [];

    // due, period, advance by → firings, all in milliseconds; from the documentation of ITimer.Change and Timer's constructor.
    [Theory]
    [InlineData(10, -1, 9.9999, "")]
    [InlineData(10, -1, 10, "10")]
    [InlineData(10, -1, 100, "10")]
    [InlineData(10, 0, 100, "10")]
    [InlineData(0, -1, 0, "0")]
    [InlineData(0, 10, 25, "0 10 20")]
    [InlineData(10, 20, 55, "10 30 50")]
    [InlineData(-1, 5, 100, "")]
    [InlineData(1.9, -1, 10, "1")]
    [InlineData(0.5, 2.9, 5, "0 2 4")]
    [InlineData(-0.5, -1, 1, "0")]
    [InlineData(5, 0.9, 100, "5")]
    public void Due_time_and_period_follow_the_system_timers(double due, double period, double advance, string expected)
    {
        using var timer = Log("", Milliseconds(due), Milliseconds(period));
        Assert.Empty(_log);
        _clock.Advance(Milliseconds(advance));
        Assert.Equal(expected, string.Join(' ', _log));
    }

    [Theory]
    [InlineData(-2, 0)]
    [InlineData(0, -2)]
    [InlineData(4294967295d, 0)]
    [InlineData(0, 4294967295d)]
    public void Times_the_system_timers_refuse_are_refused(double due, double period)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TimeProvider.System.CreateTimer(_ => { }, null, Milliseconds(due), Milliseconds(period)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.CreateTimer(_ => { }, null, Milliseconds(due), Milliseconds(period)));
        using var timer = _clock.CreateTimer(_ => { }, null, Never, Never);
        Assert.Throws<ArgumentOutOfRangeException>(() => timer.Change(Milliseconds(due), Milliseconds(period)));
        Assert.Throws<ArgumentNullException>(() => _clock.CreateTimer(null!, null, Never, Never));
    }

    [Fact]
    public void Change_after_dispose_answers_false_like_the_system_timers()
    {
        var system = TimeProvider.System.CreateTimer(_ => { }, null, Never, Never);
        var timer = Log("x", Milliseconds(1), Never);
        system.Dispose();
        timer.Dispose();
        Assert.False(system.Change(Never, Never));
        Assert.False(timer.Change(Milliseconds(1), Never));
        _clock.Advance(Milliseconds(5));
        Assert.Empty(_log);
    }

    [Fact]
    public void Timers_fire_in_due_order_and_ties_in_creation_order()
    {
        using var c = Log("c", Milliseconds(2), Never);
        using var a = Log("a", Milliseconds(1), Milliseconds(1));
        using var b = Log("b", Milliseconds(1), Milliseconds(2));
        _clock.Advance(Milliseconds(3));
        Assert.Equal(["a1", "b1", "c2", "a2", "a3", "b3"], _log);
    }

    [Fact]
    public void A_callback_that_creates_timers_sees_them_fire_in_the_same_advance()
    {
        using var outer = _clock.CreateTimer(_ => Log("inner", Milliseconds(2), Never), null, Milliseconds(1), Never);
        _clock.Advance(Milliseconds(2));
        Assert.Empty(_log);
        _clock.Advance(Milliseconds(8));
        Assert.Equal(["inner3"], _log);
    }

    [Fact]
    public void A_callback_that_disposes_another_timer_keeps_it_from_firing_at_the_same_instant()
    {
        ITimer? second = null;
        using var first = _clock.CreateTimer(_ => second!.Dispose(), null, Milliseconds(1), Never);
        second = Log("second", Milliseconds(1), Never);
        _clock.Advance(Milliseconds(5));
        Assert.Empty(_log);
    }

    [Fact]
    public void A_periodic_callback_that_stops_itself_fires_once()
    {
        ITimer? timer = null;
        timer = _clock.CreateTimer(_ => { Note(""); timer!.Change(Never, Never); }, null, Milliseconds(1), Milliseconds(1));
        _clock.Advance(Milliseconds(5));
        Assert.Equal(["1"], _log);
    }

    [Fact]
    public void A_callback_may_rearm_itself_with_a_new_due_time()
    {
        ITimer? timer = null;
        timer = _clock.CreateTimer(_ => { Note(""); timer!.Change(Milliseconds(_log.Count * 2), Never); }, null, Milliseconds(1), Never);
        _clock.Advance(Milliseconds(10));
        Assert.Equal(["1", "3", "7"], _log);
    }

    [Fact]
    public void A_callback_may_advance_the_clock()
    {
        using var outer = _clock.CreateTimer(_ => _clock.Advance(Milliseconds(5)), null, Milliseconds(1), Never);
        using var inner = Log("inner", Milliseconds(4), Never);
        _clock.Advance(Milliseconds(2));
        Assert.Equal(["inner4"], _log);
        Assert.Equal(ManualClock.DefaultStart + Milliseconds(6), _clock.GetUtcNow());
    }

    [Fact]
    public void Rearming_at_once_without_end_is_reported_instead_of_hanging()
    {
        ITimer? timer = null;
        timer = _clock.CreateTimer(_ => timer!.Change(TimeSpan.Zero, Never), null, TimeSpan.Zero, Never);
        Assert.Throws<InvalidOperationException>(() => _clock.Advance(Milliseconds(1)));
    }

    [Fact]
    public void A_callback_runs_in_the_execution_context_of_its_creation()
    {
        var ambient = new AsyncLocal<string> { Value = "creator" };
        using var timer = _clock.CreateTimer(_ => _log.Add(ambient.Value!), null, TimeSpan.Zero, Never);
        ambient.Value = "advancer";
        _clock.Advance(TimeSpan.Zero);
        Assert.Equal(["creator"], _log);
    }

    [Fact]
    public async Task Asynchronous_dispose_completes_after_the_running_callback()
    {
        Task? disposal = null;
        ITimer? timer = null;
        timer = _clock.CreateTimer(
            _ =>
            {
                disposal = timer!.DisposeAsync().AsTask();
                Assert.False(disposal.IsCompleted);
            },
            null, Milliseconds(1), Milliseconds(1));
        _clock.Advance(Milliseconds(3));
        await disposal!;
        Assert.Empty(_clock.PendingTimers);
        Assert.True(timer.DisposeAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_delay_ends_at_its_time_and_not_before()
    {
        var delay = Task.Delay(Milliseconds(100), _clock, TestContext.Current.CancellationToken);
        _clock.Advance(Milliseconds(99));
        Assert.False(delay.IsCompleted);
        _clock.Advance(Milliseconds(1));
        await delay;
    }

    [Fact]
    public async Task Waiting_with_a_timeout_times_out_on_this_clock()
    {
        var never = new TaskCompletionSource();
        var wait = never.Task.WaitAsync(Milliseconds(10), _clock, TestContext.Current.CancellationToken);
        _clock.Advance(Milliseconds(10));
        await Assert.ThrowsAsync<TimeoutException>(() => wait);
    }

    [Fact]
    public void A_cancellation_source_cancels_on_this_clock()
    {
        using var source = new CancellationTokenSource(Milliseconds(10), _clock);
        _clock.Advance(Milliseconds(9));
        Assert.False(source.IsCancellationRequested);
        source.CancelAfter(Milliseconds(5));
        _clock.Advance(Milliseconds(4));
        Assert.False(source.IsCancellationRequested);
        _clock.Advance(Milliseconds(1));
        Assert.True(source.IsCancellationRequested);
    }

    [Fact]
    public async Task A_periodic_timer_ticks_on_this_clock_and_merges_missed_ticks()
    {
        using var periodic = new PeriodicTimer(Milliseconds(10), _clock);
        var first = periodic.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        Assert.False(first.IsCompleted);
        _clock.Advance(Milliseconds(10));
        Assert.True(await first);
        _clock.Advance(Milliseconds(25));
        Assert.True(await periodic.WaitForNextTickAsync(TestContext.Current.CancellationToken));
        var next = periodic.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        _clock.Advance(Milliseconds(5));
        Assert.True(await next);
    }

    private static TimeSpan Milliseconds(double count) => TimeSpan.FromTicks((long)(count * TimeSpan.TicksPerMillisecond));

    private ITimer Log(string name, TimeSpan due, TimeSpan period) => _clock.CreateTimer(_ => Note(name), null, due, period);

    private void Note(string name) => _log.Add(name + (_clock.GetUtcNow() - ManualClock.DefaultStart).TotalMilliseconds);
}
