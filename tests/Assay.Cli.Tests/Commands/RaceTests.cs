using System.Diagnostics;

namespace Assay.Cli.Tests.Commands;

/// <summary>`assay race`: a lost update is found and shown, a lock is left alone, and what cannot be explored is told.</summary>
public sealed class RaceTests : IDisposable
{
    // A finding ends the search, however busy the machine is; a class without one takes all it gets.
    private const string Plenty = "120";
    private const string Enough = "2";

    private readonly Workshop _shop = new();

    public RaceTests() => _shop
        .Write("Torn.cs", "public class Torn\n{\n    int _sum;\n    public int Add(int n) { _sum += n; return _sum; }\n}")
        .Write("Whole.cs", "public class Whole\n{\n    readonly object _gate = new();\n    int _sum;\n    public int Add(int n) { lock (_gate) { _sum += n; return _sum; } }\n}")
        .Write("Stuck.cs", """
            public class Stuck
            {
                readonly object _a = new(), _b = new();
                public void Up() { lock (_a) lock (_b) { } }
                public void Down() { lock (_b) lock (_a) { } }
            }
            """)
        .Write("Broken.cs", "public class Broken { int x = \"no\"; }");

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task A_lost_update_is_shown_line_by_line()
    {
        var outcome = await RaceAsync("Torn.cs");

        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("Torn: violation: answers that no order of the calls explains (line 4) (seed 1, ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("write _sum of Torn#1", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_seed_finds_the_same_twice()
    {
        Assert.Equal((await RaceAsync("Torn.cs", "--seed", "7")).Output, (await RaceAsync("Torn.cs", "--seed", "7")).Output);
    }

    [Fact]
    public async Task Locks_in_opposite_orders_are_a_deadlock()
    {
        var outcome = await RaceAsync("Stuck.cs");

        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("Stuck: deadlock: ", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_found_where_a_lock_is_held()
    {
        var outcome = await RaceAsync("Whole.cs", "--budget", Enough);

        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("Whole: nothing found in ", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no file None.cs", "None.cs")]
    [InlineData("there is no class Other in the file", "Whole.cs", "--type", "Other")]
    [InlineData("Broken.cs does not compile: line 1", "Broken.cs")]
    [InlineData("--budget takes a number of seconds", "Whole.cs", "--budget", "-1")]
    public async Task Wrong_use_is_told(string complaint, params string[] args)
    {
        var outcome = await _shop.RunAsync(["race", .. args]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(complaint, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Counter: violation: ", "Console.WriteLine(new Counter().Next());\npublic class Counter { int _n; public int Next() => ++_n; }")]
    [InlineData("Inner: violation: ", "public class Outer { public class Inner { int _n; public int Next() => ++_n; } }", "--type", "Outer.Inner")]
    [InlineData("Inner: violation: ", "public class Outer { public class Inner { int _n; public int Next() => ++_n; } }")]
    public async Task Classes_below_statements_and_inside_others_are_explored_too(string head, string source, params string[] args)
    {
        _shop.Write("Shape.cs", source);
        var outcome = await RaceAsync("Shape.cs", args);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(head, outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public delegate void Told(int one); public interface ITold { void Tell(); } public enum Tone { Loud }", "there is no public class in the file", "")]
    [InlineData("public struct Pair { public int Left; }", "there is no public class in the file", "")]
    [InlineData("public abstract class Shape { int _n; public int Next() => ++_n; }", "", "Shape is abstract")]
    [InlineData("public class Shape { public Shape() => Environment.Exit(0); public int Next() => 1; }", "", "Environment.Exit is not controlled (line 1)")]
    public async Task What_cannot_be_explored_is_told_and_ends_in_2(string source, string complaint, string verdict)
    {
        _shop.Write("Shape.cs", source);
        var outcome = await RaceAsync("Shape.cs");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(complaint, outcome.Error, StringComparison.Ordinal);
        Assert.Contains(verdict, outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GC.AllocateArray<byte>(2_000_000_000)")]
    [InlineData("new byte[2_000_000_000]")]
    [InlineData("[.. Enumerable.Range(0, 400).SelectMany(_ => GC.AllocateArray<byte>(10_000_000))]")]
    public async Task Memory_that_runs_out_is_told_with_its_line(string allocation)
    {
        _shop.Write("Huge.cs", $"public class Huge\n{{\n    byte[] _all = [];\n    public int Fill() {{ _all = {allocation}; return _all.Length; }}\n}}");

        var (exitCode, output) = await RunAloneAsync("Huge.cs");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("Huge: endless: ", output, StringComparison.Ordinal);
        Assert.Contains("(line 4)", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_that_ends_the_process_unseen_is_told()
    {
        _shop.Write("Ends.cs", "public class Ends\n{\n    public void Go() => typeof(Environment).GetMethod(\"Exit\")!.Invoke(null, [7]);\n}");

        var (exitCode, output) = await RunAloneAsync("Ends.cs");

        Assert.Equal(2, exitCode);
        Assert.StartsWith("Ends: not controlled: the code ends the process, after line 3", output, StringComparison.Ordinal);
    }

    // As a process of its own, whose memory is bounded: that of the tests has to serve others.
    private async Task<(int ExitCode, string Output)> RunAloneAsync(string file)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Assay.Cli.dll"), "race", file]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _shop.Folder };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }

    private Task<Outcome> RaceAsync(string file, params string[] args) => _shop.RunAsync(["race", file, .. args.Contains("--budget") ? args : [.. args, "--budget", Plenty]]);
}
