using Npgsql;

namespace Assay.Bench.Reference;

/// <summary>What an engineer would write over the same server without the reference components. Statements are prepared, as ours are.</summary>
internal sealed class PostgresAnchors(NpgsqlDataSource source)
{
    private const string Script =
        """
        create schema anchor;
        create table anchor.commit_only (id bigint generated always as identity primary key, amount bigint not null);

        create table anchor.account (id bigint primary key, balance bigint not null);
        create table anchor.transfer (key uuid primary key, from_account bigint not null, to_account bigint not null, amount bigint not null);
        insert into anchor.account select i, 1000000000 from generate_series(1, 1000) i;

        -- In the manner of pgledger: text keys in the order of time, entries with the balance before and after, one function a transfer.
        create table anchor.pg_account (
            id text primary key, balance numeric not null default 0, version bigint not null default 0,
            allow_negative boolean not null, allow_positive boolean not null, updated_at timestamptz not null default now());
        create table anchor.pg_transfer (
            id text primary key, from_account text not null references anchor.pg_account, to_account text not null references anchor.pg_account,
            amount numeric not null check (amount > 0), created_at timestamptz not null default now());
        create table anchor.pg_entry (
            id text primary key, account text not null references anchor.pg_account, transfer text not null references anchor.pg_transfer,
            amount numeric not null, previous numeric not null, balance numeric not null, version bigint not null, created_at timestamptz not null default now());
        create index on anchor.pg_transfer (from_account);
        create index on anchor.pg_transfer (to_account);
        create index on anchor.pg_entry (account);
        create index on anchor.pg_entry (transfer);
        insert into anchor.pg_account (id, allow_negative, allow_positive) select 'acct_' || lpad(i::text, 8, '0'), true, true from generate_series(1, 1000) i;

        create function anchor.new_id(p_kind text) returns text language sql volatile as $$
            select p_kind || '_' || lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || substr(replace(gen_random_uuid()::text, '-', ''), 1, 20)
        $$;
        create function anchor.create_transfer(p_from text, p_to text, p_amount numeric) returns text language plpgsql as $$
        declare
            transfer text := anchor.new_id('pglt');
            source anchor.pg_account;
            target anchor.pg_account;
        begin
            perform 1 from anchor.pg_account where id in (p_from, p_to) order by id for update;
            update anchor.pg_account set balance = balance - p_amount, version = version + 1, updated_at = now() where id = p_from returning * into strict source;
            update anchor.pg_account set balance = balance + p_amount, version = version + 1, updated_at = now() where id = p_to returning * into strict target;
            if (not source.allow_negative and source.balance < 0) or (not target.allow_positive and target.balance > 0) then
                raise exception 'out of bounds';
            end if;
            insert into anchor.pg_transfer (id, from_account, to_account, amount) values (transfer, p_from, p_to, p_amount);
            insert into anchor.pg_entry (id, account, transfer, amount, previous, balance, version) values
                (anchor.new_id('pgle'), p_from, transfer, -p_amount, source.balance + p_amount, source.balance, source.version),
                (anchor.new_id('pgle'), p_to, transfer, p_amount, target.balance - p_amount, target.balance, target.version);
            return transfer;
        end
        $$;

        create unlogged table anchor.bucket (key text primary key, tokens double precision not null, at timestamptz not null) with (fillfactor = 50);
        insert into anchor.bucket select 'key ' || i, 1000000, clock_timestamp() from generate_series(0, 63) i;

        create unlogged table anchor.cached (key text primary key, payload bytea not null, expires timestamptz not null);
        insert into anchor.cached select 'key ' || i, decode(repeat('ab', 1000), 'hex'), now() + interval '1 day' from generate_series(0, 999) i;
        """;

    public async Task CreateAsync()
    {
        await using var command = source.CreateCommand(Script);
        await command.ExecuteNonQueryAsync();
    }

    public Task CommitOnlyAsync() => RunAsync("insert into anchor.commit_only (amount) values ($1)", new NpgsqlParameter<long> { TypedValue = 1 });

    public Task PgTransferAsync(long from, long to) => RunAsync(
        "select anchor.create_transfer($1, $2, $3)",
        new NpgsqlParameter<string> { TypedValue = $"acct_{from:D8}" }, new NpgsqlParameter<string> { TypedValue = $"acct_{to:D8}" }, new NpgsqlParameter<decimal> { TypedValue = 1 });

    public async Task LockedTransferAsync(long from, long to)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var locks = new NpgsqlCommand("select id, balance from anchor.account where id in ($1, $2) order by id for update", connection, transaction))
        {
            locks.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
            locks.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to });
            await using var reader = await locks.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                if (reader.GetInt64(0) == from && reader.GetInt64(1) < 1)
                    throw new InvalidOperationException("The account is empty.");
            }
        }

        // The three writes in one round trip.
        await using var batch = new NpgsqlBatch(connection, transaction);
        Add(batch, "update anchor.account set balance = balance - 1 where id = $1", from);
        Add(batch, "update anchor.account set balance = balance + 1 where id = $1", to);
        Add(batch, "insert into anchor.transfer (from_account, to_account, key, amount) values ($1, $2, gen_random_uuid(), 1)", from, to);
        await batch.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    public async Task<bool> LockedPermitAsync(string key, double rate, double burst)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        double tokens;
        await using (var read = new NpgsqlCommand(
            "select least($2, tokens + $3 * extract(epoch from clock_timestamp() - at)::double precision) from anchor.bucket where key = $1 for update", connection, transaction))
        {
            read.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
            read.Parameters.Add(new NpgsqlParameter<double> { TypedValue = burst });
            read.Parameters.Add(new NpgsqlParameter<double> { TypedValue = rate });
            tokens = (double)(await read.ExecuteScalarAsync())!;
        }

        if (tokens < 1)
            return false;
        await using var write = new NpgsqlCommand("update anchor.bucket set tokens = $2, at = clock_timestamp() where key = $1", connection, transaction);
        write.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        write.Parameters.Add(new NpgsqlParameter<double> { TypedValue = tokens - 1 });
        await write.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
        return true;
    }

    public async Task<byte[]?> CachedAsync(string key)
    {
        await using var command = source.CreateCommand("select payload from anchor.cached where key = $1 and expires > now()");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        return (byte[]?)await command.ExecuteScalarAsync();
    }

    public Task CacheAsync(string key, byte[] payload) => RunAsync(
        "insert into anchor.cached values ($1, $2, now() + interval '1 day') on conflict (key) do update set payload = excluded.payload, expires = excluded.expires",
        new NpgsqlParameter<string> { TypedValue = key }, new NpgsqlParameter<byte[]> { TypedValue = payload });

    private static void Add(NpgsqlBatch batch, string text, params ReadOnlySpan<long> values)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = value });
        batch.BatchCommands.Add(command);
    }

    private async Task RunAsync(string text, params NpgsqlParameter[] parameters)
    {
        await using var command = source.CreateCommand(text);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync();
    }
}
