namespace Assay.Exercises.Cache;

/// <summary>Callers who do not wait for their load any more.</summary>
internal static class LeavingChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        Check("who-leaves-leaves-alone", "A caller who cancels is answered at once, and the load goes on for the others", LeavesAlone) with
        {
            Help = "Hand the loader a token of its own, and let each caller wait with task.WaitAsync(cancellationToken).",
        },
        Check("nobody-waits-nobody-loads", "When the last caller has left, the loader's token is cancelled, and who asks next loads anew", NobodyWaits) with
        {
            Help = "Count who waits for a load; the last who leaves cancels the loader's token and takes the load out of the running ones.",
        },
    ];

    private static Check Check(string id, string sentence, Action<Trial> run) => new(id, sentence, "Async", run) { Requires = [BaseStage.First] };

    // The one who began the load leaves, and one who joined it.
    private static void LeavesAlone(Trial trial)
    {
        LeavesAlone(trial, 0);
        LeavesAlone(trial, trial.Random.Next(1, 3));
    }

    private static void LeavesAlone(Trial trial, int leaver)
    {
        var shelf = Shelf.New(trial);
        var (key, value, loader) = (shelf.Key(), shelf.Value(), new Loader());
        using var leaves = new CancellationTokenSource();
        var tasks = Enumerable.Range(0, 3).Select(i => shelf.Cache.GetOrLoadAsync(key, loader.Run, i == leaver ? leaves.Token : default)).ToList();
        loader.Begun();
        trial.Equal(0, shelf.Cache.Count(), "entries while the only key is loaded");
        leaves.Cancel();
        ExpectCancelled(trial, tasks[leaver]);
        // Nobody is told that a token was not cancelled; what is asked and answered meanwhile gives that time.
        for (var question = 0; question < 20; question++)
            trial.Equal(0, shelf.Cache.Count(), "entries while the only key is loaded");
        trial.Equal(false, loader.IsCancelled, "whether the loader is cancelled for whom others still wait");
        loader.End(value);
        foreach (var task in tasks.Where((_, i) => i != leaver))
            trial.Equal(value, Loading.Of(task), "what those are answered who stayed");
        trial.Equal(value, shelf.Cache.Get(key), "the value after the load");
        trial.Equal(1, loader.Runs, "loaders run for one who left and two who stayed");
    }

    private static void NobodyWaits(Trial trial)
    {
        var shelf = Shelf.New(trial);
        var (key, abandoned, next) = (shelf.Key(), new Loader(), new Loader());
        using var leave = new CancellationTokenSource();
        var tasks = Enumerable.Range(0, 2).Select(_ => shelf.Cache.GetOrLoadAsync(key, abandoned.Run, leave.Token)).ToList();
        abandoned.Begun();
        trial.Equal(0, shelf.Cache.Count(), "entries while the only key is loaded");
        leave.Cancel();
        foreach (var task in tasks)
            ExpectCancelled(trial, task);
        abandoned.Cancelled("when nobody waits any more");
        var asked = shelf.Ask(key, next.Run);
        next.Begun("a key whose load was left by everybody, asked for again");
        // The first one does not heed its token.
        abandoned.End("too late");
        // Nobody is told when its end has been dealt with; what is asked after it and answered gives that time.
        for (var other = 0; other < 20; other++)
            Loading.Failure(shelf.Ask(shelf.Key(), (_, _) => Task.FromException<string>(new InvalidOperationException("no value"))));
        trial.Equal(null, shelf.Cache.Get(key), "the key after a load for which nobody waited");
        next.End("anew");
        trial.Equal("anew", Loading.Of(asked), "what is loaded after all callers of the load before had left");
        trial.Equal("anew", shelf.Cache.Get(key), "the key after both loads");
    }

    private static void ExpectCancelled(Trial trial, Task<string> task)
    {
        var thrown = Loading.Failure(task);
        trial.True(thrown?.Is(typeof(OperationCanceledException)) == true, "what a caller gets who cancelled while he waited", "a cancelled task", thrown?.Message ?? "a value");
    }
}
