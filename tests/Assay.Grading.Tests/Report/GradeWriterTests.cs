using System.Text.Json;
using System.Xml.Linq;
using Assay.Grading.Report;
using NJsonSchema;

namespace Assay.Grading.Tests.Report;

/// <summary>Every format over one record whose every text is hostile.</summary>
public sealed class GradeWriterTests
{
    private const string Hostile = "=cmd|'/C calc'!A0\u001b]0;owned\u0007</script><script>alert(1)</script>]]>\u0000\uFFFE\u202E&\"'`|";

    public static TheoryData<string> Formats => [.. GradeWriter.All.Select(writer => writer.Format)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void No_control_character_or_tag_of_the_submission_gets_through(string format)
    {
        var text = Written(format);

        Assert.DoesNotContain(text, character => char.IsControl(character) && character is not ('\n' or '\t'));
        // A spreadsheet has no tags; Markdown shows an escaped one as text, and one in a block of code, whose fence no text can close.
        if (format == "md")
            text = string.Concat(text.Split("```").Where((_, i) => i % 2 == 0)).Replace("\\<", "", StringComparison.Ordinal);
        if (format != "csv")
            Assert.DoesNotContain("<script", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u202E', text);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_same_record_gives_the_same_text(string format) => Assert.Equal(Written(format), Written(format));

    [Fact]
    public void JUnit_is_xml_and_counts_what_it_holds()
    {
        var root = XDocument.Parse(Written("junit")).Root!;

        Assert.Equal("4", root.Attribute("tests")!.Value);
        Assert.Equal("1", root.Attribute("failures")!.Value);
        Assert.Equal("1", root.Attribute("skipped")!.Value);
        Assert.Equal(4, root.Descendants("testcase").Count());
        Assert.Single(root.Descendants("failure"));
        Assert.Single(root.Descendants("skipped"));
    }

    [Fact]
    public void Gradescope_gives_every_test_its_points_and_the_sum_is_the_score()
    {
        using var document = JsonDocument.Parse(Written("gradescope"));
        var tests = document.RootElement.GetProperty("tests").EnumerateArray().ToArray();

        Assert.Equal(document.RootElement.GetProperty("score").GetDecimal(), tests.Sum(test => test.GetProperty("score").GetDecimal()));
        Assert.All(tests, test => Assert.Contains(test.GetProperty("status").GetString(), (string[])["passed", "failed"]));
    }

    [Fact]
    public void Github_has_a_number_on_every_test_and_their_sum_is_the_score()
    {
        using var document = JsonDocument.Parse(Written("github"));

        Assert.Equal(Record().Score, document.RootElement.GetProperty("tests").EnumerateArray().Sum(test => test.GetProperty("score").GetDecimal()));
    }

    [Fact]
    public void Ctrf_counts_add_up()
    {
        using var document = JsonDocument.Parse(Written("ctrf"));
        var summary = document.RootElement.GetProperty("results").GetProperty("summary");

        Assert.Equal(summary.GetProperty("tests").GetInt32(), new[] { "passed", "failed", "skipped" }.Sum(name => summary.GetProperty(name).GetInt32()));
    }

    [Fact]
    public void Sarif_names_both_places_and_the_points()
    {
        using var document = JsonDocument.Parse(Written("sarif"));
        var result = document.RootElement.GetProperty("runs")[0].GetProperty("results")[0];

        Assert.Equal(2, result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("region").GetProperty("startLine").GetInt32());
        Assert.Equal(1, result.GetProperty("relatedLocations")[0].GetProperty("physicalLocation").GetProperty("region").GetProperty("startLine").GetInt32());
        Assert.Equal(-5m, result.GetProperty("properties").GetProperty("points").GetDecimal());
    }

    [Fact]
    public async Task Sarif_is_valid_against_its_schema()
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(AppContext.BaseDirectory, "Schemas", "sarif-schema-2.1.0-rtm.5.json"), TestContext.Current.CancellationToken);

        Assert.Empty(schema.Validate(Written("sarif")));
    }

    [Fact]
    public void A_table_of_many_has_as_many_cells_in_each_row_whatever_became_of_it()
    {
        var plain = Record() with { Submission = new SubmissionRecord("plain", "00"), Remarks = [] };
        var rows = CsvGradeWriter.Table([plain with { Checks = [], Criteria = [], Outcome = GradeOutcome.NotRun, Score = null }, plain]).TrimEnd('\n').Split('\n');

        Assert.Equal(3, rows.Length);
        Assert.Single(rows.Select(row => row.Count(character => character == ',')).Distinct());
        Assert.EndsWith(",1.a,1.b,2.c,2.d,findings,isolation,seed,remarks", rows[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_spreadsheet_takes_no_cell_for_a_formula()
    {
        var cells = Written("csv").Split('\n')[1].Split(',');

        Assert.StartsWith("\"'=cmd", cells[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Html_runs_nothing_and_loads_nothing()
    {
        var html = Written("html");

        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
        Assert.Contains("id=\"Limiter-cs-2\"", html, StringComparison.Ordinal);
    }

    private static string Written(string format) => GradeWriter.All.Single(writer => writer.Format == format).Write(Record());

    internal static GradeRecord Record() => new()
    {
        Submission = new SubmissionRecord(Hostile, "00"),
        Exercise = new ExerciseRecord("rate-limiter", "Rate limiter", "11"),
        Score = 45,
        Max = 100,
        Outcome = GradeOutcome.Graded,
        Remarks = [Hostile],
        Criteria =
        [
            new CriterionRecord("Behaviour", 25, 75, [new DeductionRecord(25, Hostile, "b", null), new DeductionRecord(25, Hostile, "c", null)]),
            new CriterionRecord("Async", 20, 25, [new DeductionRecord(5, Hostile, null, 0)]),
        ],
        Checks =
        [
            new CheckRecord("a", 1, "Base", Hostile, "Behaviour", CheckOutcome.Passed, 1, null),
            new CheckRecord("b", 1, "Base", Hostile, "Behaviour", CheckOutcome.Failed, 1, new CauseRecord { Verdict = "WA", What = Hostile, Expected = Hostile, Actual = Hostile, Help = Hostile, Timeline = Hostile }),
            new CheckRecord("c", 2, "Edge", Hostile, "Behaviour", CheckOutcome.NotRun, 1, new CauseRecord { Verdict = "SKIPPED", What = Hostile }),
            new CheckRecord("d", 2, "Edge", "Its points are its own", "Async", CheckOutcome.Passed, 1, null),
        ],
        Findings =
        [
            new FindingRecord("ASSAY1001", "BlockingWait", "Async", "warning", Hostile, "Limiter.cs", 2, 1, 2, 5, [new PlaceRecord("Limiter.cs", 1, 1, 1, 2)], false, "https://assay.example/rules/ASSAY1001"),
        ],
        Files = [new FileRecord("Limiter.cs", "// first\n\"" + Hostile + "\";\nclass C { }\n")],
        Isolation = new IsolationRecord("strong", ["bubblewrap"]),
        Phases = [],
        Seed = 1,
        Toolchain = new ToolchainRecord("0", "0", "0"),
    };
}
