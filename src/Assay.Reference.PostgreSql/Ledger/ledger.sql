-- The ledger in PostgreSQL. {schema} stands for the quoted name of the schema that holds it.
--
-- One row, head, is locked first by everything that writes and held until the commit: events are numbered without gaps in the
-- order in which they become visible, and no other lock can be waited for, so nothing can deadlock. What makes that fast is
-- that one call carries a whole batch, and that a call is one statement: a lost client leaves no open transaction behind.
--
-- Instants are ticks of 100 ns since the year 1, amounts are minor units. Numbers of kinds, statuses and states are those of the
-- library and never change.

create schema if not exists {schema};

create table if not exists {schema}.head (
    is_only boolean primary key default true check (is_only),
    sequence bigint not null,
    at bigint not null
);
insert into {schema}.head (sequence, at) values (0, 0) on conflict do nothing;

-- Updated in place: half of every page is left free, so that a new version of a row needs no new index entry.
create table if not exists {schema}.account (
    id bigint primary key check (id <> 0),
    currency int not null,
    minimum bigint not null check (minimum <= 0),
    maximum bigint not null check (maximum >= 0),
    posted bigint not null default 0,
    held_out bigint not null default 0 check (held_out >= 0),
    held_in bigint not null default 0 check (held_in >= 0),
    version bigint not null default 0,
    is_closed boolean not null default false
) with (fillfactor = 50);

create table if not exists {schema}.event (
    sequence bigint primary key,
    at bigint not null,
    cause smallint not null,
    key uuid not null,
    status smallint not null,
    payload bytea
);

-- The answer to every key. Refusals are kept as well: what failed once under a key stays failed.
create table if not exists {schema}.request (
    key uuid primary key,
    hash uuid not null,
    kind smallint not null,
    status smallint not null,
    sequence bigint not null references {schema}.event,
    from_balance bigint not null,
    to_balance bigint not null
);

-- What a request moves, holds or has moved; reversed counts what later requests have moved back.
create table if not exists {schema}.posting (
    key uuid not null,
    number int not null,
    from_account bigint not null,
    to_account bigint not null,
    currency int not null,
    amount bigint not null,
    reversed bigint not null default 0 check (reversed between 0 and amount),
    primary key (key, number)
);

create table if not exists {schema}.pending (
    key uuid primary key,
    sequence bigint not null,
    is_reservation boolean not null,
    state smallint not null default 0,
    due_at bigint,
    has_moved boolean not null default false
);
create index if not exists pending_due on {schema}.pending (due_at, sequence) where state = 0 and due_at is not null;

create table if not exists {schema}.leg (
    sequence bigint not null references {schema}.event,
    number int not null,
    from_account bigint not null,
    to_account bigint not null,
    currency int not null,
    amount bigint not null check (amount > 0),
    from_balance bigint not null,
    from_version bigint not null,
    to_balance bigint not null,
    to_version bigint not null,
    primary key (sequence, number)
);

do $do$
begin
    if to_regtype('{schema}.move') is null then
        create type {schema}.move as (number int, from_account bigint, to_account bigint, currency int, amount bigint);
    end if;
end
$do$;

-- Every entry of every account: each leg is two.
create or replace view {schema}.entry as
    select from_account as account, from_version as version, sequence, number, currency, -amount as change, from_balance as balance from {schema}.leg
    union all
    select to_account, to_version, sequence, number, currency, amount, to_balance from {schema}.leg;

