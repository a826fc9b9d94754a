-- A rate limit per key by GCRA: one number a key, the theoretical arrival time, in microseconds of the server's clock.
-- {schema} stands for the quoted name of the schema.
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

-- Forgets keys that are full again: forgetting them cannot be noticed. A batch at a time, for no lock is to be held long.
create or replace function {schema}.sweep(p_most int) returns bigint language sql as $$
    with swept as (
        delete from {schema}.bucket where key in (
            select key from {schema}.bucket
            where arrival <= floor(extract(epoch from clock_timestamp()) * 1000000)::bigint
            order by arrival limit p_most for update skip locked)
        returning 1)
    select count(*) from swept
$$;
