namespace Assay.Cli.Tests.Commands;

/// <summary>`assay race`: a lost update is found and shown, a lock is left alone, and what cannot be explored is told.</summary>
public sealed class RaceTests : IDisposable
{
    // Far more than the first finding takes, and all that a class without one gets.
    private const string Seconds = "0.5";

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
        var outcome = await RaceAsync("Whole.cs");

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

    private Task<Outcome> RaceAsync(string file, params string[] args) => _shop.RunAsync(["race", file, "--budget", Seconds, .. args]);
}
