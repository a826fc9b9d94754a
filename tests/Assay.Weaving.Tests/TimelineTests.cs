using Assay.Verify.Exploration;
using Assay.Weaving.Programs;

namespace Assay.Weaving.Tests;

/// <summary>What a timeline shows can be followed by hand: each read sees the last write above it.</summary>
public sealed class TimelineTests
{
    [Theory]
    [InlineData("LostUpdate")]
    [InlineData("FlagPair")]
    [InlineData("FreshLock")]
    [InlineData("RacyLazyInit")]
    [InlineData("SplitCriticalSection")]
    [InlineData("StaleSnapshot")]
    [InlineData("StaticCounter")]
    [InlineData("UnlockedRead")]
    [InlineData("WriteUnderReadLock")]
    [InlineData("WrongLock")]
    public void A_read_shows_the_last_value_written_above_it(string name)
    {
        var code = Compiled.Weave(ClassicBug.Source(name), name + ".cs");
        for (var seed = 1; seed <= 5; seed++)
        {
            var verdict = new TypeExplorer(code, code.Assembly.GetType(name, throwOnError: true)!, new RaceOptions { Seed = seed }).Explore(TestContext.Current.CancellationToken);
            RequireMemory(verdict.Finding!.Steps);
        }
    }

    private static void RequireMemory(IReadOnlyList<LoggedStep> steps)
    {
        var memory = new Dictionary<(string Target, string Field), string>();
        foreach (var step in steps.Where(step => !step.Waits && step.Site.Kind is SiteKind.Read or SiteKind.Write))
        {
            var place = (step.Target, step.Site.What[(step.Site.What.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            Assert.True(step.Site.Kind == SiteKind.Write || !memory.TryGetValue(place, out var last) || last == step.Value, $"{step.Site} gives {step.Value}\n{LaneTimeline.Print(steps)}");
            memory[place] = step.Value;
        }
    }
}
