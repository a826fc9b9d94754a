using Assay.Contracts;
using Assay.Verify;

namespace Assay.Exercises.Cache;

/// <summary>Stage four with real threads, for code that cannot be explored: long programs whose calls meet by chance.</summary>
internal static class ThreadedPrograms
{
    // Short windows need many meetings: of programs in which each call begins together with another one, how long they are, how many steps must meet, and how often they are run for it.
    private const int Rounds = 120;
    private const int LoadsMet = 200;
    private const int RemovalsMet = 3000;
    private const int ReadsMet = 800;
    private const int MostLoads = 20;
    private const int MostInStep = 100;

    // One key, loaded by two threads in the same moment, removed, loaded again, and so on.
    public static void RacingLoads(Trial trial) => Meetings.InStep(trial.Subject, LoadsMet, MostLoads, _ =>
    {
        var cache = trial.Create<ICache>(8, TimeSpan.FromHours(1), null);
        var key = $"k-{trial.Random.Next():x}";
        var runs = 0;
        Func<string, CancellationToken, Task<string>> loader = (asked, _) =>
        {
            var run = Interlocked.Increment(ref runs);
            // Longer than anybody waits for a lock, so that another loader would begin if it could.
            Thread.SpinWait(1500);
            return Task.FromResult($"{asked}!{run}");
        };
        var load = Call.On(cache, c => c.GetOrLoadAsync(key, loader, default));
        var lane = InTurn(load, Call.On(cache, c => c.Remove(key)));
        var history = trial.Subject.RunInStep(lane, lane).NoneThrown();
        trial.Equal(Rounds, runs, $"loaders run when two threads missed a key at the same time, {Rounds} times");
        var answers = history.Operations.Where(operation => operation.Input == load).Select(operation => operation.Result!.Value).Distinct();
        trial.Equal(Rounds, answers.Count(), "different values that were answered");
    });

    public static void StaysBounded(Trial trial) => Meetings.Repeat(1500, 60, _ =>
    {
        var capacity = trial.Random.Next(4, 12);
        var cache = trial.Create<ICache>(capacity, TimeSpan.FromHours(1), null);
        string[] keys = [.. Enumerable.Range(0, 3 * capacity).Select(i => $"k{i}-{trial.Random.Next():x}")];
        var count = Call.On(cache, c => c.Count());
        var sets = keys.Select(key => Call.On(cache, c => c.Set(key, key))).ToList();
        var gets = keys.Select(key => Call.On(cache, c => c.Get(key))).ToList();
        var removes = keys.Select(key => Call.On(cache, c => c.Remove(key))).ToList();
        var lanes = Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 150).Select(i => trial.Random.Next(8) switch
        {
            < 4 => sets[trial.Random.Next(keys.Length)],
            < 6 => gets[trial.Random.Next(keys.Length)],
            6 => removes[trial.Random.Next(keys.Length)],
            _ => count,
        }).ToList());
        var history = trial.Subject.RunTogether([.. lanes]).NoneThrown();
        foreach (var entries in history.AnswersOf<int>(call => call == count))
            trial.True(entries >= 0 && entries <= capacity, "entries while threads set and remove", $"0 to {capacity}", $"{entries}");
        foreach (var operation in history.Operations.Where(operation => gets.Contains(operation.Input) && operation.Result!.Value is not null))
            trial.Equal((string)operation.Input.Arguments[0]!, operation.Result!.Value as string, "the value of a key");
        // At rest everything must fit together again: what is counted is what can be read, and new entries find room.
        trial.Equal(keys.Count(key => cache.Get(key) is not null), cache.Count(), "entries counted after that, and entries that can be read");
        foreach (var key in keys)
            cache.Set(key, key);
        trial.Equal(capacity, keys.Count(key => cache.Get(key) is not null), "entries after more were set than there is room for");
        return history;
    });

    public static void CountsLoseNothing(Trial trial) => Meetings.InStep(trial.Subject, ReadsMet, MostInStep, _ =>
    {
        var cache = trial.Create<ICache>(8, TimeSpan.FromHours(1), null);
        cache.Set("here", "value");
        var lane = InTurn(Call.On(cache, c => c.Get("here")), Call.On(cache, c => c.Get("gone")));
        trial.Subject.RunInStep(lane, lane).NoneThrown();
        trial.Equal(new CacheCounts(2 * Rounds, 2 * Rounds, 0), cache.Counts(), $"the counts after {2 * Rounds} hits and {2 * Rounds} misses on two threads");
    });

    // One entry, removed by two threads in the same moment, set, removed again, and so on.
    public static void RemovalsHappenOnce(Trial trial) => Meetings.InStep(trial.Subject, RemovalsMet, MostInStep, _ =>
    {
        var cache = trial.Create<ICache>(8, TimeSpan.FromHours(1), null);
        var key = $"k-{trial.Random.Next():x}";
        var remove = Call.On(cache, c => c.Remove(key));
        var lane = InTurn(Call.On(cache, c => c.Set(key, "value")), remove);
        var history = trial.Subject.RunInStep(lane, lane).NoneThrown();
        trial.Equal(Rounds, history.AnswersOf<bool>(call => call == remove).Count(found => found), $"removals that found an entry when two threads removed one, {Rounds} times");
        trial.Equal(0, cache.Count(), "entries after that");
    });

    private static List<Call> InTurn(Call first, Call second) => [.. Enumerable.Range(0, 2 * Rounds).Select(i => i % 2 == 0 ? first : second)];

    public static void CallsAreLinearizable(Trial trial) => Meetings.Repeat(150, 30, _ =>
    {
        var capacity = trial.Random.Next(2, 4);
        var cache = trial.Create<ICache>(capacity, TimeSpan.FromHours(1), null);
        var value = 0;
        var history = trial.Subject.RunTogether([.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 6).Select(_ => Any(trial, cache, ref value)).ToList())]);
        Linear.Require(CacheModel.Of(capacity), history.NoneThrown());
        return history;
    });

    private static Call Any(Trial trial, ICache cache, ref int value)
    {
        var (key, text) = ($"k{trial.Random.Next(4)}", $"v{value++}");
        return trial.Random.Next(8) switch
        {
            < 3 => Call.On(cache, c => c.Set(key, text)),
            < 6 => Call.On(cache, c => c.Get(key)),
            6 => Call.On(cache, c => c.Remove(key)),
            _ => Call.On(cache, c => c.Count()),
        };
    }
}
