using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Grading.Report;

namespace Assay.Grading.Tests.Report;

/// <summary>A record with a null where none belongs, or without a member, is refused when it is read; one that is read can be written in every format.</summary>
public sealed class HoledRecordTests
{
    private static readonly CauseRecord s_raced = Pages.Race with { Race = new RaceRecord(0, "T1: Take()", "1@14>2", 6, "Completed", [new RaceStepRecord(1, "T1", "Limiter.cs", 2, "reads", "_left", "1", "", false)]) };

    private static readonly string s_whole = Whole();

    [Fact]
    public void A_hole_is_refused_or_harmless()
    {
        var refused = 0;
        foreach (var place in Places("", JsonNode.Parse(s_whole)!).ToList())
        {
            refused += IsRefused(With(place, isGone: false)) ? 1 : 0;
            refused += IsRefused(With(place, isGone: true)) ? 1 : 0;
        }

        // Nullable members and those that have a value by themselves are few.
        Assert.InRange(refused, 90, int.MaxValue);
    }

    [Theory]
    [InlineData("/checks/1/cause/race/schedule")]
    [InlineData("/checks/1/cause/race/steps/0")]
    [InlineData("/submission/name")]
    [InlineData("/files/0")]
    public void What_is_needed_cannot_be_null(string place) => Assert.True(IsRefused(With(place, isGone: false)));

    private static string Whole()
    {
        var record = GradeWriterTests.Record();
        return new JsonGradeWriter().Write(record with { Checks = [.. record.Checks.Select(check => check.Id == "b" ? check with { Cause = s_raced } : check)] });
    }

    private static bool IsRefused(string text)
    {
        GradeRecord record;
        try
        {
            record = JsonGradeWriter.Read(text);
        }
        catch (JsonException)
        {
            return true;
        }

        Assert.All(GradeWriter.All, writer => writer.Write(record));
        return false;
    }

    private static string With(string place, bool isGone)
    {
        var record = JsonNode.Parse(s_whole)!;
        var names = place[1..].Split('/');
        var node = names[..^1].Aggregate(record, (node, name) => node is JsonArray items ? items[int.Parse(name, null)]! : node[name]!);
        if (node is JsonArray list)
        {
            if (isGone)
                list.RemoveAt(int.Parse(names[^1], null));
            else
                list[int.Parse(names[^1], null)] = null;
        }
        else if (isGone)
        {
            node.AsObject().Remove(names[^1]);
        }
        else
        {
            node[names[^1]] = null;
        }

        return record.ToJsonString();
    }

    private static IEnumerable<string> Places(string place, JsonNode node) => node switch
    {
        JsonObject members => members.Where(member => member.Value is not null).SelectMany(member => Places($"{place}/{member.Key}", member.Value!).Prepend($"{place}/{member.Key}")),
        JsonArray items => items.SelectMany((item, number) => Places($"{place}/{number}", item!).Prepend($"{place}/{number}")),
        _ => [],
    };
}
