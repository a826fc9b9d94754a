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

        -- The most that a ledger of these tables could do: the rows of transfers, written as sets in one commit, with nothing decided.
        create table anchor.event (sequence bigint primary key, at bigint not null, key uuid not null unique, cause smallint not null, status smallint not null, payload bytea);
        create table anchor.leg (
            sequence bigint not null, from_account bigint not null, to_account bigint not null, amount bigint not null, from_balance bigint not null,
            from_version bigint not null, to_balance bigint not null, to_version bigint not null, number int not null, currency int not null, primary key (sequence, number));
        create table anchor.balance (id bigint primary key, posted bigint not null, version bigint not null) with (fillfactor = 50);
        insert into anchor.balance select i, 0, 0 from generate_series(1, 1000) i;
        create sequence anchor.number cache 512;
        create function anchor.write_rows(p_keys uuid[], p_accounts bigint[]) returns void language plpgsql as $$
        declare
            numbers bigint[];
        begin
            select array_agg(nextval('anchor.number')) into numbers from unnest(p_keys);
            insert into anchor.event select u.number, 0, u.key, 0, 0, '\x030100000001000000000000000200000000000000010000000000000003000000' from unnest(numbers, p_keys) as u(number, key);
            insert into anchor.leg select u.number, 1, 2, 1, -1, 1, 1, 1, 0, 3 from unnest(numbers) as u(number);
            update anchor.balance b set posted = posted + 1, version = version + 1 from unnest(p_accounts) as u(id) where b.id = u.id;
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

    public Task WriteRowsAsync(int transfers)
    {
        var accounts = Enumerable.Range(0, 2 * transfers).Select(_ => 1 + Random.Shared.NextInt64(1000)).Distinct().ToArray();
        var keys = Enumerable.Range(0, transfers).Select(_ => Guid.NewGuid()).ToArray();
        return RunAsync("select anchor.write_rows($1, $2)", new NpgsqlParameter<Guid[]> { TypedValue = keys }, new NpgsqlParameter<long[]> { TypedValue = accounts });
    }

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
