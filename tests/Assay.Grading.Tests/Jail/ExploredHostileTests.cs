using Assay.Contracts;
using Assay.Exercises;
using Assay.Grading.Exercising;
using Assay.Grading.Jail;
using Assay.TestKit;

namespace Assay.Grading.Tests.Jail;

/// <summary>Attacks whose code is woven and explored: each ends in a verdict, none passes, and the grader goes on.</summary>
public sealed class ExploredHostileTests : IDisposable
{
    // Attacks that are of no account to exploration, for they never come to a call, are run by HostileTests alone.
    private static readonly string[] FromTheCorpus =
    [
        "busy-loop", "sleep-for-ever", "deadlock", "three-thousand-threads", "managed-memory-bomb", "native-memory-bomb", "stack-overflow", "starves-the-pool",
        "type-initializer-hangs", "type-initializer-throws", "unhandled-on-thread", "exit-zero", "fail-fast", "message-that-throws", "foreground-thread",
    ];

    private readonly JailLauncher _launcher = Isolation.Choose("strong", new JailLimits { Idle = TimeSpan.FromSeconds(1), RequestCpu = TimeSpan.FromSeconds(1) });

    /// <summary>The body of TryAcquire, members beside it, and what the cause must say.</summary>
    public static TheoryData<string, string, string, string> Attacks => new()
    {
        { "an endless loop", "while (true) { }", "", "" },
        { "a spin that nobody ends", "while (!_set) { } return Granted;", "volatile bool _set;", "" },
        { "threads without end", "while (true) new Thread(() => { }).Start();", "", "" },
        { "threads of the type initialiser's", "lock (S.Gate) return Granted;", "static class S { public static readonly object Gate = new(); static S() { var ready = false; new Thread(() => { lock (Gate) { Volatile.Write(ref ready, true); Thread.Sleep(Timeout.Infinite); } }).Start(); while (!Volatile.Read(ref ready)) Thread.Yield(); } }", "" },
        { "allocation without end", "var all = new List<byte[]>(); while (true) all.Add(new byte[1 << 20]);", "", "" },
        { "a wait outside of the run", "using var never = new EventWaitHandle(false, EventResetMode.ManualReset); WaitHandle.WaitAny([never]); return Granted;", "", "" },
        { "a thread that waits for itself", "Thread.CurrentThread.Join(); return Granted;", "", "" },
        { "throwing on every lane", "throw new InvalidTimeZoneException();", "", "InvalidTimeZoneException" },
        { "catching the end of a run", "while (true) try { lock (_gate) lock (new object()) { } } catch (Exception) { } finally { _n++; }", "readonly object _gate = new(); int _n;", "" },
        {
            "taking its thread out of the explorer's hold",
            "foreach (var type in Type.GetType(\"Assay.Verify.Exploration.Arena, Assay.Verify\") is { } arena ? new[] { arena } : []) type.GetField(\"t_lane\", System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!.SetValue(null, null); return Granted;",
            "", "hold"
        },
        {
            "ending the run from inside",
            "if (Type.GetType(\"Assay.Verify.Exploration.RunEndedException, Assay.Verify\") is { } type) throw (Exception)Activator.CreateInstance(type, true)!; throw new InvalidOperationException();",
            "", ""
        },
    };

    public static TheoryData<string> Corpus => [.. FromTheCorpus];

    public void Dispose() => _launcher.Dispose();

    [Theory, MemberData(nameof(Attacks))]
    public void An_attack_on_the_explorer_has_a_verdict(string what, string body, string members, string says)
    {
        var cause = Cause(Source(body, members));

        Assert.True(cause is not null, $"{what} passes");
        Assert.NotEqual("INFRA", cause.Verdict);
        Assert.Contains(says, cause.What + cause.Actual, StringComparison.Ordinal);
        Assert.Null(Cause(Source("return Granted;", "")));
    }

    [Theory, MemberData(nameof(Corpus))]
    public void An_attack_of_the_corpus_has_a_verdict_when_it_is_explored(string attack)
    {
        var folder = Path.Combine(TestReferences.RepositoryRoot, "samples", "submissions", "hostile", attack);
        var cause = Cause(string.Join('\n', Directory.GetFiles(folder, "*.cs").Select(File.ReadAllText)));

        Assert.NotNull(cause);
        Assert.NotEqual("INFRA", cause.Verdict);
        Assert.DoesNotContain("ESCAPED", cause.Actual ?? "", StringComparison.Ordinal);
        // What exploration finds out by itself is a wrong answer, and running an attack many times may take more time than once; everything else ends as it does with real threads.
        Assert.Contains(cause.Verdict, new[] { "WA", "TLE-cpu", "TLE-wall", HostileTests.Expected(attack).Verdict });
    }

    private CauseRecord? Cause(string source)
    {
        var (assembly, woven) = Compiled.Woven(source);
        var (checks, _) = new StageRunner(_launcher, new TwoCalls(), seed: 1, woven).Run(assembly, TestContext.Current.CancellationToken);
        return checks[0].Cause;
    }

    private static string Source(string body, string members) => $$"""
        public sealed class Limiter(int capacity, TimeSpan interval, TimeProvider clock) : IRateLimiter
        {
            {{members}}
            private RateDecision Granted => new(true, capacity + (clock is null ? 1 : 0), interval - interval);
            public RateDecision TryAcquire(string key, int permits) { {{body}} }
            public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits) => Granted;
            public int Available(string key) => 1;
            public void RemoveIdle() { }
            public int CountKeys() => 0;
        }
        """;

    /// <summary>Two calls on two threads, explored; with real threads where that cannot be. An attack is never granted.</summary>
    private sealed class TwoCalls : Exercises.Exercise
    {
        public override string Id => "two-calls";

        public override string Title => "Two calls";

        public override string Brief => "";

        public override Type Contract => typeof(IRateLimiter);

        public override IReadOnlyList<Type> ConstructorParameters => [typeof(int), typeof(TimeSpan), typeof(TimeProvider)];

        public override IReadOnlyList<Stage> Stages => [new(1, "Calls", [new Check("calls", "Two calls are granted", Weight.Behaviour, trial => Exploring.Run(trial, Explore, Ask))])];

        public override IReadOnlyList<Weight> Weights => [new(Weight.Behaviour, 100)];

        public override IReadOnlyList<SourceText> Reference => [];

        public override IReadOnlyList<SourceText> Starter => [];

        public override IReadOnlyList<PlantedDefect> Defects => [];

        private static void Explore(Trial trial, Exploring exploring)
        {
            var take = Call.Of<IRateLimiter, RateDecision>(limiter => limiter.TryAcquire("a", 1));
            exploring.Require(new ExploredProgram(typeof(IRateLimiter), [50, TimeSpan.FromSeconds(1)], [], [[take], [take]], []), outcome => Judge(trial, outcome.History));
        }

        private static void Ask(Trial trial)
        {
            var limiter = trial.Create<IRateLimiter>(50, TimeSpan.FromSeconds(1));
            var take = Call.On(limiter, one => one.TryAcquire("a", 1));
            Judge(trial, trial.Subject.RunTogether([take], [take]));
        }

        private static void Judge(Trial trial, Verify.History<Call, Answer> history) =>
            trial.Equal(2, history.NoneThrown().AnswersOf<RateDecision>(_ => true).Count(decision => decision.IsGranted), "granted calls");
    }
}
