using System.Reflection;
using Assay.Verify.Exploration;
using Assay.Weaving.Programs;

namespace Assay.Weaving.Tests;

/// <summary>Leaving out schedules that come to the same as another loses no outcome: everything is run with and without, and compared.</summary>
public sealed class PruningTests
{
    // More than that would only take longer.
    private const int Most = 4_000;

    // What a step of a made-up program may be. The variables that it reads into are its own thread's.
    private static readonly string[] Steps =
    [
        "_a++;", "_b = _a + {0};", "x = _a;", "y += _b;", "_a = {0};", "_c.Value += x;", "_d.Value = y + {0};", "x = _c.Value + _d.Value;", "s_all += {0};", "x = s_all;",
        "lock (_one) _a += {0};", "lock (_one) {{ x = _b; _b = x + {0}; }}", "lock (_two) _c.Value++;", "lock (_one) lock (_two) y = _d.Value++;", "lock (_two) lock (_one) y = _a++;",
        "Interlocked.Increment(ref _a);", "if (Interlocked.CompareExchange(ref _b, {0}, 0) == 0) x++;", "x = Volatile.Read(ref _b);", "Volatile.Write(ref _a, {0});",
        "_items[x & 1] = {0};", "y = _items[0] + _items[1];", "lock (_list) _list.Add({0});", "lock (_list) x = _list.Count;", "x = Sum();", "_list = [.. _list, {0}];", "_queue.Enqueue({0});",
        "_queue.TryDequeue(out x);", "_gate.Wait(); _a++; _gate.Release();", "if (_gate.Wait(0)) {{ x = _a; _gate.Release(); }}", "if (Monitor.TryEnter(_one)) {{ _a++; Monitor.Exit(_one); }}",
        "ref var a = ref _a; a += {0};", "Bump(ref _c.Value);", "Bump(ref _b);", "(_c, _d) = (_d, _c);", "_c = new Box {{ Value = {0} }};", "if (_ready.Task.IsCompleted) x += 10;", "_ready.TrySetResult();",
        "Task.Run(() => _a += {0});", "x = Task.Run(() => _b).Result;", "if (_source.IsCancellationRequested) y += 20;", "_source.Cancel();", "_flag.Set();", "if (_flag.IsSet) y = {0};",
        "lock (_two) {{ Monitor.Pulse(_two); x++; }}", "x += _map.GetOrAdd(1, _ => ++_b);", "for (var i = 0; i < 2; i++) _b++;", "y = _shared.Sum();", "_shared[1] = {0};", "lock (_one) {{ if (_a > 2) _d = _c; }}",
    ];

    private const string Frame = """
        public class Box {{ public int Value; }}
        public class Sample
        {{
            private static int s_all = 1;
            private int _a, _b;
            private Box _c = new(), _d = new();
            private readonly object _one = new(), _two = new();
            private readonly int[] _items = new int[2], _shared = new int[2];
            private readonly SemaphoreSlim _gate = new(1);
            private readonly ConcurrentQueue<int> _queue = new([7]);
            private readonly ConcurrentDictionary<int, int> _map = new();
            private readonly TaskCompletionSource _ready = new();
            private readonly CancellationTokenSource _source = new();
            private readonly ManualResetEventSlim _flag = new();
            private List<int> _list = [1];
            private int Sum() => _list.Sum() + _a;
            private static void Bump(ref int one) => one++;
            public string Go()
            {{
                string first = "", second = "", third = "";
                Parallel.Invoke({0});
                return $"{{first}} {{second}} {{third}} | {{_a}} {{_b}} {{_c.Value}} {{_d.Value}} {{_c == _d}} {{s_all}} {{string.Join(",", _list)}} {{string.Join(",", _queue)}} {{_items[0]}} {{_items[1]}} {{_shared[1]}}";
            }}
        }}
        """;

