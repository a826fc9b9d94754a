using Assay.Analyzers.Rules.Time;
using Assay.CodeFixes.Rules.Time;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Time;

public sealed class WallClockDurationFixTests : RuleTests<WallClockDuration, WallClockDurationFix>
{
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
