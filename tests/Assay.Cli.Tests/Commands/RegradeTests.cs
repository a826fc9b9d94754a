using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Cli.Tests.Commands;

/// <summary>`assay regrade`: what a teacher sees after a rubric or a suite was mended.</summary>
public sealed class RegradeTests : IDisposable
{
    private const string OtherRubric = """
        exercise: rate-limiter
        criteria:
          Behaviour: 20
          SharedState: 30
          Time: 30
          Errors: 10
          Resources: 10
        findings:
          warning: 0.5

        """;

    private readonly Workshop _shop = new();

    public RegradeTests() => _shop
        .Write("in/idle/Limiter.cs", Submissions.Idle)
        .Write("in/broken/Limiter.cs", "public class Limiter { void M() { int x = \"no\"; } }")
        .Write("in/text.zip", "no archive")
        .Write("rubric.yml", OtherRubric);

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task Nobody_moves_when_nothing_changed()
    {
        await GradeAsync("out");

        var outcome = await RegradeAsync("out", "--diff");

        Assert.Equal((0, "3 submissions: 0 up, 0 down, 0 otherwise, 3 as before\n"), (outcome.ExitCode, outcome.Output));
    }

    [Theory]
    [InlineData("--rescore")]
    [InlineData("--jobs=2")]
    public async Task Another_rubric_moves_people_and_its_reasons_add_up(string way)
    {
        await GradeAsync("out");
        var before = _shop.Read("out/idle.json");

        var outcome = await RegradeAsync("out", "--diff", "--rubric", "rubric.yml", way, "--format", "json");

        Assert.Equal(1, outcome.ExitCode);
        using var moves = JsonDocument.Parse(outcome.Output);
        var idle = moves.RootElement.EnumerateArray().Single(move => move.GetProperty("submission").GetString() == "idle");
        Assert.True(idle.GetProperty("moves").GetBoolean());
        Assert.Equal(idle.GetProperty("points").GetDecimal(), idle.GetProperty("after").GetDecimal() - idle.GetProperty("before").GetDecimal());
        Assert.Equal(idle.GetProperty("points").GetDecimal(), idle.GetProperty("reasons").EnumerateArray().Sum(reason => reason.GetProperty("points").GetDecimal()));
        Assert.Contains(idle.GetProperty("reasons").EnumerateArray(), reason => reason.GetProperty("text").GetString()!.Contains("is worth", StringComparison.Ordinal));
        Assert.Equal(before, _shop.Read("out/idle.json"));
    }

    [Fact]
    public async Task New_records_are_written_where_asked_for_and_two_gradings_compared_without_one()
    {
        await GradeAsync("out");
        await RegradeAsync("out", "--out", "new", "--rubric", "rubric.yml", "--rescore");

        var outcome = await RegradeAsync("out", "--against", "new");

        Assert.True(File.Exists(_shop.Path("new/index.html")));
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("idle: ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("; the largest move is ", outcome.Output, StringComparison.Ordinal);
        Assert.StartsWith("submission,before,after,points,reason points,reason\nidle,", (await RegradeAsync("out", "--against", "new", "--format", "csv")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_whose_files_were_changed_is_refused()
    {
        await GradeAsync("out");
        var record = JsonNode.Parse(_shop.Read("out/idle.json"))!;
        record["files"]![0]!["text"] = "class Better { }";
        _shop.Write("out/idle.json", record.ToJsonString());

        var outcome = await RegradeAsync("out", "--diff");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("idle are not those that were graded", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gradings_of_two_exercises_are_not_compared()
    {
        await GradeAsync("out");
        await _shop.RunAsync("grade", "in/broken", "--exercise", "cache", "--format", "json", "--out", "other");

        var outcome = await RegradeAsync("out", "--against", "other");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("the records are of rate-limiter and of cache", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("say --diff", "out")]
    [InlineData("--diff writes nothing", "out", "--diff", "--out", "new")]
    [InlineData("leave out --out", "out", "--against", "out", "--rescore")]
    [InlineData("there is nothing at nowhere", "nowhere", "--diff")]
    [InlineData("there is no record", "in", "--diff")]
    [InlineData("is no whole record", "half", "--diff")]
    public async Task Wrong_use_is_told(string complaint, params string[] args)
    {
        _shop.Write("out/readme.txt", "").Write("half/a.json", "{ \"schema\": \"assay.result/1\", \"sub");

        var outcome = await RegradeAsync(args);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(complaint, outcome.Error, StringComparison.Ordinal);
    }

    private Task<Outcome> GradeAsync(string folder) => _shop.RunAsync("grade", "in", "--exercise", "rate-limiter", "--out", folder, "--jobs", "2", "--i-trust-the-code");

    private Task<Outcome> RegradeAsync(params string[] args) => _shop.RunAsync(["regrade", .. args, "--i-trust-the-code"]);
}
