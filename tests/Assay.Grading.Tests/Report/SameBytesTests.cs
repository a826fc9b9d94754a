using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.Grading.Jail;
using Assay.Grading.Report;
using Assay.Grading.Score;
using Assay.Grading.Tests.Batch;
using Assay.TestKit;

namespace Assay.Grading.Tests.Report;

/// <summary>Two gradings of one submission: what their records may differ in, named to the property.</summary>
public sealed partial class SameBytesTests : IDisposable
{
    private readonly JailLauncher _launcher = Isolation.Choose("strong", new JailLimits());

    public void Dispose() => _launcher.Dispose();

    [Theory]
    [InlineData("rate-limiter", "locks")]
    [InlineData("rate-limiter", "flawed-wall-clock")]
    [InlineData("rate-limiter", "lock-free")]
    [InlineData("rate-limiter", "flawed-check-then-act")]
    [InlineData("hostile", "deep-nesting")]
    [InlineData("hostile", "hostile-text")]
    [InlineData("hostile", "exit-zero")]
    public void Only_times_differ_with_and_without_a_race(string folder, string name) =>
        Assert.All(Differences(folder, name), pointer => Assert.Matches(Times(), pointer));

    private string[] Differences(string folder, string name)
    {
        var path = Path.Combine(TestReferences.RepositoryRoot, "samples", "submissions", folder, name);
        return [.. Differing("", Once(path), Once(path))];
    }

    /// <summary>A grader of its own each time: nothing is carried over from the first run.</summary>
    private JsonNode Once(string path)
    {
        using var grader = new Grader(Samples.Exercise("rate-limiter"), Rubric.Of(Samples.Exercise("rate-limiter")), _launcher, seed: 1);
        return Named(JsonNode.Parse(new JsonGradeWriter().Write(grader.Grade(path, TestContext.Current.CancellationToken)))!);
    }

    /// <summary>Checks by stage and criteria by name, so that a pointer says what differs.</summary>
    private static JsonNode Named(JsonNode record)
    {
        record["checks"] = new JsonObject(record["checks"]!.AsArray().Select(check => KeyValuePair.Create<string, JsonNode?>($"{check!["stage"]}.{check["id"]}", check.DeepClone())));
        record["criteria"] = new JsonObject(record["criteria"]!.AsArray().Select(criterion => KeyValuePair.Create<string, JsonNode?>(criterion!["name"]!.GetValue<string>(), criterion.DeepClone())));
        return record;
    }

    private static IEnumerable<string> Differing(string at, JsonNode? one, JsonNode? other)
    {
        if (one is JsonObject first && other is JsonObject second)
            return first.Select(part => part.Key).Union(second.Select(part => part.Key)).SelectMany(key => Differing($"{at}/{key}", first[key], second[key]));
        if (one is JsonArray list && other is JsonArray others && list.Count == others.Count)
            return list.SelectMany((item, i) => Differing($"{at}/{i}", item, others[i]));
        return JsonNode.DeepEquals(one, other) ? [] : [at];
    }

    [GeneratedRegex("^/phases/[0-9]+/(wall|cpu)Milliseconds$")]
    private static partial Regex Times();
}
