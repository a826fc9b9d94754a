namespace Assay.Reference.Ledger;

/// <summary>
/// A double-entry ledger. Requests take effect one after the other, in the order of the events (linearizable), each key at most once.
/// Safe for concurrent use.
/// </summary>
public interface ILedger : IAsyncDisposable
{
    /// <summary>Carries out a request, or answers what it was answered before under its key.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">
    /// Keeps a request from starting. Whoever gives up afterwards does not know the outcome, and learns it by repeating the request.
    /// </param>
    /// <returns>
    /// The outcome. A repetition that arrives while the first attempt runs waits for it; one with another payload is
    /// <see cref="LedgerStatus.KeyConflict"/>.
    /// </returns>
    /// <exception cref="ObjectDisposedException">The ledger is disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the request started.</exception>
    ValueTask<LedgerResult> ExecuteAsync(LedgerRequest request, CancellationToken cancellationToken = default);

    /// <summary>Looks an account up.</summary>
    /// <param name="account">Its number.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The account between two events, or null when there is none.</returns>
    /// <exception cref="ObjectDisposedException">The ledger is disposed.</exception>
    ValueTask<AccountSnapshot?> FindAccountAsync(long account, CancellationToken cancellationToken = default);

    /// <summary>Reads the events so far, in order.</summary>
    /// <param name="after">The sequence number after which to begin; zero for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The events that were recorded when reading began.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="after"/> is negative.</exception>
    IAsyncEnumerable<LedgerEvent> ReadEventsAsync(long after = 0, CancellationToken cancellationToken = default);
}
