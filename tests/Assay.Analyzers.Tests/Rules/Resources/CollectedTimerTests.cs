using Assay.Analyzers.Rules.Resources;
using Assay.CodeFixes.Rules.Resources;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Resources;

public sealed class CollectedTimerTests : RuleTests<CollectedTimer, CollectedTimerFix>
{
    [Fact]
    public Task A_timer_that_nothing_holds_is_flagged() => Flags(
        """
        class Prices
        {
            public Prices() => [|new Timer(Refresh, null, 1000, 1000)|];
            public int Once { get { _ = [|new Timer(_ => Refresh(null), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan)|]; return 1; } }
            public void Start()
            {
                var timer = [|new Timer(new TimerCallback(Refresh), this, 0, 1000)|];
                Timer later = [|new(Refresh, null, Timeout.Infinite, Timeout.Infinite)|];
                later.Change(100, 100);
                [|new Timer(Refresh, null, -1, -1)|].Change(5, 5);
                Timer third;
                third = [|new Timer(Refresh, null, 10L, 10L)|];
                Action start = () => [|new Timer(state: null, callback: Refresh, dueTime: 5u, period: 5u)|];
                start();
            }
            void Refresh(object? state) { }
        }
        """,
        messages:
        [
            Message("Prices", "'Refresh'"), Message("Once", "its callback"), Message("Start", "'Refresh'"), Message("Start", "'Refresh'"), Message("Start", "'Refresh'"), Message("Start", "'Refresh'"), Message("Start", "'Refresh'"),
        ]);

    [Fact]
    public Task A_timer_of_Main_is_flagged() => Flags(
        """
        class Program
        {
            static async Task Main()
            {
                var timer = [|new Timer(_ => Console.WriteLine("tick"), null, 0, 1000)|];
                await Task.Delay(10_000);
            }
        }
        """);

    [Fact]
    public Task A_timer_that_fires_once_and_at_once_is_flagged_as_a_suggestion() => Flags(
        """
        class C
        {
            void M()
            {
                [|new Timer(_ => { }, null, 0, Timeout.Infinite)|];
                [|new Timer(_ => { }, null, TimeSpan.Zero, Timeout.InfiniteTimeSpan)|];
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_timer_that_somebody_holds_is_ignored() => Ignores(
        """
        class Holder { public Timer? Timer; }
        class C
        {
            static readonly List<Timer> s_timers = new();
            static Timer s_first = new Timer(_ => { }, null, 0, 1000);
            Timer? _timer;
            Timer Property { get; } = new(_ => { }, null, 0, 1000);
            Timer Make() => new Timer(Tick, null, 0, 1000);
            void Keep(Holder holder)
            {
                _timer = new Timer(Tick, null, 0, 1000);
                s_timers.Add(new Timer(Tick, null, 0, 1000));
                var local = new Timer(Tick, null, 0, 1000);
                holder.Timer = local;
                var other = new Timer(Tick, null, 0, 1000);
                s_timers.Add(other);
                var kept = new Timer(Tick, null, 0, 1000);
                Console.ReadLine();
                GC.KeepAlive(kept);
            }
            (Timer, int) Pair() => (new Timer(Tick, null, 0, 1000), 1);
            IDisposable? Maybe(bool wanted) => wanted ? new Timer(Tick, null, 0, 1000) : null;
            void Tick(object? state) { }
        }
        """);

    [Fact]
    public Task A_timer_in_a_closure_is_ignored() => Ignores(
        """
        class C
        {
            event Action? Stopped;
            void M()
            {
                Timer? once = null;
                once = new Timer(_ => { Console.WriteLine(); once!.Dispose(); }, null, 1000, 1000);
                var timer = new Timer(_ => { }, null, 1000, 1000);
                Stopped += () => timer.Dispose();
            }
            Task Delay(int milliseconds)
            {
                var source = new TaskCompletionSource();
                Timer timer = null!;
                timer = new Timer(_ => { timer.Dispose(); source.SetResult(); }, null, milliseconds, Timeout.Infinite);
                return source.Task;
            }
        }
        """);

    [Fact]
    public Task A_timer_that_ends_with_the_work_is_ignored() => Ignores(
        """
        class C
        {
            async Task M()
            {
                using var timer = new Timer(Tick, null, 0, 1000);
                using (new Timer(Tick, null, 0, 1000))
                    await Task.Delay(1000);
                await using (var inner = new Timer(Tick, null, 0, 1000))
                    await Task.Delay(1000);
                var disposed = new Timer(Tick, null, 0, 1000);
                try { await Task.Delay(1000); } finally { disposed.Dispose(); }
                var stopped = new Timer(Tick, null, 0, 1000);
                await Task.Delay(1000);
                stopped.Change(Timeout.Infinite, Timeout.Infinite);
            }
            void Tick(object? state) { }
        }
        """);

    [Fact]
    public Task Timers_that_are_held_while_they_are_set_are_ignored() => Ignores(
        """
        class C(TimeProvider clock)
        {
            void M()
            {
                // Its own state, so that the queue holds it.
                new Timer(_ => { }).Change(0, 1000);
                var own = new Timer(_ => { });
                own.Change(0, 1000);
                clock.CreateTimer(_ => { }, null, TimeSpan.Zero, TimeSpan.FromSeconds(1));
                var timer = new System.Timers.Timer(1000);
                timer.Elapsed += (_, _) => { };
                timer.Start();
                new Timer(_ => { }, null, Timeout.Infinite, Timeout.Infinite);
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { void M() { var timer = new Timer(_ => { }, null, ; new Timer(, , ,); } }", allowErrors: true);

    [Fact]
    public Task The_timer_becomes_a_field() => Fixes(
        """
        class Prices
        {
            private readonly string _source;

            public Prices(string source)
            {
                _source = source;
                // Every minute.
                [|new Timer(Refresh, null, 60_000, 60_000)|]; // starts late
            }

            public void Watch()
            {
                var watch = [|new Timer(Refresh, null, Timeout.Infinite, Timeout.Infinite)|];
                watch.Change(100, 100);
            }

            public static void Warm()
            {
                _ = [|new Timer(_ => { }, null, 100, 100)|];
            }

            private void Refresh(object? state) => Console.WriteLine(_source);
        }
        """,
        """
        class Prices
        {
            private static Timer? _timer2;
            private Timer? _watch;
            private readonly Timer _timer;
            private readonly string _source;

            public Prices(string source)
            {
                _source = source;
                // Every minute.
                _timer = new Timer(Refresh, null, 60_000, 60_000); // starts late
            }

            public void Watch()
            {
                _watch = new Timer(Refresh, null, Timeout.Infinite, Timeout.Infinite);
                _watch.Change(100, 100);
            }

            public static void Warm()
            {
                _timer2 = new Timer(_ => { }, null, 100, 100);
            }

            private void Refresh(object? state) => Console.WriteLine(_source);
        }
        """);

    [Fact]
    public Task Timers_of_a_loop_and_of_a_struct_stay_as_they_are()
    {
        const string Source = """
            class C
            {
                void M(int[] periods)
                {
                    foreach (var period in periods)
                        [|new Timer(_ => { }, null, 0, period)|];
                }
            }
            struct S
            {
                public void M() => [|new Timer(_ => { }, null, 0, 1000)|];
            }
            """;
        return Fixes(Source, Source);
    }

    private static string Message(string member, string callback) =>
        $"Nothing holds this timer after '{member}' has started it: the next garbage collection stops it silently, and {callback} is not called again; keep it in a field";
}
