using Assay.Weaving.Programs;

namespace Assay.Weaving.Tests;

public sealed class RaceTests
{
    private const string Counter = """
        public class Counter
        {
            private int _value;
            public void Add()
            {
                _value++;
            }
            public int Value => _value;
        }
        """;

    [Fact]
    public void A_lost_update_is_a_violation_with_its_lines_and_values()
    {
        var verdict = Compiled.Race(Counter, "Counter");
        Assert.Equal(RaceVerdictKind.Violation, verdict.Kind);
        Assert.Contains("read _value of Counter#1 = 0", verdict.ToString(), StringComparison.Ordinal);
        Assert.Contains("    6 |", verdict.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_update_under_a_lock_is_clean()
    {
        var verdict = Compiled.Race(Counter.Replace("_value++;", "lock (this) _value++;", StringComparison.Ordinal).Replace("Value => _value;", "Value { get { lock (this) return _value; } }", StringComparison.Ordinal), "Counter");
        Assert.True(verdict.Kind == RaceVerdictKind.Clean, verdict.ToString());
    }
}
