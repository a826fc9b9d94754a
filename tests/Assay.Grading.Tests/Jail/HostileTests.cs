using System.Text.Json;
using Assay.Contracts;
using Assay.Exercises;
using Assay.Grading.Exercising;
using Assay.Grading.Jail;
using Assay.Grading.Score;
using Assay.Grading.Tests.Batch;
using Assay.Grading.Tests.Report;
using Assay.TestKit;

namespace Assay.Grading.Tests.Jail;

/// <summary>Every attack of the corpus that reaches the jail, run for real: it ends with its verdict, and nothing of it is left.</summary>
public sealed class HostileTests : IDisposable
{
    private static readonly string[] EarlierRooms = ["COMPILE", "COMPILE-DOS", "REJECTED-ARCHIVE", "FINDING", "CONTRACT"];

    private readonly JailLauncher _launcher = Isolation.Choose("strong", new JailLimits { Idle = TimeSpan.FromSeconds(1), RequestCpu = TimeSpan.FromSeconds(1) });

    public static TheoryData<string> Attacks =>
    [
        .. Directory.GetDirectories(Corpus).Select(folder => Path.GetFileName(folder)!).Where(name => !EarlierRooms.Contains(Expected(name).Verdict)).Order(StringComparer.Ordinal),
    ];

    private static string Corpus => Path.Combine(TestReferences.RepositoryRoot, "samples", "submissions", "hostile");

    public void Dispose() => _launcher.Dispose();

    [Theory]
    [MemberData(nameof(Attacks))]
    public void It_ends_with_its_verdict(string attack)
    {
        var expected = Expected(attack);
        var source = string.Join('\n', Directory.GetFiles(Path.Combine(Corpus, attack), "*.cs").Select(File.ReadAllText));

        var (checks, _) = new StageRunner(_launcher, expected.Exercise switch { "ledger" => new OneHistory(), "cache" => new OneLoad(), _ => new OneCall() }, seed: 1).Run(Compiled.Assembly(source), TestContext.Current.CancellationToken);

        ResultSchemaTests.AssertValid(Scorer.Scored(Samples.Ungraded(attack, []) with { Checks = checks }, Rubric.Of(Samples.Exercise("rate-limiter"))));
        var cause = checks[0].Cause;
        Assert.NotNull(cause);
        Assert.All(checks, check => Assert.DoesNotContain("ESCAPED", check.Cause?.Actual ?? "", StringComparison.Ordinal));
        Assert.True(expected.Verdict == cause.Verdict, $"expected {expected.Verdict}, got {cause}");
        Assert.Contains(expected.Says ?? "", cause.Actual + cause.What, StringComparison.Ordinal);
    }

    internal static (string Verdict, string? Says, string? Exercise) Expected(string attack)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Corpus, attack, "verdict.json")));
        return (document.RootElement.GetProperty("verdict").GetString()!, Text("says"), Text("exercise"));

        string? Text(string name) => document.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    /// <summary>The least that brings an attack to act.</summary>
    internal abstract class Least(Type contract) : Exercises.Exercise
    {
        public override string Id => "one-call";

        public override string Title => "One call";

        public override string Brief => "";

        public override Type Contract => contract;

        public override IReadOnlyList<Type> ConstructorParameters => All.Single(exercise => exercise.Contract == contract).ConstructorParameters;

        public override IReadOnlyList<Stage> Stages =>
        [
            new(1, "Call", [new Check("call", "A call is answered", Weight.Behaviour, Ask), new Check("again", "So is another", Weight.Behaviour, Ask)]),
        ];

        public override IReadOnlyList<Weight> Weights => [new(Weight.Behaviour, 100)];

        public override IReadOnlyList<SourceText> Reference => [];

        public override IReadOnlyList<SourceText> Starter => [];

        public override IReadOnlyList<PlantedDefect> Defects => [];

        protected abstract void Ask(Trial trial);
    }

    /// <summary>One call whose right answer no attack gives.</summary>
    internal sealed class OneCall() : Least(typeof(IRateLimiter))
    {
        protected override void Ask(Trial trial)
        {
            var limiter = trial.Create<IRateLimiter>(trial.Random.Next(50, 100), TimeSpan.FromSeconds(1));
            trial.True(limiter.TryAcquire($"key-{trial.Random.Next()}", 1).IsGranted, "the first permit", "granted", "refused");
        }
    }

    /// <summary>A list that is read, and read once more.</summary>
    private sealed class OneHistory() : Least(typeof(ILedger))
    {
        protected override void Ask(Trial trial)
        {
            var ledger = trial.Create<ILedger>();
            var history = ledger.History(trial.Random.Next(1, 100))!;
            trial.Equal(history.Count, trial.Subject.ReadAgain(history).Count, "entries when read again");
        }
    }

    /// <summary>Calls that call back.</summary>
    private sealed class OneLoad() : Least(typeof(ICache))
    {
        protected override void Ask(Trial trial)
        {
            var cache = trial.Create<ICache>(1, TimeSpan.FromHours(1), (Action<string, string>)((_, _) => { }));
            cache.Set("key", "value");
            trial.Equal("other", Exercises.Cache.Loading.Of(cache.GetOrLoadAsync("other", async (key, _) =>
            {
                await Task.Yield();
                return key;
            }, default)), "what is loaded");
        }
    }
}
