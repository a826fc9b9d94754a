using Assay.Weaving.Programs;

namespace Assay.Weaving.Tests;

/// <summary>Every classic bug is found whatever the seed.</summary>
public sealed class PowerTests
{
    private const int Seeds = 50;

    // Less than one second of one processor, at the 50,000 schedules a second that are measured for two threads of four calls.
    private const int MostSchedules = 40_000;

    public static TheoryData<string> Bugs => [.. ClassicBug.Names];

    [Fact]
    public void There_are_at_least_forty_bugs() => Assert.True(ClassicBug.Names.Count() >= 40);

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_bug_is_found_with_every_seed(string name)
    {
        var code = Compiled.Weave(ClassicBug.Source(name), name + ".cs");
        var type = code.Assembly.GetType(name, throwOnError: true)!;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var verdict = new TypeExplorer(code, type, new RaceOptions { Seed = seed }).Explore(TestContext.Current.CancellationToken);
            Assert.True(verdict.Kind is RaceVerdictKind.Violation or RaceVerdictKind.Deadlock, $"seed {seed}: {verdict}");
            Assert.True(verdict.Schedules <= MostSchedules, $"seed {seed}: {verdict.Schedules} schedules");
        }
    }
}
