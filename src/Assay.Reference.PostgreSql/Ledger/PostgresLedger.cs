using Assay.Reference.Ledger;
using Npgsql;

namespace Assay.Reference.PostgreSql.Ledger;

/// <summary>
/// A ledger whose accounts, events and answers are tables of a PostgreSQL database. Any number of processes may share it. Requests that
/// arrive while a commit is under way share the next one, so a commit costs each of them a fraction.
/// </summary>
/// <remarks>
/// An answer is given only after the commit. When the connection is lost in between, the batch is sent again: its keys make that harmless,
/// whether the first attempt was committed or not. All writers take one lock for the length of one statement; see the script.
/// </remarks>
public sealed class PostgresLedger : ILedger
{
    private static readonly string[] s_scripts = ["ledger.sql", "ledger-requests.sql", "ledger-batches.sql"];

    private readonly LedgerStore _store;
    private readonly LostConnection _lost;
    private readonly GroupCommit _commits;

    /// <summary>Creates a ledger over the tables that <see cref="CreateSchemaAsync"/> made.</summary>
    /// <param name="source">The database; not disposed with the ledger. One connection of it is used for requests, more for reads.</param>
    /// <param name="options">Limits and clock; the default when null.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public PostgresLedger(NpgsqlDataSource source, PostgresLedgerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new PostgresLedgerOptions();
        options.Validate();
        _lost = new LostConnection(options);
        _store = new LedgerStore(source, _lost, options.Schema, options.Clock);
        _commits = new GroupCommit(_store, _lost, options);
    }

    /// <summary>Makes the tables and functions, or brings the functions up to date. Safe to run in every process at its start.</summary>
    /// <param name="source">The database.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When they are there.</returns>
    public static Task CreateSchemaAsync(NpgsqlDataSource source, string schema = "assay_ledger", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(schema);
        return SqlScript.RunAsync(source, schema, cancellationToken, s_scripts);
    }

    /// <inheritdoc/>
    /// <exception cref="LedgerUnavailableException">The database could not be reached in time; the outcome is unknown.</exception>
    public async ValueTask<LedgerResult> ExecuteAsync(LedgerRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_commits.IsStopped, this);
        if (request.Key == default)
            return LedgerResult.Unrecorded(LedgerStatus.InvalidKey);
        var waiting = WaitingRequest.Of(request, cancellationToken);
        if (_commits.TryAdd(waiting))
            return await waiting.Answer.ConfigureAwait(false);
        ObjectDisposedException.ThrowIf(_commits.IsStopped, this);
        return LedgerResult.Unrecorded(LedgerStatus.Overloaded);
    }

    /// <inheritdoc/>
    /// <remarks>Tried again like a request when the connection is lost: reading twice, and letting happen what is due, changes nothing.</remarks>
    /// <exception cref="LedgerUnavailableException">The database could not be reached in time.</exception>
    public async ValueTask<AccountSnapshot?> FindAccountAsync(long account, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_commits.IsStopped, this);
        return await _lost.RetryAsync(token => FindOnceAsync(account, token), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>Read in pages, each tried again when the connection is lost.</remarks>
    /// <exception cref="LedgerUnavailableException">The database could not be reached in time.</exception>
    public IAsyncEnumerable<LedgerEvent> ReadEventsAsync(long after = 0, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        return _store.ReadAsync(after, cancellationToken);
    }

    /// <summary>Answers what waits, then ends. What is due meanwhile happens when another process or the next start finds it.</summary>
    /// <returns>When the last commit is done.</returns>
    public ValueTask DisposeAsync() => _commits.DisposeAsync();

    private async Task<AccountSnapshot?> FindOnceAsync(long account, CancellationToken cancellationToken)
    {
        if (await _store.HasDueAsync(cancellationToken).ConfigureAwait(false))
            await _store.ExecuteAsync([], cancellationToken).ConfigureAwait(false);
        return await _store.FindAccountAsync(account, cancellationToken).ConfigureAwait(false);
    }
}
