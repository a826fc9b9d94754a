-- A cache that several processes share. The word in braces stands for the quoted name of the schema.
--
-- Unlogged: after a crash of the server everything is a miss. Every write takes a version, and so does every load before it reads its
-- source; what is older never replaces what is newer. A removed key stays as a row without a payload, so that a load that began
-- before the removal finds out that its value is not wanted any more. Rows are therefore swept only some time after their end.

create schema if not exists {schema};

create unlogged table if not exists {schema}.entry (
    key bytea primary key,
    -- Null: removed.
    payload bytea,
    version bigint not null,
    expires timestamptz not null,
    -- What an idle timeout, in microseconds, never moves the expiry beyond.
    last_expiry timestamptz not null,
    idle bigint,
    tags text[] not null
);
create index if not exists entry_expires on {schema}.entry (expires);
create index if not exists entry_tags on {schema}.entry using gin (tags) where tags <> '{}';

-- Entries with the tag and a smaller version are out of date.
create unlogged table if not exists {schema}.removed_tag (
    tag text primary key,
    version bigint not null,
    at timestamptz not null
);

-- Another one after each crash of the server: a load that began before it may have missed a removal that was lost.
create unlogged table if not exists {schema}.epoch (
    is_only boolean primary key default true check (is_only),
    id uuid not null
);

create sequence if not exists {schema}.version;

-- How long after its beginning a load may store its value, and so how long the rows stay that could refuse it.
create or replace function {schema}.longest_load() returns interval language sql immutable as $$ select interval '5 minutes' $$;

create or replace function {schema}.next_version() returns bigint language sql volatile as $$ select nextval($name${schema}.version$name$) $$;

-- Unlogged rows are lost in a crash anyway: no commit waits for the disk. It lasts until the end of the transaction.
create or replace function {schema}.begin_write() returns void language sql volatile as $$ select set_config('synchronous_commit', 'off', true) $$;

-- Writes a row unless there is a newer one; p_life and p_idle are microseconds.
create or replace function {schema}.put(p_key bytea, p_payload bytea, p_version bigint, p_end timestamptz, p_life bigint, p_idle bigint, p_tags text[])
returns boolean language plpgsql as $$
declare
    instant timestamptz := clock_timestamp();
    last timestamptz := least(p_end, instant + p_life * interval '1 microsecond', instant + interval '100 years');
begin
    insert into {schema}.entry as e (key, payload, version, expires, last_expiry, idle, tags)
    values (p_key, p_payload, p_version, least(last, instant + p_idle * interval '1 microsecond'), last, p_idle, p_tags)
    on conflict (key) do update
        set payload = excluded.payload, version = excluded.version, expires = excluded.expires,
            last_expiry = excluded.last_expiry, idle = excluded.idle, tags = excluded.tags
        where e.version <= excluded.version;
    return found;
end
$$;

create or replace function {schema}.set_entry(p_key bytea, p_payload bytea, p_end timestamptz, p_life bigint, p_idle bigint, p_tags text[], p_channel text)
returns void language plpgsql as $$
begin
    perform {schema}.begin_write();
    perform {schema}.put(p_key, p_payload, {schema}.next_version(), p_end, p_life, p_idle, p_tags);
    perform pg_notify(p_channel, 'k' || encode(p_key, 'hex'));
end
$$;

create or replace function {schema}.remove_entry(p_key bytea, p_channel text) returns void language plpgsql as $$
begin
    perform {schema}.begin_write();
    perform {schema}.put(p_key, null, {schema}.next_version(), clock_timestamp(), null, null, '{}');
    perform pg_notify(p_channel, 'k' || encode(p_key, 'hex'));
end
$$;

create or replace function {schema}.remove_tag(p_tag text, p_channel text) returns void language plpgsql as $$
declare
    number bigint := {schema}.next_version();
begin
    perform {schema}.begin_write();
    insert into {schema}.removed_tag as t (tag, version, at) values (p_tag, number, clock_timestamp())
    on conflict (tag) do update set version = excluded.version, at = excluded.at where t.version < excluded.version;
    perform pg_notify(p_channel, 't' || encode(convert_to(p_tag, 'UTF8'), 'hex'));
end
$$;

-- What a load takes before it reads its source. The clock first: a removal that this load misses is then later than the instant.
create or replace function {schema}.begin_load(out epoch uuid, out version bigint, out at timestamptz) language plpgsql as $$
begin
    at := clock_timestamp();
    version := {schema}.next_version();
    select e.id into epoch from {schema}.epoch e;
    if not found then
        insert into {schema}.epoch (id) values (gen_random_uuid()) on conflict do nothing;
        select e.id into strict epoch from {schema}.epoch e;
    end if;
end
$$;

-- Stores what a load brought unless its key was written or removed since it began. Nobody is told: a first level that has the key has
-- loaded it as well, and after the same removals. A removed tag needs no look: the entry has the version of the load's beginning.
create or replace function {schema}.store_loaded(
    p_key bytea, p_payload bytea, p_life bigint, p_tags text[], p_epoch uuid, p_version bigint, p_at timestamptz)
returns boolean language plpgsql as $$
begin
    perform {schema}.begin_write();
    if not exists (select 1 from {schema}.epoch e where e.id = p_epoch) then
        return false;
    end if;
    if not {schema}.put(p_key, p_payload, p_version, null, p_life, null, p_tags) then
        return false;
    end if;
    -- Not before the row is written: what could have refused it was there until now, or is older than this allows.
    if clock_timestamp() > p_at + {schema}.longest_load() then
        raise exception 'The load took too long to be stored.' using errcode = 'AS001';
    end if;
    return true;
end
$$;

-- Takes expired rows out, and payloads that the removal of a tag has put out of date, so many at the most of each: no lock is held long.
create or replace function {schema}.sweep(p_most int) returns bigint language plpgsql as $$
declare
    instant timestamptz := clock_timestamp();
    expired bigint;
    outdated bigint;
begin
    perform {schema}.begin_write();
    delete from {schema}.entry where key in (
        select e.key from {schema}.entry e where e.expires < instant - {schema}.longest_load()
        order by e.expires limit p_most for update skip locked);
    get diagnostics expired = row_count;
    -- They stay as removed rows, for loads that are under way.
    update {schema}.entry set payload = null, tags = '{}', expires = instant, last_expiry = instant where key in (
        select e.key from {schema}.removed_tag t join {schema}.entry e on e.version < t.version
        where (e.tags <> '{}' and e.tags @> array[t.tag]) or (t.tag = '*' and e.payload is not null)
        limit p_most for update of e skip locked);
    get diagnostics outdated = row_count;
    delete from {schema}.removed_tag where tag in (
        select t.tag from {schema}.removed_tag t
        where t.at < instant - 2 * {schema}.longest_load() and not exists (
            select 1 from {schema}.entry e
            where e.version < t.version and ((e.tags <> '{}' and e.tags @> array[t.tag]) or (t.tag = '*' and e.payload is not null)))
        limit p_most for update skip locked);
    return expired + outdated;
end
$$;
