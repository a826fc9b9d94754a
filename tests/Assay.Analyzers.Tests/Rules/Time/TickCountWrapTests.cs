using Assay.Analyzers.Rules.Time;
using Assay.CodeFixes.Rules.Time;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Time;

public sealed class TickCountWrapTests : RuleTests<TickCountWrap, TickCountWrapFix>
{
    [Fact]
    public Task Tick_counts_compared_are_flagged() => Flags(
        """
        class C
        {
            int _next;
            void M(int timeout)
            {
                int end = Environment.TickCount + timeout;
                while ([|Environment.TickCount < end|]) { }
                if ([|end <= Environment.TickCount|]) { }
                _next = Environment.TickCount + 500;
                if ([|_next > end|]) { }
                long waited = [|(long)Environment.TickCount - end|];
                checked { var passed = [|Environment.TickCount - end|]; }
            }
        }
        """,
        messages:
        [
            Message("Environment.TickCount < end", "then compares a time before the wrap with one after it, and is wrong for weeks"),
            Message("end <= Environment.TickCount", "then compares a time before the wrap with one after it, and is wrong for weeks"),
            Message("_next > end", "then compares a time before the wrap with one after it, and is wrong for weeks"),
            Message("(long)Environment.TickCount - end", "is then negative by 49 days, for it is wider than the count"),
            Message("Environment.TickCount - end", "then throws an OverflowException"),
        ]);

    [Fact]
    public Task Differences_and_the_64_bit_count_are_ignored() => Ignores(
        """
        class C
        {
            void M(int timeout, int other)
            {
                int start = Environment.TickCount;
                while (Environment.TickCount - start < timeout) { }
                while (unchecked(Environment.TickCount - start) < timeout) { }
                checked { if (unchecked(Environment.TickCount - start) < timeout) { } }
                uint passed = (uint)Environment.TickCount - (uint)start;
                long end = Environment.TickCount64 + timeout;
                if (Environment.TickCount64 > end) { }
                if (Environment.TickCount < 0) { }
                if (timeout < other) { }
                var random = new Random(Environment.TickCount);
                var elapsed = Environment.TickCount - start;
                if (elapsed > timeout) { }
                TimeSpan span = TimeSpan.FromMilliseconds(Environment.TickCount - start);
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { void M() { int end = Environment.TickCount; if (Environment.TickCount < ) { } if (Environment.TickCoun > end) { } } }", allowErrors: true);

    [Fact]
    public Task The_function_reads_the_64_bit_count() => Fixes(
        """
        class C
        {
            int _next;
            void M(int timeout)
            {
                int end = Environment.TickCount + timeout; // when
                var start = Environment.TickCount;
                while ([|Environment.TickCount < end|] && Environment.TickCount - start > 3) { }
            }
            void N()
            {
                _next = Environment.TickCount + 500;
                if ([|Environment.TickCount > _next|]) { }
            }
            int O()
            {
                var start = Environment.TickCount;
                if ([|start > Environment.TickCount|]) { }
                return start;
            }
        }
        """,
        """
        class C
        {
            int _next;
            void M(int timeout)
            {
                long end = Environment.TickCount64 + timeout; // when
                var start = Environment.TickCount64;
                while (Environment.TickCount64 < end && Environment.TickCount64 - start > 3) { }
            }
            void N()
            {
                _next = Environment.TickCount + 500;
                if ([|Environment.TickCount > _next|]) { }
            }
            int O()
            {
                var start = Environment.TickCount;
                if ([|start > Environment.TickCount|]) { }
                return start;
            }
        }
        """,
        title: "Use TickCount64");

    private static string Message(string comparison, string problem) =>
        $"Environment.TickCount wraps to its lowest value every 49.7 days, first after 24.9: '{comparison}' {problem}; use TickCount64";
}
