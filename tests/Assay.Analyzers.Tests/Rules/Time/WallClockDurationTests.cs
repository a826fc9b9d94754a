using Assay.Analyzers.Rules.Time;
using Assay.CodeFixes.Rules.Time;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Time;

public sealed class WallClockDurationTests : RuleTests<WallClockDuration, WallClockDurationFix>
{
    [Fact]
    public Task Elapsed_time_through_a_local_is_flagged() => Flags(
        """
        class Import
        {
            TimeSpan Run()
            {
                var started = {|#0:DateTime.UtcNow|};
                Work();
                return [|DateTime.UtcNow - started|];
            }
            void Work() { }
        }
        """,
        messages: ["'started' holds the wall-clock time of line 5, so this elapsed time is wrong when the clock is set in between; measure it with 'Stopwatch.GetElapsedTime'"]);

    [Fact]
    public Task Every_way_to_subtract_is_flagged() => Flags(
        """
        class Import
        {
            void Run(Action<object> show)
            {
                DateTime a = DateTime.Now;
                DateTimeOffset b = DateTimeOffset.UtcNow, c = DateTimeOffset.Now;
                var ticks = DateTime.UtcNow.Ticks;
                var unix = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
                DateTime? maybe = null;
                maybe = DateTime.UtcNow;
                show([|DateTime.Now.Subtract(a)|].TotalSeconds);
                show([|DateTimeOffset.UtcNow - b|]);
                show([|DateTimeOffset.UtcNow - c|]);
                show([|DateTime.UtcNow.Ticks - ticks|]);
                show([|DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - unix|]);
                show([|DateTime.UtcNow - maybe.Value|]);
                show(([|DateTime.UtcNow - maybe|])?.TotalSeconds!);
                show([|DateTime.Now.Ticks - a.Ticks|]);
                var end = DateTime.Now;
                show([|end - a|]);
                var rate = 1000 / ([|DateTime.Now - a|]).TotalSeconds;
            }
        }
        """);

    [Fact]
    public Task Elapsed_time_through_a_private_field_is_flagged() => Flags(
        """
        class Prices
        {
            private DateTime _loaded;
            private static DateTime s_last = DateTime.MinValue;
            private readonly DateTimeOffset _created = DateTimeOffset.UtcNow;
            public TimeSpan Uptime => [|DateTimeOffset.UtcNow - _created|];
            void Refresh(TimeSpan maxAge)
            {
                if ([|DateTime.UtcNow - _loaded|] < maxAge) return;
                _loaded = DateTime.UtcNow;
            }
            void Throttle()
            {
                var now = DateTime.UtcNow;
                if (([|now - s_last|]).TotalSeconds < 5) return;
                s_last = now;
            }
        }
        """);

    [Fact]
    public Task A_timeout_in_a_loop_is_flagged() => Flags(
        """
        class Lock
        {
            bool Wait(TimeSpan timeout)
            {
                var deadline = {|#0:DateTime.UtcNow|} + timeout;
                while ([|DateTime.UtcNow < deadline|])
                {
                    if (Try()) return true;
                }
                return false;
            }
            bool Try() => false;
        }
        """,
        messages: ["'deadline' holds the wall-clock time of line 5, so this timeout is wrong when the clock is set in between; measure it with 'Stopwatch.GetElapsedTime'"]);

    [Fact]
    public Task Every_shape_of_timeout_is_flagged() => Flags(
        """
        class Lock
        {
            async Task Wait(TimeSpan timeout, TimeProvider time)
            {
                var deadline = DateTime.Now.AddSeconds(30);
                do { await Task.Yield(); } while (!Try() && [|deadline > DateTime.Now|]);
                var late = DateTimeOffset.UtcNow.Add(timeout);
                while (true)
                {
                    if ([|DateTimeOffset.UtcNow >= late|]) throw new TimeoutException();
                    await Task.Delay([|late - DateTimeOffset.UtcNow|]);
                }
            }
            void Spin(TimeSpan timeout)
            {
                var start = DateTime.UtcNow;
                while ([|DateTime.UtcNow < start + timeout|]) { }
                for (var end = DateTime.UtcNow + timeout; [|DateTime.UtcNow < end|];) { }
            }
            bool Try() => false;
        }
        """);

