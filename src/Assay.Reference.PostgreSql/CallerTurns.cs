namespace Assay.Reference.PostgreSql;

/// <summary>
/// Gives callers that have just been answered the time to ask again. Without it the first of them goes into a statement of its own, and
/// the rest wait for the one after: two for what one can do.
/// </summary>
/// <remarks>
/// Turns of the thread pool are waited for, not a clock: a lone caller is not held up, and one that does not come again costs microseconds.
/// </remarks>
internal static class CallerTurns
{
    private const int MostIdle = 256;

    /// <summary>Waits until so many callers wait, or no more of them come.</summary>
    public static async Task UntilAsync(int expected, Func<int> waiting)
    {
        var seen = waiting();
        for (var idle = 0; idle < MostIdle && seen < expected; idle++)
        {
            await Task.Yield();
            if (waiting() is var now && now > seen)
                (seen, idle) = (now, 0);
        }
    }
}
