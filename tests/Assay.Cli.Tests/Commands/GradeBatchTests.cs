using System.Text.Json;

namespace Assay.Cli.Tests.Commands;

/// <summary>`assay grade` over a folder of submissions, good, bad and broken.</summary>
public sealed class GradeBatchTests : IDisposable
{
    private static readonly string[] Reports = ["broken.html", "broken.json", "checks.csv", "grades.csv", "idle.html", "idle.json", "index.html", "index_.html", "index_.json", "similar.csv", "text.zip.html", "text.zip.json"];

    private readonly Workshop _shop = new();

    public GradeBatchTests() => _shop
        .Write("in/idle/Limiter.cs", Submissions.Idle)
        .Write("in/broken/Limiter.cs", "public class Limiter { void M() { int x = \"no\"; } }")
        .Write("in/index/Limiter.cs", Submissions.Idle.Replace("class Idle", "class Other", StringComparison.Ordinal))
        .Write("in/text.zip", "no archive");

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task Every_submission_has_reports_and_the_batch_an_index_and_tables()
    {
        var outcome = await GradeAsync();

        Assert.Equal((0, 4), (outcome.ExitCode, outcome.Error.Split('\n').Count(line => line.Contains(" of 4: ", StringComparison.Ordinal))));
        Assert.DoesNotContain('\r', outcome.Error);
        Assert.Equal(Reports, Directory.GetFiles(_shop.Path("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("4 submissions, 0 of them kept", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("text.zip: 0 of 100 (rejected)", outcome.Output, StringComparison.Ordinal);
        var rows = _shop.Read("out/grades.csv").TrimEnd('\n').Split('\n');
        Assert.Equal(5, rows.Length);
        Assert.Contains("href=\"index_.html\"", _shop.Read("out/index.html"), StringComparison.Ordinal);
        Assert.Contains("<b>100 %</b> idle and index", _shop.Read("out/index.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_run_grades_only_what_changed_or_is_not_there()
    {
        await GradeAsync();
        // Times are in the records: one that is graded again has other bytes.
        var before = Records();
        _shop.Write("in/idle/Limiter.cs", Submissions.Idle.Replace("=> 0;", "=> 1;", StringComparison.Ordinal));
        File.Delete(_shop.Path("out/index.html"));

        var outcome = await GradeAsync();

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(["idle.json", "text.zip.json"], Records().Where(record => record.Value != before[record.Key]).Select(record => record.Key));
        Assert.Contains("4 submissions, 2 of them kept", outcome.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_shop.Path("out/index.html")));
    }

    [Fact]
    public async Task Half_a_record_and_one_of_another_seed_are_made_anew()
    {
        await GradeAsync();
        _shop.Write("out/idle.json", _shop.Read("out/idle.json")[..100]);

        Assert.Contains("2 of them kept", (await GradeAsync()).Output, StringComparison.Ordinal);
        Assert.Contains("0 of them kept", (await GradeAsync("--seed", "2")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_interrupted_ends_and_says_how_to_go_on()
    {
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter();
        using var error = new StopsAt("2 of 4: ", stop);

        var exitCode = await Cli.RunAsync(Grading, output, error, _shop.Environment with { Folder = _shop.Folder }, stop.Token);

        Assert.Equal(130, exitCode);
        Assert.Contains("assay: interrupted; 2 of 4 are graded, and the same command goes on from there", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, Records().Count);
        Assert.False(File.Exists(_shop.Path("out/index.html")));
        Assert.Contains("4 submissions, 2 of them kept", (await GradeAsync()).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0.5", 1)]
    public async Task A_score_under_the_bar_is_told_by_the_exit_code(string bar, int exitCode) => Assert.Equal(exitCode, (await GradeAsync("--fail-under", bar)).ExitCode);

    [Theory]
    [InlineData("--fail-under takes a number, not 'much'", "--fail-under", "much")]
    [InlineData("--seed takes a number, not '1.5'", "--seed", "1.5")]
    [InlineData("there is no format 'pdf'", "--format", "pdf")]
    [InlineData("did you mean rate-limiter?", "--exercise", "rate-limitr")]
    [InlineData("'mighty' not recognized", "--isolation", "mighty")]
    public async Task Wrong_use_is_told(string complaint, params string[] args)
    {
        var outcome = await _shop.RunAsync(["grade", "in", "--i-trust-the-code", .. args]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(complaint, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_submission_is_a_grade_with_its_reason()
    {
        Directory.CreateDirectory(_shop.Path("bad/empty"));
        for (var i = 0; i < 2001; i++)
            _shop.Write($"bad/many/{i}.cs", "");
        _shop.Write("bad/misspelt/Limiter.cs", Submissions.Idle.Replace("RemoveIdle", "RemoveIdel", StringComparison.Ordinal));
        Directory.CreateDirectory(_shop.Path("bad/out"));
        File.CreateSymbolicLink(_shop.Path("bad/out/Limiter.cs"), _shop.Path("in/idle/Limiter.cs"));

        var outcome = await _shop.RunAsync("grade", "bad", "--exercise", "rate-limiter", "--i-trust-the-code");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("no .cs file: hand in C# source files", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("more than 2000 files: hand in the sources alone", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Idle lacks void RemoveIdle(); did you mean RemoveIdel?", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Limiter.cs is a link; hand in the file itself", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_sees_a_bar()
    {
        _shop.Environment = _shop.Environment with { ErrorIsTerminal = true };

        var outcome = await GradeAsync();

        Assert.Contains("[████████████████████████] 100 % 4 of 4", outcome.Error, StringComparison.Ordinal);
        Assert.EndsWith("\r\e[2K", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_goes_to_the_output_and_other_formats_want_a_folder()
    {
        var table = await _shop.RunAsync("grade", "in", "--exercise", "rate-limiter", "--format", "csv", "--i-trust-the-code");
        var page = await _shop.RunAsync("grade", "in", "--exercise", "rate-limiter", "--format", "html", "--i-trust-the-code");

        Assert.StartsWith("submission,hash,outcome,score,max,", table.Output, StringComparison.Ordinal);
        Assert.Equal(5, table.Output.TrimEnd('\n').Split('\n').Length);
        Assert.Equal(2, page.ExitCode);
        Assert.Contains("--out", page.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_as_long_as_can_be_stops_nobody()
    {
        _shop.Write($"in/{new string('x', 255)}/Limiter.cs", Submissions.Idle);

        var outcome = await GradeAsync();

        Assert.Equal(0, outcome.ExitCode);
        Assert.Single(Directory.GetFiles(_shop.Path("out"), "xxx*.html"));
        Assert.Contains("5 submissions", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schema_is_printed_as_it_is_shipped()
    {
        var outcome = await _shop.RunAsync("schema");

        Assert.Equal(0, outcome.ExitCode);
        using var schema = JsonDocument.Parse(outcome.Output);
        Assert.Equal("assay.result/1", schema.RootElement.GetProperty("title").GetString());
    }

    private static string[] Grading => ["grade", "in", "--exercise", "rate-limiter", "--out", "out", "--jobs", "1", "--i-trust-the-code"];

    private Task<Outcome> GradeAsync(params string[] more) => _shop.RunAsync(["grade", "in", "--exercise", "rate-limiter", "--out", "out", "--jobs", "2", "--i-trust-the-code", .. more]);

    private SortedDictionary<string, string> Records() =>
        new(Directory.GetFiles(_shop.Path("out"), "*.json").ToDictionary(file => Path.GetFileName(file)!, File.ReadAllText), StringComparer.Ordinal);

    /// <summary>Presses Ctrl+C when it is told something.</summary>
    private sealed class StopsAt(string text, CancellationTokenSource stop) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            Look(value);
        }

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            Look(value);
        }

        private void Look(string? value)
        {
            if (value?.Contains(text, StringComparison.Ordinal) == true)
                stop.Cancel();
        }
    }
}