    [Fact]
    public Task The_wall_clock_of_a_TimeProvider_is_flagged() => Flags(
        """
        class Import(TimeProvider time)
        {
            TimeSpan Run()
            {
                var started = time.GetUtcNow();
                return [|time.GetUtcNow() - started|];
            }
        }
        """,
        messages: ["'started' holds the wall-clock time of line 5, so this elapsed time is wrong when the clock is set in between; measure it with 'time.GetElapsedTime'"]);

    [Fact]
    public Task A_received_timestamp_is_ignored() => Ignores(
        """
        class Order { public DateTime CreatedAt { get; private set; } = DateTime.UtcNow; public TimeSpan Age => DateTime.UtcNow - CreatedAt; }
        class Orders
        {
            private readonly DateTime _given;
            private DateTime _mixed = DateTime.UtcNow;
            internal DateTime Open = DateTime.UtcNow;
            [NonSerialized] private DateTime _mapped = DateTime.UtcNow;
            public Orders(DateTime given) { _given = given; }
            void Load(Order order) => _mixed = order.CreatedAt;
            TimeSpan A(Order order) => DateTime.UtcNow - order.CreatedAt;
            TimeSpan B(DateTime since) => DateTime.UtcNow - since;
            TimeSpan C(string text) { var at = DateTime.Parse(text); return DateTime.UtcNow.Subtract(at); }
            TimeSpan D() => DateTime.UtcNow - _given;
            TimeSpan E() => DateTime.UtcNow - _mixed;
            TimeSpan F(string path) => DateTime.UtcNow - File.GetLastWriteTimeUtc(path);
            TimeSpan G() => DateTime.UtcNow - Open;
            TimeSpan H(bool b, Order order) { var at = DateTime.UtcNow; if (b) at = order.CreatedAt; return DateTime.UtcNow - at; }
            TimeSpan I(Order[] orders) { foreach (var (at, _) in orders.Select(o => (o.CreatedAt, o))) return DateTime.UtcNow - at; return default; }
            TimeSpan J(string text) { DateTime.TryParse(text, out var at); return DateTime.UtcNow - at; }
            TimeSpan K() => DateTime.UtcNow - _mapped;
            TimeSpan L(object o) => o is DateTime at ? DateTime.UtcNow - at : default;
        }
        """);

    [Fact]
    public Task A_start_that_is_persisted_as_well_is_ignored() => Ignores(
        """
        class Job { public DateTime StartedAt { get; set; } public DateTime EndedAt { get; set; } public TimeSpan Took { get; set; } }
        interface IJobs { void Record(DateTime started, TimeSpan took); }
        class Runner(IJobs jobs)
        {
            void Run(Job job)
            {
                var started = DateTime.UtcNow;
                job.StartedAt = started;
                job.Took = DateTime.UtcNow - started;
            }
            void Record()
            {
                var started = DateTime.UtcNow;
                jobs.Record(started, DateTime.UtcNow - started);
            }
        }
        """);

    [Fact]
    public Task Calendar_arithmetic_is_ignored() => Ignores(
        """
        class Calendar
        {
            TimeSpan SinceMidnight() { var now = DateTime.Now; return now - now.Date; }
            TimeSpan Offset() { var utc = DateTime.UtcNow; return DateTime.Now - utc; }
            TimeSpan Nothing() => DateTime.UtcNow - DateTime.UtcNow;
            TimeSpan UntilMidnight() => DateTime.Today.AddDays(1) - DateTime.Now;
            long Unix() => DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks;
            TimeSpan Since() => DateTime.UtcNow - DateTime.UnixEpoch;
            void Days() { var end = DateTime.Today.AddDays(7); for (var d = DateTime.Today; d < end; d = d.AddDays(1)) { } }
        }
        """);