-- Whatever is wrong; empty always. A balance is the sum of its entries, its version is their count, each entry follows the one
-- before, bounds hold, and the balances of a currency sum to zero.
create or replace view {schema}.violation as
    select a.id as account, 'balance is not the sum of the entries' as problem
    from {schema}.account a
    left join (select account, sum(change) as total, count(*) as entries from {schema}.entry group by account) e on e.account = a.id
    where a.posted <> coalesce(e.total, 0) or a.version <> coalesce(e.entries, 0)
    union all
    select account, 'an entry does not follow the one before'
    from (select account, version, change, balance,
                 lag(balance, 1, 0::bigint) over chain as balance_before, lag(version, 1, 0::bigint) over chain as version_before
          from {schema}.entry window chain as (partition by account order by version)) e
    where balance <> balance_before + change or version <> version_before + 1
    union all
    select id, 'a bound does not hold' from {schema}.account
    where posted - held_out < minimum or posted + held_in > maximum
    union all
    select -currency, 'the currency does not sum to zero' from {schema}.account group by currency having sum(posted) <> 0
    union all
    select null, 'the events have a gap' from {schema}.head h, (select count(*) as events, coalesce(max(sequence), 0) as last from {schema}.event) e
    where h.sequence <> e.events or h.sequence <> e.last
    union all
    select p.from_account, 'held money has no open reservation'
    from (select a.id as from_account, a.held_out, a.held_in,
                 (select coalesce(sum(p.amount), 0) from {schema}.posting p join {schema}.pending o using (key) where o.is_reservation and o.state = 0 and p.from_account = a.id) as open_out,
                 (select coalesce(sum(p.amount), 0) from {schema}.posting p join {schema}.pending o using (key) where o.is_reservation and o.state = 0 and p.to_account = a.id) as open_in
          from {schema}.account a) p
    where p.held_out <> p.open_out or p.held_in <> p.open_in;

-- The postings of a request as moves, in order.
create or replace function {schema}.moves_of(p_key uuid) returns {schema}.move[] language sql stable as $$
    select coalesce(array_agg(row(number, from_account, to_account, currency, amount)::{schema}.move order by number), '{}')
    from {schema}.posting where key = p_key
$$;

create or replace function {schema}.moves_in(p_postings jsonb) returns {schema}.move[] language sql immutable as $$
    select coalesce(array_agg(row(p.number - 1, (p.value ->> 0)::bigint, (p.value ->> 1)::bigint, (p.value ->> 2)::int, (p.value ->> 3)::bigint)::{schema}.move order by p.number), '{}')
    from jsonb_array_elements(p_postings) with ordinality as p(value, number)
$$;

-- Makes the accounts outside the ledger that are asked for: one a currency, without bounds.
create or replace function {schema}.make_external(p_moves {schema}.move[]) returns void language sql as $$
    insert into {schema}.account (id, currency, minimum, maximum)
    select distinct side.id, -side.id, -4611686018427387903, 4611686018427387903
    from unnest(p_moves) m, lateral (values (m.from_account), (m.to_account)) as side(id)
    where side.id between -17576 and -1
    on conflict do nothing
$$;

-- Whether the accounts exist and hold the moves' currency: 13, 14 or 0.
create or replace function {schema}.check_accounts(p_moves {schema}.move[]) returns int language sql stable as $$
    select case when bool_or(a.id is null) then 13 when bool_or(a.currency <> m.currency) then 14 else 0 end
    from unnest(p_moves) m cross join lateral (values (m.from_account), (m.to_account)) as side(id)
    left join {schema}.account a on a.id = side.id
$$;

-- Whether accounts are open and have room: 26, 28, 29 or 0. A reservation's sides are judged apart, for either can be posted
-- in part or not at all; of a posting only the sum counts.
create or replace function {schema}.check_room(p_moves {schema}.move[], p_is_reservation boolean) returns int language sql stable as $$
    with side as (
        select from_account as id, -amount as change from unnest(p_moves)
        union all
        select to_account, amount from unnest(p_moves)
    ), change as (
        select id,
               case when p_is_reservation then sum(least(change, 0)) else sum(change) end as below,
               case when p_is_reservation then sum(greatest(change, 0)) else sum(change) end as above
        from side group by id
    )
    select case
        when bool_or(a.is_closed) then 26
        when bool_or(c.below < 0 and a.posted - a.held_out + c.below < a.minimum) then 28
        when bool_or(c.above > 0 and a.posted + a.held_in + c.above > a.maximum) then 29
        else 0 end
    from change c join {schema}.account a using (id)
