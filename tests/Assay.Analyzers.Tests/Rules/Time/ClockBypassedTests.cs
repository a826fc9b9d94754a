using Assay.Analyzers.Rules.Time;
using Assay.CodeFixes.Rules.Time;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Time;

public sealed class ClockBypassedTests : RuleTests<ClockBypassed, ClockBypassedFix>
{
    [Fact]
    public Task A_delay_beside_a_TimeProvider_is_flagged() => Flags(
        """
        class Poller(TimeProvider {|#0:time|})
        {
            public async Task RunAsync(CancellationToken stop)
            {
                while (time.GetUtcNow().Hour < 18)
                    await [|Task.Delay(TimeSpan.FromSeconds(5), stop)|];
            }
        }
        """,
        messages: ["'Task.Delay' runs on the system clock, so a test that advances 'time' still waits for it; pass 'time'"]);

    [Fact]
    public Task Every_wait_that_takes_a_TimeProvider_is_flagged() => Flags(
        """
        class Poller
        {
            private readonly TimeProvider _time;
            public Poller(TimeProvider time) => _time = time;
            public async Task RunAsync(Task<int> work, CancellationToken stop)
            {
                await [|Task.Delay(500)|];
                await [|Task.Delay(500, stop)|];
                await [|work.WaitAsync(TimeSpan.FromSeconds(1))|];
                await [|((Task)work).WaitAsync(TimeSpan.FromSeconds(1), stop)|];
                using var timer = [|new Timer(_ => { }, null, 0, 1000)|];
                using PeriodicTimer periodic = [|new(TimeSpan.FromSeconds(1))|];
                using var a = [|new CancellationTokenSource(TimeSpan.FromSeconds(1))|];
                using var b = [|new CancellationTokenSource(1000)|];
                using var c = new CancellationTokenSource();
                [|c.CancelAfter(1000)|];
                using var d = CancellationTokenSource.CreateLinkedTokenSource(stop);
                [|d.CancelAfter(TimeSpan.FromSeconds(1))|];
            }
        }
        """);

    [Fact]
    public Task Parameters_properties_and_base_members_are_in_scope_and_flagged() => Flags(
        """
        class Base { protected TimeProvider Time { get; } = TimeProvider.System; }
        class A : Base { Task M() => [|Task.Delay(5)|]; }
        class B { static Task M(TimeProvider time) => [|Task.Delay(5)|]; }
        class C { Task M(TimeProvider? time = null) { return Inner(); Task Inner() => [|Task.Delay(5)|]; } }
        class D(TimeProvider time) { private readonly CancellationTokenSource _stop = [|new(5000)|]; object T => time; }
        class E
        {
            private readonly TimeProvider _time = TimeProvider.System;
            private readonly CancellationTokenSource _stop = new();
            void M() { [|_stop.CancelAfter(10)|]; }
        }
        """);

    [Fact]
    public Task Without_a_TimeProvider_in_scope_is_ignored() => Ignores(
        """
        interface IClock { DateTime UtcNow { get; } }
        class A { Task M() => Task.Delay(5); }
        class B(TimeProvider time) { static Task M() => Task.Delay(5); object T => time; }
        class C(IClock clock) { Task M() => Task.Delay(5); object T => clock; }
        class D { private readonly TimeProvider _time = TimeProvider.System; private readonly PeriodicTimer _timer = new(TimeSpan.FromSeconds(1)); }
        class E { Func<Task> M(TimeProvider time) => static () => Task.Delay(5); }
        """);

    [Fact]
    public Task The_overload_with_the_provider_is_ignored() => Ignores(
        """
        class Poller(TimeProvider time)
        {
            public async Task RunAsync(Task work, CancellationToken stop)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), time);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stop);
                await work.WaitAsync(TimeSpan.FromSeconds(1), time);
                await work.WaitAsync(stop);
                using var timer = time.CreateTimer(_ => { }, null, TimeSpan.Zero, TimeSpan.FromSeconds(1));
                using var periodic = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
                using var source = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
                source.CancelAfter(100);
                using var plain = new CancellationTokenSource();
                plain.Cancel();
            }
        }
        """);

    [Fact]
    public Task Waiting_for_ever_or_not_at_all_is_ignored() => Ignores(
        """
        class Poller(TimeProvider time)
        {
            public async Task RunAsync(Task work, CancellationToken stop)
            {
                object t = time;
                await Task.Delay(0);
                await Task.Delay(TimeSpan.Zero);
                await Task.Delay(Timeout.Infinite, stop);
                await Task.Delay(-1, stop);
                await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                await work.WaitAsync(Timeout.InfiniteTimeSpan, stop);
                using var source = new CancellationTokenSource(Timeout.Infinite);
                using var other = new CancellationTokenSource();
                other.CancelAfter(Timeout.InfiniteTimeSpan);
            }
        }
        """);

    [Fact]
    public Task A_source_made_elsewhere_is_ignored_for_it_may_have_the_provider() => Ignores(
        """
        class Poller(TimeProvider time)
        {
            public void Run(CancellationTokenSource given, Func<CancellationTokenSource> make)
            {
                object t = time;
                given.CancelAfter(100);
                var made = make();
                made.CancelAfter(100);
                make().CancelAfter(100);
            }
        }
        """);

    [Fact]
    public Task A_clock_and_a_test_are_ignored() => Ignores(
        """
        namespace Xunit { class FactAttribute : Attribute; }
        class Slow(TimeProvider inner) : TimeProvider
        {
            public override DateTimeOffset GetUtcNow() { Task.Delay(5); return inner.GetUtcNow(); }
        }
        class PollerTests
        {
            private readonly TimeProvider _time = TimeProvider.System;
            [Xunit.Fact] public async Task M() => await Task.Delay(50);
        }
        """);

    [Fact]
    public Task Other_types_of_the_same_names_are_ignored() => Ignores(
        """
        class Task2 { public static Task Delay(int ms) => Task.CompletedTask; }
        class Timer2(Action callback, int due) { public void Run() => callback(); public int Due => due; }
        class Poller(TimeProvider time, SemaphoreSlim gate)
        {
            async Task M()
            {
                object t = time;
                await Task2.Delay(5);
                new Timer2(() => { }, 5).Run();
                using var timer = new System.Timers.Timer(5);
                await gate.WaitAsync(5);
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C(TimeProvider time) { void M() { Task.Delay( ; new CancellationTokenSource(; x.CancelAfter(); new Timer( } }",
        allowErrors: true);

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
