namespace Assay.Exercises.Tests;

/// <summary>
/// How often a race is missed. Set ASSAY_MISS_ROUNDS to how many times each defect of a concurrency stage is to be run; without it each is run once, because every test run
/// holds each defect to twenty of twenty anyway.
/// </summary>
public sealed class MissTests
{
    // Long enough that slowness is not taken for a catch.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static TheoryData<string, string> Races =>
        [.. Exercise.All.SelectMany(exercise => exercise.Defects.Where(defect => defect.Stage == 4).Select(defect => (exercise.Id, defect.Name)))];

    [Theory, MemberData(nameof(Races))]
    public void No_round_misses_a_race(string id, string name)
    {
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("ASSAY_MISS_ROUNDS"), out var asked) ? asked : 1;
        var exercise = Exercise.All.Single(exercise => exercise.Id == id);
        var submission = Compiled.Defect(exercise, exercise.Defects.Single(defect => defect.Name == name));
        var caught = exercise.Stages[3].Checks.ToDictionary(check => check.Id, _ => 0);
        var misses = 0;
        for (var seed = 0; seed < rounds; seed++)
        {
            var catcher = exercise.Stages[3].Checks.FirstOrDefault(check => LocalCheck.Run(check, submission, seed, Patience) is not null);
            if (catcher is null)
                misses++;
            else
                caught[catcher.Id]++;
        }

        var by = string.Join(", ", caught.Where(pair => pair.Value > 0).Select(pair => $"{pair.Key} {pair.Value}"));
        TestContext.Current.TestOutputHelper!.WriteLine($"{id} {name}: {misses} of {rounds} missed; caught by {by}");
        Assert.Equal(0, misses);
    }
}
