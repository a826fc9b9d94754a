-- A rate limit per key by GCRA: one number a key, the theoretical arrival time, in microseconds of the server's clock.
-- The word in braces stands for the quoted name of the schema.
--
-- Unlogged: after a crash of the server every key starts full, which admits at most one burst a key too many.

create schema if not exists {schema};

create unlogged table if not exists {schema}.bucket (
    key bytea primary key,
    arrival bigint not null
) with (fillfactor = 50);
create index if not exists bucket_arrival on {schema}.bucket (arrival);

-- Takes permits worth p_cost microseconds, or answers how many microseconds are missing (0 when they were taken).
--
-- One statement decides and writes, under the row's lock. The instant is read before a wait for that lock, so that a request that
-- had to wait is judged a little too strictly, never too leniently.
create or replace function {schema}.acquire(p_key bytea, p_cost bigint, p_burst bigint, out missing bigint, out remaining bigint) language plpgsql as $$
declare
    instant bigint := floor(extract(epoch from clock_timestamp()) * 1000000)::bigint;
    before bigint;
begin
    insert into {schema}.bucket as b (key, arrival) values (p_key, instant + p_cost)
    on conflict (key) do update set arrival = greatest(b.arrival, instant) + p_cost
        where greatest(b.arrival, instant) + p_cost - instant <= p_burst
    returning b.arrival into before;
    if found then
        missing := 0;
        remaining := p_burst - (before - instant);
        return;
    end if;
    -- Refused, and nothing was written.
    select greatest(b.arrival, instant) into before from {schema}.bucket b where b.key = p_key;
    before := coalesce(before, instant);
    missing := greatest(before + p_cost - instant - p_burst, 1);
    remaining := p_burst - (before - instant);
end
$$;

-- Forgets keys that are full again: forgetting them cannot be noticed. A batch at a time, for no lock is to be held long. The instant is
-- that of the statement, which is one value: with one that is read anew for every row, the index could not tell where to stop.
create or replace function {schema}.sweep(p_most int) returns bigint language sql set enable_seqscan = off as $$
    with swept as (
        delete from {schema}.bucket where key = any (array(
            select key from {schema}.bucket
            where arrival <= floor(extract(epoch from statement_timestamp()) * 1000000)::bigint
            order by arrival limit p_most for update skip locked))
        returning 1)
    select count(*) from swept
$$;

-- Takes for a client as many permits as there are, from p_least to p_most or none, and gives back p_returned of an earlier lease first.
-- p_permits come back in p_period microseconds, and p_burst is in permits: what is left is compared as a fraction, a cost is rounded up
-- to the microsecond and what is given back down, so that rounding never adds up to a permit.
create or replace function {schema}.lease(
    p_key bytea, p_least int, p_most int, p_returned int, p_permits bigint, p_period bigint, p_burst bigint, out granted int, out missing bigint)
language plpgsql as $$
declare
    instant bigint := floor(extract(epoch from clock_timestamp()) * 1000000)::bigint;
    before bigint;
begin
    loop
        -- Locked until the commit: nobody else judges by the same arrival.
        select greatest(b.arrival - div(p_returned::numeric * p_period, p_permits)::bigint, instant) into before
        from {schema}.bucket b where b.key = p_key for update;
        exit when found;
        insert into {schema}.bucket (key, arrival) values (p_key, instant) on conflict do nothing;
    end loop;
    granted := least(p_most, floor(((instant - before)::numeric * p_permits + p_burst::numeric * p_period) / p_period));
    missing := 0;
    if granted < p_least then
        granted := 0;
        missing := greatest(before - instant + ceil((p_least - p_burst)::numeric * p_period / p_permits)::bigint, 1);
    end if;
    if granted > 0 or p_returned > 0 then
        update {schema}.bucket set arrival = before + ceil(granted::numeric * p_period / p_permits)::bigint where key = p_key;
    end if;
end
$$;

-- Leases for several keys in one statement. They are taken in the order of the keys: two clients that ask at once do not deadlock.
create or replace function {schema}.lease_all(
    p_keys bytea[], p_least int[], p_most int[], p_returned int[], p_permits bigint, p_period bigint, p_burst bigint, out granted int[], out missing bigint[])
language plpgsql as $$
declare
    asked record;
    answer record;
begin
    granted := array_fill(0, array[cardinality(p_keys)]);
    missing := array_fill(0::bigint, array[cardinality(p_keys)]);
    for asked in select * from unnest(p_keys, p_least, p_most, p_returned) with ordinality as u(key, fewest, most, returned, n) order by key, n loop
        select * into answer from {schema}.lease(asked.key, asked.fewest, asked.most, asked.returned, p_permits, p_period, p_burst);
        granted[asked.n] := answer.granted;
        missing[asked.n] := answer.missing;
    end loop;
end
$$;

-- Gives back what clients did not use. The rows are locked in the order of their keys: two clients that give back at once do not deadlock.
create or replace function {schema}.give_back(p_keys bytea[], p_returned int[], p_permits bigint, p_period bigint) returns void language sql as $$
    with given as (
        select b.key from {schema}.bucket b where b.key = any (p_keys) order by b.key for update
    )
    update {schema}.bucket b set arrival = b.arrival - div(r.permits::numeric * p_period, p_permits)::bigint
    from given, unnest(p_keys, p_returned) as r(key, permits)
    where b.key = given.key and r.key = given.key
$$;
