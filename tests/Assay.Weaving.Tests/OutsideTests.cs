using Assay.Verify.Exploration;
using Assay.Weaving.Models;
using Assay.Weaving.Programs;
using Microsoft.CodeAnalysis;

namespace Assay.Weaving.Tests;

/// <summary>A wait that something outside of the run ends is told with its line, whether that comes at once, later, or never while anybody looks.</summary>
public sealed class OutsideTests
{
    private const string Awaited = """
        public class Sample
        {
            private int _value;
            public async Task<int> Go()
            {
                await Assay.Weaving.Tests.Elsewhere.Event;
                return ++_value;
            }
        }
        """;

    private const string Handed = """
        public class Sample
        {
            public System.Threading.Tasks.ValueTask Go()
            {
                var work =
                    Assay.Weaving.Tests.Elsewhere.Work();
                return work;
            }
        }
        """;

    private const string Inner = """
        public class Sample
        {
            public async Task Go() =>
                await Deep();
            private async Task Deep()
            {
                await Assay.Weaving.Tests.Elsewhere.Event;
            }
        }
        """;

    // The first wait never ends; the second has ended at once, or ends while it is looked at.
    [Theory]
    [InlineData(Awaited, 0, 6)]
    [InlineData(Awaited, 5, 6)]
    [InlineData(Handed, 0, 5)]
    [InlineData(Handed, 5, 5)]
    [InlineData(Inner, 0, 7)]
    [InlineData(Inner, 5, 7)]
    public void However_soon_a_wait_is_ended_from_outside_its_line_is_told(string source, int asks, int line)
    {
        Elsewhere.Begin(endingWait: 2, asks);
        var verdict = Race(source);
        Assert.True(verdict.Kind == RaceVerdictKind.NotControlled, verdict.ToString());
        Assert.Contains($"(line {line})", verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Awaited, 6)]
    [InlineData(Inner, 7)]
    public void A_wait_that_nothing_ends_is_told_with_its_line(string source, int line)
    {
        Elsewhere.Begin(endingWait: int.MaxValue, asksBefore: 0);
        // Each order of the calls waits for ever, and so does every schedule: nothing is specified but the waiting.
        Assert.Equal(RaceVerdictKind.Clean, Race(source).Kind);
        var code = Weave(source);
        var go = code.Assembly.GetType("Sample")!.GetMethod("Go")!;
        using var arena = new Arena(code.Sites);
        var end = new Explorer(arena, new ExplorationOptions()).Explore(
            () => Blocking.Await((Task)go.Invoke(Activator.CreateInstance(go.DeclaringType!), null)!, code.Answers), null, TestContext.Current.CancellationToken).Finding!.End;
        Assert.Equal(RunEndKind.Deadlock, end.Kind);
        Assert.Equal(line, end.At?.Line);
    }

    // A place where one wait was looked at twice says nothing of another place, though the same call or the same lane came last.
    [Fact]
    public void A_wait_that_ends_from_outside_is_found_beside_one_that_never_ends()
    {
        Elsewhere.Begin(endingWait: 2, asksBefore: 0);
        var verdict = Race("""
            public class Sample
            {
                private readonly TaskCompletionSource _never = new();
                public async Task First() => await _never.Task;
                public async Task Second() =>
                    await Assay.Weaving.Tests.Elsewhere.Event;
            }
            """);
        Assert.True(verdict.Kind == RaceVerdictKind.NotControlled, verdict.ToString());
        Assert.Contains("(line 6)", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_that_blocks_where_nobody_looks_is_told_with_its_line()
    {
        var code = Weave("public class Sample\n{\n    public void Go() =>\n        Assay.Weaving.Tests.Elsewhere.BlocksForEver();\n}");
        var verdict = await Programs.Race.ExploreAsync(code, code.Assembly.GetType("Sample")!, new RaceOptions { MaxPrograms = 2 }, TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(RaceVerdictKind.NotControlled, verdict.Kind);
        Assert.Contains("line 4", verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("System.IO.File.AppendAllText(\"x\", \"x\");", "File.AppendAllText")]
    [InlineData("System.IO.File.WriteAllTextAsync(\"x\", \"x\");", "File.WriteAllTextAsync")]
    [InlineData("using var stream = new System.IO.FileStream(\"x\", System.IO.FileMode.Create);", "FileStream..ctor")]
    [InlineData("new System.IO.FileInfo(\"x\").Delete();", ".Delete")]
    [InlineData("System.IO.Directory.CreateDirectory(\"x\");", "Directory.CreateDirectory")]
    [InlineData("using var writer = new System.IO.StreamWriter(\"x\");", "StreamWriter..ctor")]
    [InlineData("using var watcher = new System.IO.FileSystemWatcher(\".\");", "FileSystemWatcher..ctor")]
    [InlineData("new System.Timers.Timer().SynchronizingObject = null;", "Timer.set_SynchronizingObject")]
    [InlineData("Environment.Exit(0);", "Environment.Exit")]
    [InlineData("Environment.FailFast(null);", "Environment.FailFast")]
    [InlineData("Console.ReadLine();", "Console.ReadLine")]
    [InlineData("new System.Threading.Tasks.Dataflow.ActionBlock<int>(_ => { }).Completion.Wait();", "ActionBlock`1..ctor")]
    [InlineData("System.Net.Dns.GetHostEntry(\"a\");", "Dns.GetHostEntry")]
    public void What_outlives_a_run_is_told_before_it_happens(string statement, string what)
    {
        var verdict = Race($"public class Sample\n{{\n    public void Go() {{ {statement} }}\n}}");
        Assert.Equal(RaceVerdictKind.NotControlled, verdict.Kind);
        Assert.StartsWith(what.Replace("`1", "", StringComparison.Ordinal), verdict.Reason.Replace("FileSystemInfo", "", StringComparison.Ordinal).Replace("FileInfo", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("line 3", verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("System.IO.File.Exists(\"x\")")]
    [InlineData("System.IO.Path.Combine(\"x\", \"y\").Length > 0")]
    [InlineData("new System.IO.StreamReader(new System.IO.MemoryStream()).ReadLine() is null")]
    [InlineData("new System.IO.FileInfo(\"x\").Name.Length > 0")]
    public void What_only_looks_is_left_alone(string expression) =>
        Assert.Equal(RaceVerdictKind.Clean, Race($"public class Sample {{ public bool Go() => {expression}; }}").Kind);

    private static RaceVerdict Race(string source)
    {
        var code = Weave(source);
        return new TypeExplorer(code, code.Assembly.GetType("Sample", throwOnError: true)!, new RaceOptions { MaxPrograms = 3 }).Explore(TestContext.Current.CancellationToken);
    }

    private static WovenCode Weave(string source)
    {
        var (image, symbols) = Compiled.Compile([.. Compiled.Framework, MetadataReference.CreateFromFile(typeof(Elsewhere).Assembly.Location)], ("Sample.cs", source));
        return WovenCode.Load(image, symbols);
    }
}