    public static TheoryData<string> Bugs => [.. ClassicBug.Names];

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, 4)];

    [Theory]
    [MemberData(nameof(Batches))]
    public void Made_up_programs_come_to_the_same(int batch)
    {
        var (compared, total, kept) = (0, 0, 0);
        for (var number = 0; number < 30; number++)
        {
            var random = new Random(batch * 1000 + number);
            var source = Source(random);
            var (all, every) = Outcomes(source, prunes: false);
            if (!every.IsExhaustive)
                continue;
            var (some, fewer) = Outcomes(source, prunes: true);
            compared++;
            Assert.True(fewer.IsExhaustive, source);
            Assert.True(all.SetEquals(some), $"{source}\nlost: {string.Join('\n', all.Except(some))}\nmade up: {string.Join('\n', some.Except(all))}");
            total += every.Runs;
            kept += fewer.Runs;
        }

        Assert.True(compared >= 10, $"{compared}");
        Assert.True(kept < total, $"{kept} of {total}");
    }

    [Theory]
    [MemberData(nameof(Bugs))]
    public void Programs_over_the_bugs_come_to_the_same(string name)
    {
        var code = Compiled.Weave(ClassicBug.Source(name), name + ".cs");
        Assert.False(code.Sites.IsOpaque);
        foreach (var type in new[] { name, name + "Fixed" })
        {
            foreach (var plan in new ProgramGenerator(MemberTable.Of(code.Assembly.GetType(type, throwOnError: true)!, out _)!, seed: 1).Programs().Where((_, index) => index is 0 or 1 or 20 or 21 or 40 or 60).Take(4))
                Compare(code, MemberTable.Of(code.Assembly.GetType(type)!, out _)!, plan);
        }
    }

    private static void Compare(WovenCode code, MemberTable table, ProgramPlan plan)
    {
        var (all, every) = Answers(code, table, plan, prunes: false);
        if (!every.IsExhaustive)
            return;
        var (some, fewer) = Answers(code, table, plan, prunes: true);
        Assert.True(fewer.IsExhaustive, plan.ToString());
        Assert.True(all.SetEquals(some), $"{plan}\nlost: {string.Join('\n', all.Except(some))}\nmade up: {string.Join('\n', some.Except(all))}");
    }

    // Answers, and whether they are explained. Which calls ended before which began is not compared: an interruption later than another leaves fewer orders.
    private static (HashSet<string> Met, ExplorationResult Result) Answers(WovenCode code, MemberTable table, ProgramPlan plan, bool prunes)
    {
        var met = new HashSet<string>(StringComparer.Ordinal);
        using var arena = new Arena(code.Sites, 5_000);
        var boundary = code.Sites.Add(new Site(SiteKind.Boundary, "call", "program", "", 0));
        var run = new ProgramRun(plan, table, code, boundary, [.. plan.Calls.Select(_ => boundary)]);
        var carrier = Carrier.OfCaller(arena);
        var specification = SequentialSpecification.Of(plan, plan.Orders(1_000)!, run, body => arena.Run(body, SwitchReplay.Default, carrier));
        var result = new Explorer(arena, new ExplorationOptions { MaxRuns = Most, Prunes = prunes, MaxShrinkRuns = 0 }).Explore(
            () =>
            {
                run.Together();
                met.Add(run.Outcome());
                if (!specification.Explains(run))
                    met.Add($"{run.Outcome()} unexplained");
            },
            end =>
            {
                met.Add($"{end.Kind} {run.Outcome()}");
                return true;
            },
            TestContext.Current.CancellationToken);
        return (met, result);
    }

    /// <summary>What a sample's one member answers under every schedule.</summary>
    internal static (HashSet<string> Met, ExplorationResult Result) Outcomes(string source, bool prunes, int most = Most)
    {
        var code = Compiled.Weave(source);
        var type = code.Assembly.GetType("Sample", throwOnError: true)!;
        var go = type.GetMethod("Go")!;
        var met = new HashSet<string>(StringComparer.Ordinal);
        using var arena = new Arena(code.Sites, 5_000);
        var result = new Explorer(arena, new ExplorationOptions { MaxRuns = most, Prunes = prunes, MaxShrinkRuns = 0 }).Explore(
            () =>
            {
                code.Reset();
                met.Add($"{go.Invoke(Activator.CreateInstance(type), BindingFlags.DoNotWrapExceptions, null, null, null)}");
            },
            end =>
            {
                met.Add($"{end.Kind} {end.Exception?.GetType().Name}");
                return true;
            },
            TestContext.Current.CancellationToken);
        return (met, result);
    }

    private static string Source(Random random)
    {
        var (threads, most) = random.Next(4) == 0 ? (3, 2) : (2, 4);
        var bodies = new[] { "first", "second", "third" }.Take(threads).Select((name, number) =>
            $"() => {{ int x = 0, y = 0; {string.Join(' ', Enumerable.Range(0, random.Next(2, most + 1)).Select(step => "{ " + string.Format(System.Globalization.CultureInfo.InvariantCulture, Steps[random.Next(Steps.Length)], number * 10 + step + 1) + " }"))} {name} = $\"{{x}} {{y}}\"; }}");
        return string.Format(System.Globalization.CultureInfo.InvariantCulture, Frame, string.Join(", ", bodies));
    }
}