$$;

create or replace function {schema}.hold(p_key uuid, p_sign int) returns void language sql as $$
    with side as (
        select from_account as id, amount as leaving, 0::bigint as coming from {schema}.posting where key = p_key
        union all
        select to_account, 0, amount from {schema}.posting where key = p_key
    ), change as (
        select id, sum(leaving)::bigint as leaving, sum(coming)::bigint as coming from side group by id
    )
    update {schema}.account a set held_out = a.held_out + p_sign * c.leaving, held_in = a.held_in + p_sign * c.coming
    from change c where a.id = c.id
$$;

-- Moves money leg by leg, and answers the balances of the first.
create or replace function {schema}.enter(p_sequence bigint, p_moves {schema}.move[], out from_balance bigint, out to_balance bigint) language plpgsql as $$
declare
    m {schema}.move;
    from_now record;
    to_now record;
    is_first boolean := true;
begin
    from_balance := 0;
    to_balance := 0;
    foreach m in array p_moves loop
        continue when m.amount = 0;
        update {schema}.account set posted = posted - m.amount, version = version + 1 where id = m.from_account returning posted, version into strict from_now;
        update {schema}.account set posted = posted + m.amount, version = version + 1 where id = m.to_account returning posted, version into strict to_now;
        insert into {schema}.leg values (p_sequence, m.number, m.from_account, m.to_account, m.currency, m.amount, from_now.posted, from_now.version, to_now.posted, to_now.version);
        if is_first then
            from_balance := from_now.posted;
            to_balance := to_now.posted;
            is_first := false;
        end if;
    end loop;
end
$$;

create or replace function {schema}.keep_postings(p_key uuid, p_moves {schema}.move[]) returns void language sql as $$
    insert into {schema}.posting (key, number, from_account, to_account, currency, amount)
    select p_key, number, from_account, to_account, currency, amount from unnest(p_moves)
$$;

-- The moves with other amounts: all of each when none are given. Status 18 or 19 when they do not fit.
create or replace function {schema}.take_amounts(p_moves {schema}.move[], p_amounts jsonb, out status int, out moves {schema}.move[]) language sql immutable as $$
    select case
        when jsonb_array_length(p_amounts) = 0 then 0
        when jsonb_array_length(p_amounts) <> cardinality(p_moves) then 18
        when exists (select 1 from unnest(p_moves) m where (p_amounts ->> m.number)::bigint > m.amount) then 19
        else 0 end,
        case when jsonb_array_length(p_amounts) = 0 then p_moves
        else (select array_agg(row(m.number, m.from_account, m.to_account, m.currency, (p_amounts ->> m.number)::bigint)::{schema}.move order by m.number) from unnest(p_moves) m) end
$$;

create or replace function {schema}.status_of_state(p_state smallint) returns int language sql immutable as $$
    select (array[0, 20, 21, 22, 23, 24])[p_state + 1]
$$;

-- Lets everything happen that is due by an instant, in the order of instants and then of requests. The head is locked.
create or replace function {schema}.run_due(p_now bigint) returns void language plpgsql as $$
declare
    due record;
    moves {schema}.move[];
    outcome int;
    number bigint;
begin
    for due in select * from {schema}.pending where state = 0 and due_at <= p_now order by due_at, sequence loop
        outcome := 0;
        if not due.is_reservation then
            moves := {schema}.moves_of(due.key);
            outcome := {schema}.check_room(moves, false);
        end if;
        update {schema}.head h set sequence = h.sequence + 1, at = p_now returning h.sequence into number;
        insert into {schema}.event values (number, p_now, case when due.is_reservation then 1 else 2 end, due.key, outcome, null);
        if due.is_reservation then
            update {schema}.pending set state = 3 where key = due.key;
            perform {schema}.hold(due.key, -1);
        else
            update {schema}.pending set state = 4, has_moved = (outcome = 0) where key = due.key;
            if outcome = 0 then
                perform {schema}.enter(number, moves);
            end if;
        end if;
    end loop;
