using Assay.Weaving.Programs;

namespace Assay.Weaving.Tests;

/// <summary>
/// Classes as they are written at work: caches, pools, queues, buses, gates and workers, each file with correct ones and with ones that have a race, which end in Bad.
/// </summary>
public sealed class RealisticTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Realistic");

    // Of every class that a caller can make: its file and its name.
    public static TheoryData<string, string> Classes => [.. Directory.GetFiles(Folder, "*.cs").Order(StringComparer.Ordinal).SelectMany(path =>
        File.ReadLines(path).Where(line => line.StartsWith("public ", StringComparison.Ordinal) && (line.Contains(" class ", StringComparison.Ordinal) || line.Contains(" record ", StringComparison.Ordinal)))
            .Select(line => (Path.GetFileName(path), line.Split([" class ", " record "], 2, StringSplitOptions.None)[1].Split(' ', '(', '<', ':')[0])))];

    [Theory]
    [MemberData(nameof(Classes))]
    public void What_has_a_race_is_found_and_nothing_else_is_accused(string file, string name)
    {
        var code = Compiled.Weave(File.ReadAllText(Path.Combine(Folder, file)), file);
        var type = code.Assembly.GetTypes().First(one => one.Name.Split('`')[0] == name);
        var verdict = new TypeExplorer(code, type, new RaceOptions { MaxPrograms = 80, MaxSchedules = 300 }).Explore(TestContext.Current.CancellationToken);
        if (name.EndsWith("Bad", StringComparison.Ordinal))
            Assert.True(verdict.Kind is RaceVerdictKind.Violation or RaceVerdictKind.Deadlock, verdict.ToString());
        else
            Assert.True(verdict.Kind == RaceVerdictKind.Clean, verdict.ToString());
    }

    [Fact]
    public void What_follows_an_await_stays_in_the_column_of_its_call()
    {
        var code = Compiled.Weave(File.ReadAllText(Path.Combine(Folder, "ConnectionPool.cs")));
        var verdict = new TypeExplorer(code, code.Assembly.GetType("ConnectionPoolBad")!, new RaceOptions()).Explore(TestContext.Current.CancellationToken);
        var heads = Assay.Verify.Exploration.LaneTimeline.Print(verdict.Finding!.Steps).Split('\n')[0].Split('|', StringSplitOptions.TrimEntries);
        Assert.Equal(heads.Distinct(), heads);
        // A wait that some order of the calls explains is no finding, and what is shown is none of those.
        Assert.Contains("RentAsync(none) → 1, RentAsync(none) → 1", string.Join(", ", verdict.Answers), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public class Sample { private static int s_ended; public int Go() => s_ended; ~Sample() { s_ended++; while (true) { } } }", "Sample", RaceVerdictKind.Clean)]
    [InlineData("public delegate void Sample(int one);", "Sample", RaceVerdictKind.Undecided)]
    [InlineData("public abstract class Sample { public int Value { get; set; } }", "Sample", RaceVerdictKind.Undecided)]
    public void What_cannot_be_called_or_made_is_left_alone(string source, string type, RaceVerdictKind kind) => Assert.Equal(kind, Compiled.Race(source, type, options: new RaceOptions { MaxPrograms = 20 }).Kind);

    [Fact]
    public void Of_thousands_of_members_those_of_objects_come_first()
    {
        var many = string.Join(' ', Enumerable.Range(0, 3_000).Select(number => $"public static int M{number}() => {number};"));
        Assert.Equal(RaceVerdictKind.Violation, Compiled.Race($"public class Sample {{ private int _n; {many} public int Next() => ++_n; }}", "Sample", options: new RaceOptions { MaxPrograms = 30_000, MaxSchedules = 20 }).Kind);
    }
}