    [Fact]
    public Task An_expiry_that_is_asked_once_is_ignored() => Ignores(
        """
        class Tokens
        {
            private DateTime _expires;
            void Renew() => _expires = DateTime.UtcNow.AddMinutes(5);
            bool IsExpired() => DateTime.UtcNow > _expires;
            bool Ask(string text)
            {
                var until = DateTime.UtcNow.AddMinutes(5);
                foreach (var c in text) { var soon = DateTime.UtcNow.AddSeconds(c); if (DateTime.UtcNow > soon) return true; }
                return DateTime.UtcNow > until;
            }
        }
        """);

    [Fact]
    public Task A_Stopwatch_or_a_timestamp_is_ignored() => Ignores(
        """
        using System.Diagnostics;
        class Import(TimeProvider time)
        {
            TimeSpan A() { var start = Stopwatch.GetTimestamp(); return Stopwatch.GetElapsedTime(start); }
            TimeSpan B() { var start = time.GetTimestamp(); return time.GetElapsedTime(start); }
            long C() { var start = Environment.TickCount64; return Environment.TickCount64 - start; }
        }
        """);

    [Fact]
    public Task A_partial_type_in_several_files_is_ignored_for_its_field_may_be_written_elsewhere() => Ignores(
        """
        // ==== A.cs
        partial class Order { private DateTime _at = DateTime.UtcNow; TimeSpan Age => DateTime.UtcNow - _at; }
        // ==== B.cs
        partial class Order { void Load(DateTime at) => _at = at; }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        class C { void M() { var x = DateTime.UtcNow; var y = DateTime.UtcNow - ; var z = x - y; while (DateTime.UtcNow < ) } DateTime _a = _a - ; }
        """,
        allowErrors: true);

    [Fact]
    public Task Readings_become_timestamps_of_Stopwatch() => Fixes(
        """
        class Import
        {
            TimeSpan Run()
            {
                var started = DateTime.UtcNow; // begin
                Console.WriteLine(([|DateTime.UtcNow - started|]).TotalSeconds);
                return [|DateTime.UtcNow.Subtract(started)|];
            }
            double Rate(int n)
            {
                DateTime start = DateTime.Now;
                DateTimeOffset last = DateTimeOffset.UtcNow;
                var end = DateTime.Now;
                last = DateTimeOffset.UtcNow;
                return n / ([|end - start|]).TotalSeconds + ([|DateTimeOffset.UtcNow - last|]).TotalSeconds;
            }
        }
        """,
        """
        using System.Diagnostics;

        class Import
        {
            TimeSpan Run()
            {
                var started = Stopwatch.GetTimestamp(); // begin
                Console.WriteLine(Stopwatch.GetElapsedTime(started).TotalSeconds);
                return Stopwatch.GetElapsedTime(started);
            }
            double Rate(int n)
            {
                long start = Stopwatch.GetTimestamp();
                long last = Stopwatch.GetTimestamp();
                var end = Stopwatch.GetTimestamp();
                last = Stopwatch.GetTimestamp();
                return n / Stopwatch.GetElapsedTime(start, end).TotalSeconds + Stopwatch.GetElapsedTime(last).TotalSeconds;
            }
        }
        """,
        title: "Measure with timestamps of 'Stopwatch'");

