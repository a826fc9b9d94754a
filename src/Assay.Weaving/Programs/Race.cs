using Assay.Weaving.Observed;

namespace Assay.Weaving.Programs;

/// <summary>Explores a type and watches over it: code that neither steps nor ends is told apart from code that is slow.</summary>
public static class Race
{
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
        ArgumentNullException.ThrowIfNull(options);
        void Told(object? sender, EventArgs arguments) => options.ProcessEnds?.Invoke(explorer.Ended());
        AppDomain.CurrentDomain.ProcessExit += Told;
        try
        {
            // A thread of its own to watch from: it waits most of the time.
            return await Task.Factory.StartNew(
                () => StallWatch.TryRun(() => explorer.Explore(ending.Token), () => explorer.Progress, out var verdict, cancellationToken) ? verdict! : explorer.Stalled(),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            AppDomain.CurrentDomain.ProcessExit -= Told;
        }
    }
}
