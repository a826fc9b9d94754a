using Npgsql;

namespace Assay.Reference.PostgreSql.Ledger;

/// <summary>What to do when the database cannot be reached: try again, with growing waits, until the time is over.</summary>
internal sealed class LostConnection(PostgresLedgerOptions options)
{
    private static readonly TimeSpan s_longestRetryDelay = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _clock = options.Clock ?? TimeProvider.System;

    /// <summary>Does what can be done twice until it is done once.</summary>
    /// <exception cref="LedgerUnavailableException">The time is over; the last attempt may have been carried out.</exception>
    public async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        var since = _clock.GetTimestamp();
        for (var delay = options.FirstRetryDelay; ; delay = delay * 2 < s_longestRetryDelay ? delay * 2 : s_longestRetryDelay)
        {
            try
            {
                return await attempt(cancellationToken).ConfigureAwait(false);
            }
            catch (NpgsqlException exception) when (IsLost(exception))
            {
                if (_clock.GetElapsedTime(since) + delay > options.RetryFor)
                    throw new LedgerUnavailableException($"The database could not be reached within {options.RetryFor}.", exception);
            }

            await Task.Delay(delay, _clock, cancellationToken).ConfigureAwait(false);
        }
    }

    // Broken or refused connections, and servers that are shutting down (57P01, 57P02) or starting up (57P03).
    private static bool IsLost(NpgsqlException exception) => exception switch
    {
        PostgresException { SqlState: "57P01" or "57P02" or "57P03" } => true,
        PostgresException { SqlState: var state } => state.StartsWith("08", StringComparison.Ordinal),
        _ => true,
    };
}