    [Fact]
    public Task Readings_become_timestamps_of_the_TimeProvider_in_scope() => Fixes(
        """
        class Import(TimeProvider time)
        {
            TimeSpan Run()
            {
                var started = time.GetUtcNow();
                return [|time.GetUtcNow() - started|];
            }
            void Loop(Action work, TimeSpan interval)
            {
                var last = DateTime.UtcNow;
                while (true)
                {
                    work();
                    var now = DateTime.UtcNow;
                    if ([|now - last|] > interval)
                        last = now;
                }
            }
        }
        """,
        """
        class Import(TimeProvider time)
        {
            TimeSpan Run()
            {
                var started = time.GetTimestamp();
                return time.GetElapsedTime(started);
            }
            void Loop(Action work, TimeSpan interval)
            {
                var last = time.GetTimestamp();
                while (true)
                {
                    work();
                    var now = time.GetTimestamp();
                    if (time.GetElapsedTime(last, now) > interval)
                        last = now;
                }
            }
        }
        """,
        title: "Measure with timestamps of 'time'");

    [Fact]
    public Task A_deadline_becomes_a_start_and_a_timeout() => Fixes(
        """
        using System.Diagnostics;
        class Lock
        {
            bool Wait(TimeSpan timeout)
            {
                var deadline = DateTime.UtcNow + timeout;
                while ([|DateTime.UtcNow < deadline|]) { }
                return true;
            }
            async Task WaitAsync()
            {
                DateTime deadline = DateTime.Now.AddSeconds(30);
                while ([|deadline > DateTime.Now|]) { await Task.Yield(); }
            }
            async Task PollAsync(TimeSpan timeout)
            {
                var until = DateTimeOffset.UtcNow.Add(timeout);
                while ([|DateTimeOffset.UtcNow < until|])
                    await Task.Delay([|until - DateTimeOffset.UtcNow|]);
            }
        }
        """,
        """
        using System.Diagnostics;
        class Lock
        {
            bool Wait(TimeSpan timeout)
            {
                var started = Stopwatch.GetTimestamp();
                while (Stopwatch.GetElapsedTime(started) < timeout) { }
                return true;
            }
            async Task WaitAsync()
            {
                long started = Stopwatch.GetTimestamp();
                while (TimeSpan.FromSeconds(30) > Stopwatch.GetElapsedTime(started)) { await Task.Yield(); }
            }
            async Task PollAsync(TimeSpan timeout)
            {
                var started = Stopwatch.GetTimestamp();
                while (Stopwatch.GetElapsedTime(started) < timeout)
                    await Task.Delay(timeout - Stopwatch.GetElapsedTime(started));
            }
        }
        """);

    [Theory]
    [InlineData("var s = DateTime.UtcNow; Console.WriteLine(s); Console.WriteLine([|DateTime.UtcNow - s|]);")]
    [InlineData("DateTime? s = DateTime.UtcNow; Console.WriteLine([|DateTime.UtcNow - s|]);")]
    [InlineData("DateTime s = DateTime.UtcNow, t = s; Console.WriteLine([|DateTime.UtcNow - s|]);")]
    [InlineData("var s = DateTime.MinValue; s = DateTime.UtcNow; Console.WriteLine([|DateTime.UtcNow - s|]);")]
    [InlineData("var s = DateTime.UtcNow.Ticks; Console.WriteLine([|DateTime.UtcNow.Ticks - s|]);")]
    [InlineData("var s = DateTime.UtcNow; var e = DateTime.UtcNow; Console.WriteLine($\"{e} {[|e - s|]}\");")]
    [InlineData("var d = DateTime.UtcNow + span; while ([|DateTime.UtcNow < d|]) span = default;")]
    [InlineData("var d = DateTime.UtcNow + span; Console.WriteLine(d); while ([|DateTime.UtcNow < d|]) { }")]
    [InlineData("var d = DateTime.UtcNow.AddSeconds(5); while ([|DateTime.UtcNow < d|] || [|d > DateTime.UtcNow|]) { }")]
    [InlineData("Console.WriteLine([|DateTime.UtcNow - _at|]);")]
    public Task What_is_used_as_a_time_as_well_becomes_itself(string body)
    {
        var source = $$"""class C { private readonly DateTime _at = DateTime.UtcNow; void M(TimeSpan span) { {{body}} } }""";
        return Fixes(source, source);
    }
}
