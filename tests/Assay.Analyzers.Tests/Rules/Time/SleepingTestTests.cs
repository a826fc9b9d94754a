using Assay.Analyzers.Rules.Time;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Time;

public sealed class SleepingTestTests : RuleTests<SleepingTest>
{
    private const string Frameworks =
        """
        // ==== Frameworks.cs
        namespace Xunit { public class FactAttribute : Attribute; public class TheoryAttribute : FactAttribute; }
        namespace NUnit.Framework { public class TestCaseAttribute(object value) : Attribute { public object Value => value; } public class TestAttribute : Attribute; }
        namespace Microsoft.VisualStudio.TestTools.UnitTesting { public class TestMethodAttribute : Attribute; }

        """;

    [Fact]
    public Task Sleeping_in_a_test_is_flagged() => Flags(Frameworks +
        """
        // ==== C.cs
        class C
        {
            static readonly TimeSpan s_while = TimeSpan.FromSeconds(1);
            [Xunit.Fact] public async Task It_expires() { await [|Task.Delay(500)|]; await [|Task.Delay(TimeSpan.FromSeconds(2))|].ConfigureAwait(false); }
            [Xunit.Theory] public void It_is_done() { using (new MemoryStream()) { [|Thread.Sleep(s_while)|]; } }
            [NUnit.Framework.TestCase(3)] public void It_is_gone(int value) => [|Thread.Sleep(100)|];
            [Microsoft.VisualStudio.TestTools.UnitTesting.TestMethod] public void It_is_back() { if (s_while.Ticks > 3) [|Thread.Sleep(100)|]; }
        }
        """,
        messages:
        [
            Message("It_expires", "500 ms"),
            Message("It_expires", "'TimeSpan.FromSeconds(2)'"),
            Message("It_is_done", "'s_while'"),
            Message("It_is_gone", "100 ms"),
            Message("It_is_back", "100 ms"),
        ]);

    [Fact]
    public Task Limits_polls_fakes_and_clocks_of_the_test_are_ignored() => Ignores(Frameworks +
        """
        // ==== C.cs
        class C
        {
            [Xunit.Fact] public async Task A(int milliseconds)
            {
                await Task.WhenAny(Work(), Task.Delay(5000));
                while (!File.Exists("a")) await Task.Delay(10);
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
                await Task.Delay(milliseconds);
                await Task.Delay(Timeout.Infinite, default);
                Thread.Sleep(0);
                await Task.Run(async () => await Task.Delay(100));
                Func<Task> slow = async () => { await Task.Delay(100); };
                await slow();
            }
            Task Work() => Task.Delay(100);
            void NoTest() => Thread.Sleep(100);
        }
        """);

    [Fact]
    public Task Projects_without_tests_are_ignored() => Ignores(
        "class C { void M() => Thread.Sleep(100); }");

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(Frameworks +
        """
        // ==== C.cs
        class C { [Xunit.Fact] public async Task A() { await Task.Delay(; Thread.Slee(100); } }
        """, allowErrors: true);

    private static string Message(string test, string time) =>
        $"'{test}' waits {time} and hopes that this is enough: it fails on a busy machine and wastes the time on every other; wait for the event itself, or move a clock of the test's own";
}
