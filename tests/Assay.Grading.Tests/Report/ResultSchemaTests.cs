using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Grading.Report;
using Assay.Grading.Tests.Batch;
using NJsonSchema;

namespace Assay.Grading.Tests.Report;

/// <summary>The shipped schema says exactly what records are: every record is valid, and what is no record is not.</summary>
public sealed class ResultSchemaTests
{
    private static readonly Lazy<JsonSchema> Schema = new(() => JsonSchema.FromJsonAsync(ResultSchema.Text).GetAwaiter().GetResult());

    /// <summary>The edits of a valid record that make it none, with what they show.</summary>
    public static TheoryData<string, string, string?> Breaks => new()
    {
        { "a missing part", "/score", null },
        { "another version", "/schema", "\"assay.result/2\"" },
        { "an outcome that is none", "/outcome", "\"fine\"" },
        { "a score in words", "/score", "\"ninety\"" },
        { "a negative score", "/score", "-1" },
        { "a part nobody knows", "/extra", "1" },
        { "a hash that is none", "/submission/hash", "\"abc\"" },
        { "a criterion that is none", "/criteria/0/name", "\"Style\"" },
        { "a deduction that gives", "/criteria/0/deductions/0/points", "-5" },
        { "a verdict that is none", "/checks/0/cause/verdict", "\"OOPS\"" },
        { "a line before the first", "/findings/0/line", "0" },
        { "isolation of another kind", "/isolation/level", "\"some\"" },
        { "a phase without its time", "/phases/0/wallMilliseconds", null },
    };

    /// <summary>Fails unless the record as it is written is valid.</summary>
    internal static void AssertValid(GradeRecord grade)
    {
        var errors = Schema.Value.Validate(new JsonGradeWriter().Write(grade));
        Assert.True(errors.Count == 0, $"{grade.Submission.Name}: {string.Join("; ", errors.Select(error => error.ToString()))}");
    }

    [Theory]
    [InlineData(GradeOutcome.Graded)]
    [InlineData(GradeOutcome.Rejected)]
    [InlineData(GradeOutcome.NotCompiled)]
    [InlineData(GradeOutcome.Tampered)]
    [InlineData(GradeOutcome.NotRun)]
    public void A_record_of_every_outcome_is_valid(GradeOutcome outcome) => AssertValid(Record() with { Outcome = outcome, Score = outcome == GradeOutcome.NotRun ? null : 12.25m });

    [Theory]
    [MemberData(nameof(Breaks))]
    public void What_is_no_record_is_not_valid(string what, string pointer, string? value)
    {
        var record = JsonNode.Parse(new JsonGradeWriter().Write(Record()))!;
        var parts = pointer.Split('/')[1..];
        var parent = parts[..^1].Aggregate(record, (node, part) => int.TryParse(part, out var index) ? node[index]! : node[part]!);
        if (value is null)
            parent.AsObject().Remove(parts[^1]);
        else
            parent[parts[^1]] = JsonNode.Parse(value);

        Assert.True(Schema.Value.Validate(record.ToJsonString()).Count > 0, what);
    }

    [Fact]
    public void It_names_every_property_of_every_part_and_no_other()
    {
        var root = JsonNode.Parse(ResultSchema.Text)!;
        Compare(typeof(GradeRecord), root, root["definitions"]!, new HashSet<Type>());
    }

    private static void Compare(Type type, JsonNode schema, JsonNode definitions, HashSet<Type> seen)
    {
        if (!seen.Add(type))
            return;
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        var names = properties.Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).ToArray();
        Assert.Equal(names.Order(StringComparer.Ordinal), schema["properties"]!.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal));
        Assert.Equal(names.Order(StringComparer.Ordinal), schema["required"]!.AsArray().Select(name => name!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.False(schema["additionalProperties"]!.GetValue<bool>());
        foreach (var property in properties)
        {
            var part = typeof(IEnumerable).IsAssignableFrom(property.PropertyType) && property.PropertyType.IsGenericType ? property.PropertyType.GetGenericArguments()[0] : property.PropertyType;
            var text = schema["properties"]![JsonNamingPolicy.CamelCase.ConvertName(property.Name)]!.ToJsonString();
            var reference = text.IndexOf("#/definitions/", StringComparison.Ordinal);
            if (part.Namespace == typeof(GradeRecord).Namespace && !part.IsEnum)
                Compare(part, definitions[text[(reference + "#/definitions/".Length)..].Split('"')[0]]!, definitions, seen);
        }
    }

    private static RaceRecord Race => new(0, "T1: a()", "1@2>2", 7, "Completed", [new RaceStepRecord(1, "T1", "Limiter.cs", 3, "write _n", "Limiter#1", "4", "Lock#1", false)]);

    private static GradeRecord Record() => Samples.Ungraded("one", [new FileRecord("Limiter.cs", "class C { }")]) with
    {
        Exercise = new ExerciseRecord("rate-limiter", "Rate limiter", new string('0', 64)),
        Score = 90,
        Remarks = ["a remark"],
        Criteria = [new CriterionRecord("Behaviour", 90, 100, [new DeductionRecord(10, "why", "a", null)])],
        Checks =
        [
            new CheckRecord("a", 1, "Base", "It holds", "Behaviour", CheckOutcome.Failed, 1,
                new CauseRecord { Verdict = "WA", What = "it", Expected = "1", Actual = "2", Help = "do", Timeline = "T0", Calls = [new CallRecord(0, "a()", null, 0, null), new CallRecord(1, "b()", "2", 0, 1)], Race = Race }) { Notes = ["a note"] },
            new CheckRecord("b", 1, "Base", "It holds", "Behaviour", CheckOutcome.Passed, 1, null),
        ],
        Findings = [new FindingRecord("ASSAY1001", "T", "Async", "warning", "m", "Limiter.cs", 1, 1, 1, 2, [new PlaceRecord("Limiter.cs", 1, 1, 1, 2)], false, "https://assay.example")],
        Phases = [new PhaseRecord("intake", 0.25, 0)],
    };
}
