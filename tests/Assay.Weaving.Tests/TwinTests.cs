using Assay.Weaving.Programs;

namespace Assay.Weaving.Tests;

/// <summary>The twin of a classic bug is never accused. A class of its own, so that it runs beside the bugs.</summary>
public sealed class TwinTests
{
    public static TheoryData<string> Bugs => [.. ClassicBug.Names];

    [Theory]
    [MemberData(nameof(Bugs))]
    public void Its_twin_is_clean(string name)
    {
        var code = Compiled.Weave(ClassicBug.Source(name), name + ".cs");
        var verdict = new TypeExplorer(code, code.Assembly.GetType(name + "Fixed", throwOnError: true)!, new RaceOptions { MaxPrograms = 40, MaxSchedules = 500 }).Explore(TestContext.Current.CancellationToken);
        Assert.True(verdict.Kind == RaceVerdictKind.Clean, verdict.ToString());
    }
}
