using System.Text.Json.Nodes;

namespace Assay.Cli.Tests.Commands;

/// <summary>`assay replay`: the schedule of a failed check comes to the same end, and what cannot be replayed is told.</summary>
public sealed class ReplayTests : IDisposable
{
    private readonly Workshop _shop = new();

    public ReplayTests()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Workshop.RepositoryRoot, "samples", "submissions", "rate-limiter", "flawed-check-then-act"), "*.cs"))
            _shop.Write($"racy/{Path.GetFileName(file)}", File.ReadAllText(file));
        _shop.Write("none.json", "{}").Write("half.json", "{ \"schema\": ");
    }

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task A_stored_schedule_comes_to_the_same_end_and_is_drawn_over_the_lines()
    {
        Assert.Equal(0, (await _shop.RunAsync(["grade", "racy", "--exercise", "rate-limiter", "--format", "json", "--output", "grade.json"])).ExitCode);

        var replay = await _shop.RunAsync(["replay", "grade.json#contended-grants-are-exact"]);

        Assert.Equal((0, ""), (replay.ExitCode, replay.Error));
        Assert.Contains("The same outcome as in the report.", replay.Output, StringComparison.Ordinal);
        Assert.Contains("RateLimiter.cs:", replay.Output, StringComparison.Ordinal);
        Assert.Equal(replay.Output, (await _shop.RunAsync(["replay", "grade.json#contended-grants-are-exact"])).Output);
        await WrongUseAsync("did you mean contended-grants-are-exact?", "grade.json#contended-grants-are-exakt");
        await WrongUseAsync("stores no schedule of permits-come-back", "grade.json#permits-come-back");
        await WrongUseAsync("say which: #", "grade.json");
        await OtherEndsAsync();
    }

    [Theory]
    [InlineData("there is no report gone.json", "gone.json#a")]
    [InlineData("half.json is no whole record", "half.json#a")]
    [InlineData("none.json is no whole record", "none.json#a")]
    public Task Wrong_use_is_told(string complaint, string report) => WrongUseAsync(complaint, report);

    // Another outcome in the report, another schedule, and other files.
    private async Task OtherEndsAsync()
    {
        var record = JsonNode.Parse(_shop.Read("grade.json"))!;
        var race = record["checks"]!.AsArray().Single(check => check!["id"]!.GetValue<string>() == "contended-grants-are-exact")!["cause"]!["race"]!;
        var outcome = race["outcome"]!.GetValue<string>();
        race["outcome"] = outcome + " and more";
        _shop.Write("edited.json", record.ToJsonString());
        race["outcome"] = outcome;
        race["schedule"] = "-";
        _shop.Write("default.json", record.ToJsonString());
        race["schedule"] = "no schedule";
        _shop.Write("senseless.json", record.ToJsonString());
        race["schedule"] = null;
        _shop.Write("holed.json", record.ToJsonString());
        race["schedule"] = "-";
        var number = race["number"]!.GetValue<int>();
        race["number"] = -1;
        _shop.Write("before-the-first.json", record.ToJsonString());
        race["number"] = number;
        record["files"]![0]!["text"] = "class C { }";
        _shop.Write("others.json", record.ToJsonString());

        foreach (var report in new[] { "edited.json", "default.json" })
        {
            var replay = await _shop.RunAsync(["replay", $"{report}#contended-grants-are-exact"]);
            Assert.Equal(1, replay.ExitCode);
            Assert.Contains("Another outcome than in the report", replay.Output, StringComparison.Ordinal);
        }

        await WrongUseAsync("cannot be followed", "senseless.json#contended-grants-are-exact");
        await WrongUseAsync("explores no program -1", "before-the-first.json#contended-grants-are-exact");
        await WrongUseAsync("holed.json is no whole record", "holed.json#contended-grants-are-exact");
        await WrongUseAsync("are not those that were graded", "others.json#contended-grants-are-exact");
    }

    private async Task WrongUseAsync(string complaint, string report)
    {
        var outcome = await _shop.RunAsync(["replay", report]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(complaint, outcome.Error, StringComparison.Ordinal);
    }
}
