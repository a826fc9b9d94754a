using Assay.Analyzers.Rules.Time;
using Assay.CodeFixes.Rules.Time;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Time;

public sealed class ClockBypassedFixTests : RuleTests<ClockBypassed, ClockBypassedFix>
{
    [Fact]
    public Task A_wait_becomes_the_overload_with_the_TimeProvider() => Fixes(
        """
        class Poller
        {
            private const int Pause = 250;
            private readonly TimeProvider _time;
            private CancellationTokenSource _stop = new();
            public Poller(TimeProvider time) => _time = time;
            public async Task RunAsync(Task<int> work, int ms, CancellationToken stop)
            {
                await [|Task.Delay(500)|]; // a while
                await [|Task.Delay(Pause, stop)|].ConfigureAwait(false);
                await [|Task.Delay(ms * 2)|];
                await [|Task.Delay(TimeSpan.FromSeconds(1), stop)|];
                await [|work.WaitAsync(TimeSpan.FromSeconds(1))|];
                await [|work.WaitAsync(
                    TimeSpan.FromSeconds(1),
                    stop)|];
                using PeriodicTimer periodic = [|new(TimeSpan.FromSeconds(1))|];
                using var a = [|new CancellationTokenSource(TimeSpan.FromSeconds(1))|];
                using var b = [|new CancellationTokenSource(1000)|];
            }
        }
        """,
        """
        class Poller
        {
            private const int Pause = 250;
            private readonly TimeProvider _time;
            private CancellationTokenSource _stop = new();
            public Poller(TimeProvider time) => _time = time;
            public async Task RunAsync(Task<int> work, int ms, CancellationToken stop)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), _time); // a while
                await Task.Delay(TimeSpan.FromMilliseconds(Pause), _time, stop).ConfigureAwait(false);
                await Task.Delay(TimeSpan.FromMilliseconds(ms * 2), _time);
                await Task.Delay(TimeSpan.FromSeconds(1), _time, stop);
                await work.WaitAsync(TimeSpan.FromSeconds(1), _time);
                await work.WaitAsync(
                    TimeSpan.FromSeconds(1),
                    _time,
                    stop);
                using PeriodicTimer periodic = new(TimeSpan.FromSeconds(1), _time);
                using var a = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
                using var b = new CancellationTokenSource(TimeSpan.FromMilliseconds(1000), _time);
            }
        }
        """,
        title: "Pass '_time'");

    [Fact]
    public Task CancelAfter_becomes_a_source_with_the_TimeProvider() => Fixes(
        """
        class Poller(TimeProvider time)
        {
            public void Run(TimeSpan limit)
            {
                using var a = new CancellationTokenSource();
                [|a.CancelAfter(limit)|];
                a.Token.ThrowIfCancellationRequested();
                using var b = new CancellationTokenSource();
                a.Cancel();
                [|b.CancelAfter(1000)|];
                [|b.CancelAfter(2000)|];
            }
        }
        """,
        """
        class Poller(TimeProvider time)
        {
            public void Run(TimeSpan limit)
            {
                using var a = new CancellationTokenSource(limit, time);
                a.Token.ThrowIfCancellationRequested();
                using var b = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
                a.Cancel();
                b.CancelAfter(1000);
                b.CancelAfter(2000);
            }
        }
        """);

    [Fact]
    public Task A_timer_becomes_one_of_the_TimeProvider_where_the_variable_can_hold_it() => Fixes(
        """
        class Poller(TimeProvider time)
        {
            private IDisposable? _held;
            private Timer? _typed;
            public void Run(TimeSpan period)
            {
                using var timer = [|new Timer(_ => { }, null, 0, 1000)|];
                _held = [|new Timer(Tick, this, period, Timeout.InfiniteTimeSpan)|];
                _held = [|new Timer(Tick, this, Timeout.Infinite, -1)|];
                _held = [|new Timer(Tick)|];
                _typed = [|new Timer(Tick, null, 0, 1000)|];
                var changed = [|new Timer(Tick, null, 0, 1000)|];
                changed.Change(5, 5);
            }
            private static void Tick(object? state) { }
        }
        """,
        """
        class Poller(TimeProvider time)
        {
            private IDisposable? _held;
            private Timer? _typed;
            public void Run(TimeSpan period)
            {
                using var timer = time.CreateTimer(_ => { }, null, TimeSpan.Zero, TimeSpan.FromMilliseconds(1000));
                _held = time.CreateTimer(Tick, this, period, Timeout.InfiniteTimeSpan);
                _held = time.CreateTimer(Tick, this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _held = [|new Timer(Tick)|];
                _typed = [|new Timer(Tick, null, 0, 1000)|];
                var changed = [|new Timer(Tick, null, 0, 1000)|];
                changed.Change(5, 5);
            }
            private static void Tick(object? state) { }
        }
        """);

    [Theory]
    [InlineData("using var c = CancellationTokenSource.CreateLinkedTokenSource(stop); [|c.CancelAfter(5)|];")]
    [InlineData("_ = [|Task.Delay(millisecondsDelay: 5)|];")]
    [InlineData("[|_stop.CancelAfter(5)|];")]
    public Task What_has_no_such_overload_becomes_itself(string body)
    {
        var source = $$"""
            class C
            {
                private readonly TimeProvider _time = TimeProvider.System;
                private readonly CancellationTokenSource _stop = new();
                void M(CancellationToken stop) { {{body}} }
            }
            """;
        return Fixes(source, source);
    }

    [Fact]
    public Task A_clock_that_may_be_null_becomes_itself() => Fixes(
        "class C { Task M(TimeProvider? time) => [|Task.Delay(5)|]; }",
        "class C { Task M(TimeProvider? time) => [|Task.Delay(5)|]; }");
}