end
$$;

-- Decides one request and carries it out. Statuses are checked in their order. The head is locked.
create or replace function {schema}.execute_one(
    r jsonb, p_now bigint, out status int, out sequence bigint, out from_balance bigint, out to_balance bigint) language plpgsql as $$
declare
    request_key uuid := (r ->> 'k')::uuid;
    request_hash uuid := (r ->> 'h')::uuid;
    kind int := (r ->> 't')::int;
    target uuid := (r ->> 'g')::uuid;
    known record;
    subject record;
    moves {schema}.move[];
    back {schema}.move[];
begin
    sequence := 0; from_balance := 0; to_balance := 0;
    select q.* into known from {schema}.request q where q.key = request_key;
    if found then
        -- The original outcome, whatever has changed since.
        if known.hash <> request_hash then
            status := 2;
        else
            status := known.status; sequence := known.sequence; from_balance := known.from_balance; to_balance := known.to_balance;
        end if;
        return;
    end if;
    -- A refusal on the form changes nothing and leaves the key free.
    if r ? 'f' then
        status := (r ->> 'f')::int;
        return;
    end if;

    status := 0;
    if kind in (3, 4, 8) then
        moves := {schema}.moves_in(r -> 'p');
        perform {schema}.make_external(moves);
        status := {schema}.check_accounts(moves);
        if status = 0 and kind = 8 then
            status := case when {schema}.check_room(moves, false) = 26 then 26 else 0 end;
        elsif status = 0 then
            status := {schema}.check_room(moves, kind = 4);
        end if;
    elsif kind = 1 then
        if exists (select 1 from {schema}.account where id = (r ->> 'a')::bigint) then
            status := 12;
        end if;
    elsif kind = 2 then
        select a.* into subject from {schema}.account a where a.id = (r ->> 'a')::bigint;
        status := case
            when not found then 13
            when subject.is_closed then 26
            when subject.posted <> 0 or subject.held_out <> 0 or subject.held_in <> 0 then 27
            else 0 end;
    elsif kind in (5, 6, 9) then
        select p.* into subject from {schema}.pending p where p.key = target;
        if not found then
            status := case when exists (select 1 from {schema}.request q where q.key = target) then 16 else 15 end;
        elsif subject.is_reservation <> (kind <> 9) then
            status := 16;
        else
            if kind = 5 then
                select t.status, t.moves into status, moves from {schema}.take_amounts({schema}.moves_of(target), r -> 'm') t;
            end if;
            if status = 0 then
                status := {schema}.status_of_state(subject.state);
            end if;
        end if;
    elsif kind = 7 then
        select t.status, t.moves into status, back from {schema}.decide_reversal(target, r -> 'm') t;
    end if;

    update {schema}.head h set sequence = h.sequence + 1, at = p_now returning h.sequence into sequence;
    insert into {schema}.event values (sequence, p_now, 0, request_key, status, decode(r ->> 'b', 'base64'));
    if status = 0 then
        case kind
            when 1 then
                insert into {schema}.account (id, currency, minimum, maximum) values ((r ->> 'a')::bigint, (r ->> 'c')::int, (r ->> 'lo')::bigint, (r ->> 'hi')::bigint);
            when 2 then
                update {schema}.account set is_closed = true where id = (r ->> 'a')::bigint;
            when 3 then
                perform {schema}.keep_postings(request_key, moves);
                select e.from_balance, e.to_balance into from_balance, to_balance from {schema}.enter(sequence, moves) e;
            when 4 then
                perform {schema}.keep_postings(request_key, moves);
                insert into {schema}.pending (key, sequence, is_reservation, due_at)
                values (request_key, sequence, true, case when (r ->> 'o')::bigint > 0 then least(p_now + (r ->> 'o')::bigint, 3155378975999999999) end);
                perform {schema}.hold(request_key, 1);
            when 5 then
                update {schema}.pending set state = 1 where key = target;
                perform {schema}.hold(target, -1);
                perform {schema}.keep_postings(request_key, moves);
                select e.from_balance, e.to_balance into from_balance, to_balance from {schema}.enter(sequence, moves) e;
            when 6 then
                update {schema}.pending set state = 2 where key = target;
                perform {schema}.hold(target, -1);
            when 7 then
                update {schema}.posting p set reversed = p.reversed + m.amount from unnest(back) m where p.key = target and p.number = m.number and m.amount > 0;
                select e.from_balance, e.to_balance into from_balance, to_balance from {schema}.enter(sequence, back) e;
            when 8 then
                perform {schema}.keep_postings(request_key, moves);
                insert into {schema}.pending (key, sequence, is_reservation, due_at) values (request_key, sequence, false, (r ->> 'd')::bigint);
            when 9 then
                update {schema}.pending set state = 5 where key = target;
        end case;
    end if;
    insert into {schema}.request values (request_key, request_hash, kind, status, sequence, from_balance, to_balance);
