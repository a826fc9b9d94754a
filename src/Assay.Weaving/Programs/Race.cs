namespace Assay.Weaving.Programs;

/// <summary>Explores a type and watches over it: code that neither steps nor ends is told apart from code that is slow.</summary>
public static class Race
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    // So many looks without a step: the code waits for, or computes, something of its own.
    private const int PatientLooks = 8;

    /// <summary>Explores.</summary>
    /// <param name="code">The woven code.</param>
    /// <param name="type">The type, from the woven assembly.</param>
    /// <param name="options">How much to try.</param>
    /// <param name="budget">For how long; what was found clean by then is clean so far.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the exploration at once.</param>
    public static async Task<RaceVerdict> ExploreAsync(WovenCode code, Type type, RaceOptions options, TimeSpan budget, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(type);
        using var expiry = new CancellationTokenSource(budget, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        var explorer = new TypeExplorer(code, type, options);
        var done = new TaskCompletionSource<RaceVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        // A thread of its own, and in the background: code under test may hold it for ever, but not the process.
        new Thread(() => Explore(explorer, done, ending.Token), 16 << 20) { IsBackground = true, Name = "race" }.Start();
        var (last, looks) = (explorer.Progress, 0);
        while (await Task.WhenAny(done.Task, Task.Delay(Look, time, cancellationToken)).ConfigureAwait(false) != done.Task)
        {
            cancellationToken.ThrowIfCancellationRequested();
            looks = explorer.Progress == last ? looks + 1 : 0;
            last = explorer.Progress;
            if (looks == PatientLooks)
                return explorer.Stalled();
        }

        return await done.Task.ConfigureAwait(false);
    }

    private static void Explore(TypeExplorer explorer, TaskCompletionSource<RaceVerdict> done, CancellationToken cancellationToken)
    {
        try
        {
            done.SetResult(explorer.Explore(cancellationToken));
        }
        catch (Exception exception)
        {
            // Whoever waits gets it; this thread has no one above.
            done.SetException(exception);
        }
    }
}
