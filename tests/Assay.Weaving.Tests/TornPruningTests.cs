using System.Globalization;

namespace Assay.Weaving.Tests;

/// <summary>Leaving out schedules that come to the same as another loses no half of a value: made-up programs are run with and without, and compared.</summary>
public sealed class TornPruningTests
{
    private const int Most = 6_000;

    // What a step of a made-up program may be. The variables that it reads into are its own thread's.
    private static readonly string[] Steps =
    [
        "_pair = ({0}, {0});", "x = _pair;", "lock (_gate) _pair = ({0}, {0});", "lock (_gate) x = _pair;", "_pair.Item1 = {0};", "y += _pair.Item2;", "_all[0] = ({0}, {0});", "x = _all[y & 1];",
        "_maybe = {0};", "_maybe = null;", "y = _maybe ?? 5;", "_box.Value = ({0}, {0});", "x = _box.Value;", "_box = new Box {{ Value = ({0}, {0}) }};", "s_money += {0} / 4m;", "y = (long)(s_money * 4);", "_version++;",
    ];

    private const string Frame = """
        public class Box {{ public (long, long) Value; }}
        public class Sample
        {{
            private static decimal s_money;
            private (long, long) _pair;
            private (long, long)[] _all = new (long, long)[2];
            private long? _maybe;
            private int _version;
            private Box _box = new();
            private readonly object _gate = new();
            public string Go()
            {{
                string first = "", second = "";
                Parallel.Invoke({0});
                return $"{{first}} {{second}} | {{_pair}} {{_all[0]}} {{_maybe}} {{_box.Value}} {{s_money}} {{_version}}";
            }}
        }}
        """;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Made_up_programs_come_to_the_same(int batch)
    {
        var compared = 0;
        for (var number = 0; number < 20; number++)
        {
            var source = Source(new Random(batch * 1000 + number));
            var (all, every) = PruningTests.Outcomes(source, prunes: false, Most);
            if (!every.IsExhaustive)
                continue;
            var (some, fewer) = PruningTests.Outcomes(source, prunes: true, Most);
            compared++;
            Assert.True(fewer.IsExhaustive, source);
            Assert.True(all.SetEquals(some), $"{source}\nlost: {string.Join('\n', all.Except(some))}\nmade up: {string.Join('\n', some.Except(all))}");
        }

        Assert.True(compared >= 10, $"{compared}");
    }

    private static string Source(Random random)
    {
        string[] names = ["first", "second"];
        var threads = names.Select(name =>
        {
            var steps = Enumerable.Range(0, random.Next(3, 6)).Select(_ => string.Format(CultureInfo.InvariantCulture, Steps[random.Next(Steps.Length)], random.Next(1, 4)));
            return $"() => {{ (long, long) x = default; long y = 0; {string.Join(' ', steps)} {name} = $\"{{x}} {{y}}\"; }}";
        });
        return string.Format(CultureInfo.InvariantCulture, Frame, string.Join(", ", threads));
    }
}