end
$$;

-- What a reversal would move back, or why it cannot.
create or replace function {schema}.decide_reversal(p_target uuid, p_amounts jsonb, out status int, out moves {schema}.move[]) language plpgsql as $$
declare
    original record;
    was {schema}.move[];
    is_whole boolean := jsonb_array_length(p_amounts) = 0;
begin
    moves := '{}';
    select q.* into original from {schema}.request q where q.key = p_target;
    if not found then
        status := 15;
    elsif original.kind = 7 and original.status = 0 then
        status := 17;
    elsif original.status <> 0 or original.kind not in (3, 5, 8) then
        status := 16;
    elsif original.kind = 8 and not (select p.has_moved from {schema}.pending p where p.key = p_target) then
        status := 16;
    else
        was := {schema}.moves_of(p_target);
        select t.status into status from {schema}.take_amounts(was, p_amounts) t;
    end if;
    if status <> 0 then
        return;
    end if;
    select array_agg(row(p.number, p.to_account, p.from_account, p.currency, case when is_whole then p.amount - p.reversed else (p_amounts ->> p.number)::bigint end)::{schema}.move order by p.number),
           case when bool_or(not is_whole and (p_amounts ->> p.number)::bigint > p.amount - p.reversed) or (is_whole and sum(p.amount - p.reversed) = 0) then 25 else 0 end
    into moves, status
    from {schema}.posting p where p.key = p_target;
    if status = 0 then
        status := {schema}.check_room(moves, false);
    end if;
end
$$;

-- Executes requests in order: one transaction, one commit. The instant is the server's when none is given, and never before the
-- last event's.
create or replace function {schema}.execute(p_requests jsonb, p_now bigint)
returns table (status int, sequence bigint, from_balance bigint, to_balance bigint) language plpgsql as $$
declare
    latest bigint;
    r jsonb;
begin
    select greatest(h.at, coalesce(p_now, {schema}.server_ticks())) into latest from {schema}.head h for update;
    perform {schema}.run_due(latest);
    for r in select value from jsonb_array_elements(p_requests) loop
        select e.status, e.sequence, e.from_balance, e.to_balance into status, sequence, from_balance, to_balance from {schema}.execute_one(r, latest) e;
        return next;
        -- A request that is due in the past happens before the next is looked at.
        if (r ->> 't')::int = 8 then
            perform {schema}.run_due(latest);
        end if;
    end loop;
end
$$;

create or replace function {schema}.server_ticks() returns bigint language sql volatile as $$
    select 621355968000000000 + floor(extract(epoch from clock_timestamp()) * 10000000)::bigint
$$;
