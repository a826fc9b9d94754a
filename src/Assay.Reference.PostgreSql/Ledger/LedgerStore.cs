using System.Collections.Immutable;
using System.Data;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Assay.Reference.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Assay.Reference.PostgreSql.Ledger;

/// <summary>The statements of the ledger: one call a batch, and reads.</summary>
internal sealed class LedgerStore(NpgsqlDataSource source, LostConnection lost, string schema, TimeProvider? clock)
{
    private const int Page = 1000;
    private const int LastCurrency = 26 * 26 * 26;

    private readonly string _schema = SqlScript.Quoted(schema);

    /// <summary>Executes a batch in one statement, which is one transaction: all of it is committed when this returns.</summary>
    public async Task<LedgerResult[]> ExecuteAsync(IReadOnlyList<WaitingRequest> batch, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            $"select statuses, sequences, from_balances, to_balances from {_schema}.execute($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)");
        command.Parameters.Add(Now());
        RequestColumns.Of(batch).AddTo(command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.Default, cancellationToken).ConfigureAwait(false);
        var isAnswered = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (batch.Count == 0)
            return [];
        var statuses = isAnswered ? reader.GetFieldValue<int[]>(0) : [];
        if (statuses.Length != batch.Count)
            throw new LedgerCorruptException($"The database answered {statuses.Length} of {batch.Count} requests.");
        var (sequences, from, to) = (reader.GetFieldValue<long[]>(1), reader.GetFieldValue<long[]>(2), reader.GetFieldValue<long[]>(3));
        return [.. statuses.Select((status, i) => new LedgerResult((LedgerStatus)status, sequences[i], from[i], to[i]))];
    }

    /// <summary>The instant at which the next reservation or scheduled request is due, in ticks; null when there is none.</summary>
    public async Task<long?> FirstDueAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand($"select min(due_at) from {_schema}.pending where state = 0 and due_at is not null");
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as long?;
    }

    /// <summary>Whether something is due that has not happened.</summary>
    public async Task<bool> HasDueAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            $"select exists (select 1 from {_schema}.pending where state = 0 and due_at <= coalesce($1, {_schema}.server_ticks()))");
        command.Parameters.Add(Now());
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    public async Task<AccountSnapshot?> FindAccountAsync(long account, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            $"select currency, minimum, maximum, posted, held_out, held_in, version, is_closed from {_schema}.account where id = $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = account });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            return new AccountSnapshot(
                account, Currency.OfNumber(reader.GetInt32(0)), new AccountBounds(reader.GetInt64(1), reader.GetInt64(2)),
                reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetBoolean(7));
        }

        // An account outside the ledger exists before anything came from it.
        return account is < 0 and >= -LastCurrency
            ? new AccountSnapshot(account, Currency.OfNumber((int)-account), AccountBounds.Unbounded, 0, 0, 0, 0, IsClosed: false)
            : null;
    }

    /// <summary>The events after a number, up to the last one at the call.</summary>
    public async IAsyncEnumerable<LedgerEvent> ReadAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = await lost.RetryAsync(HeadAsync, cancellationToken).ConfigureAwait(false);
        while (after < last)
        {
            var (first, until) = (after, Math.Min(last, after + Page));
            foreach (var recorded in await lost.RetryAsync(token => PageAsync(first, until, token), cancellationToken).ConfigureAwait(false))
                yield return recorded;
            after = until;
        }
    }

    private async Task<long> HeadAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand($"select sequence from {_schema}.head");
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private async Task<List<LedgerEvent>> PageAsync(long after, long until, CancellationToken cancellationToken)
    {
        var legs = await LegsAsync(after, until, cancellationToken).ConfigureAwait(false);
        return await EventsAsync(after, until, legs, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Dictionary<long, List<Leg>>> LegsAsync(long after, long until, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            $"""
            select sequence, number, from_account, to_account, currency, amount, from_balance, from_version, to_balance, to_version
            from {_schema}.leg where sequence > $1 and sequence <= $2 order by sequence, number
            """);
        AddRange(command, after, until);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var legs = new Dictionary<long, List<Leg>>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var posting = new Posting(reader.GetInt64(2), reader.GetInt64(3), new Money(reader.GetInt64(5), Currency.OfNumber(reader.GetInt32(4))));
            ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(legs, reader.GetInt64(0), out _);
            (list ??= []).Add(new Leg(reader.GetInt32(1), posting, reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9)));
        }

        return legs;
    }

    // What happens by itself is about the request that asked for it, whose own event holds its payload.
    private async Task<List<LedgerEvent>> EventsAsync(long after, long until, Dictionary<long, List<Leg>> legs, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            $"""
            select e.sequence, e.at, e.cause, e.key, e.status, coalesce(e.payload, asked.payload)
            from {_schema}.event e
            left join {_schema}.event asked on e.cause <> 0 and asked.key = e.key and asked.cause = 0
            where e.sequence > $1 and e.sequence <= $2 order by e.sequence
            """);
        AddRange(command, after, until);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var events = new List<LedgerEvent>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var request = RequestOf(RequestKey.Of(reader.GetGuid(3)), reader.GetFieldValue<byte[]>(5));
            events.Add(new LedgerEvent(
                reader.GetInt64(0), new DateTimeOffset(reader.GetInt64(1), TimeSpan.Zero), (EventCause)reader.GetInt16(2), request,
                (LedgerStatus)reader.GetInt16(4), legs.TryGetValue(reader.GetInt64(0), out var moved) ? [.. moved] : []));
        }

        return events;
    }

    private static LedgerRequest RequestOf(RequestKey key, byte[] payload)
    {
        var bytes = new CanonicalReader(payload);
        return RequestCodec.Read(ref bytes, key);
    }

    private static void AddRange(NpgsqlCommand command, long after, long until)
    {
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = until });
    }

    // Null lets the server's clock decide.
    private NpgsqlParameter Now() => new() { Value = clock?.GetUtcNow().UtcTicks ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint };
}
