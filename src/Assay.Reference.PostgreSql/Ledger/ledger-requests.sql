-- The ledger in PostgreSQL: requests one after the other, each judged by what the ones before it have written. The word in braces stands for the
-- quoted name of the schema. Whoever calls these functions has locked the head, and counts the events: it is written once, at the end.

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
        insert into {schema}.leg (sequence, from_account, to_account, amount, from_balance, from_version, to_balance, to_version, number, currency)
        values (p_sequence, m.from_account, m.to_account, m.amount, from_now.posted, from_now.version, to_now.posted, to_now.version, m.number, m.currency);
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

-- Lets everything happen that is due by an instant, in the order of instants and then of requests. p_last is the last event.
create or replace function {schema}.run_due(p_now bigint, inout p_last bigint) language plpgsql as $$
declare
    due record;
    moves {schema}.move[];
    outcome int;
begin
    for due in select * from {schema}.pending where state = 0 and due_at <= p_now order by due_at, sequence loop
        outcome := 0;
        if not due.is_reservation then
            moves := {schema}.moves_of(due.key);
            outcome := {schema}.check_room(moves, false);
        end if;
        p_last := p_last + 1;
        insert into {schema}.event (sequence, at, key, cause, status) values (p_last, p_now, due.key, case when due.is_reservation then 1 else 2 end, outcome);
        if due.is_reservation then
            update {schema}.pending set state = 3 where key = due.key;
            perform {schema}.hold(due.key, -1);
        else
            update {schema}.pending set state = 4, has_moved = (outcome = 0) where key = due.key;
            if outcome = 0 then
                perform {schema}.enter(p_last, moves);
            end if;
        end if;
    end loop;
end
$$;

-- Decides one well-formed request, whose fields are in r, and carries it out as event p_sequence. Statuses are checked in their order.
create or replace function {schema}.execute_one(
    p_sequence bigint, p_now bigint, p_key uuid, p_payload bytea, r jsonb, out status int, out from_balance bigint, out to_balance bigint) language plpgsql as $$
declare
    kind int := get_byte(p_payload, 0);
    target uuid := (r ->> 'g')::uuid;
    moves {schema}.move[];
begin
    from_balance := 0; to_balance := 0;
    select d.status, d.moves into status, moves from {schema}.decide(kind, target, r) d;
    insert into {schema}.event (sequence, at, key, cause, status, payload) values (p_sequence, p_now, p_key, 0, status, p_payload);
    if status <> 0 then
        return;
    end if;
    case kind
        when 1 then
            insert into {schema}.account (id, currency, minimum, maximum) values ((r ->> 'a')::bigint, (r ->> 'c')::int, (r ->> 'lo')::bigint, (r ->> 'hi')::bigint);
        when 2 then
            update {schema}.account set is_closed = true where id = (r ->> 'a')::bigint;
        when 3 then
            select e.from_balance, e.to_balance into from_balance, to_balance from {schema}.enter(p_sequence, moves) e;
        when 4 then
            perform {schema}.keep_postings(p_key, moves);
            insert into {schema}.pending (key, sequence, is_reservation, due_at)
            values (p_key, p_sequence, true, case when (r ->> 'o')::bigint > 0 then least(p_now + (r ->> 'o')::bigint, 3155378975999999999) end);
            perform {schema}.hold(p_key, 1);
        when 5 then
            update {schema}.pending set state = 1 where key = target;
            perform {schema}.hold(target, -1);
            perform {schema}.keep_postings(p_key, moves);
            select e.from_balance, e.to_balance into from_balance, to_balance from {schema}.enter(p_sequence, moves) e;
        when 6 then
            update {schema}.pending set state = 2 where key = target;
            perform {schema}.hold(target, -1);
        when 7 then
            update {schema}.posting p set reversed = p.reversed + m.amount from unnest(moves) m where p.key = target and p.number = m.number and m.amount > 0;
            select e.from_balance, e.to_balance into from_balance, to_balance from {schema}.enter(p_sequence, moves) e;
        when 8 then
            perform {schema}.keep_postings(p_key, moves);
            insert into {schema}.pending (key, sequence, is_reservation, due_at) values (p_key, p_sequence, false, (r ->> 'd')::bigint);
        when 9 then
            update {schema}.pending set state = 5 where key = target;
    end case;
end
$$;

-- Whether a request of a kind can be carried out, and what it would move or hold.
create or replace function {schema}.decide(p_kind int, p_target uuid, r jsonb, out status int, out moves {schema}.move[]) language plpgsql as $$
declare
    subject record;
begin
    status := 0;
    if p_kind in (3, 4, 8) then
        moves := {schema}.moves_in(r -> 'p');
        perform {schema}.make_external(moves);
        status := {schema}.check_accounts(moves);
        if status = 0 and p_kind = 8 then
            status := case when {schema}.check_room(moves, false) = 26 then 26 else 0 end;
        elsif status = 0 then
            status := {schema}.check_room(moves, p_kind = 4);
        end if;
    elsif p_kind = 1 then
        if exists (select 1 from {schema}.account where id = (r ->> 'a')::bigint) then
            status := 12;
        end if;
    elsif p_kind = 2 then
        select a.* into subject from {schema}.account a where a.id = (r ->> 'a')::bigint;
        status := case
            when not found then 13
            when subject.is_closed then 26
            when subject.posted <> 0 or subject.held_out <> 0 or subject.held_in <> 0 then 27
            else 0 end;
    elsif p_kind = 7 then
        select t.status, t.moves into status, moves from {schema}.decide_reversal(p_target, r -> 'm') t;
    else
        select p.* into subject from {schema}.pending p where p.key = p_target;
        if not found then
            status := case when exists (select 1 from {schema}.event e where e.key = p_target and e.cause = 0) then 16 else 15 end;
        elsif subject.is_reservation <> (p_kind <> 9) then
            status := 16;
        else
            if p_kind = 5 then
                select t.status, t.moves into status, moves from {schema}.take_amounts({schema}.moves_of(p_target), r -> 'm') t;
            end if;
            if status = 0 then
                status := {schema}.status_of_state(subject.state);
            end if;
        end if;
    end if;
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
    select e.sequence, e.status, get_byte(e.payload, 0) as kind into original from {schema}.event e where e.key = p_target and e.cause = 0;
    if not found then
        status := 15;
    elsif original.kind = 7 and original.status = 0 then
        status := 17;
    elsif original.status <> 0 or original.kind not in (3, 5, 8) then
        status := 16;
    elsif original.kind = 8 and not (select p.has_moved from {schema}.pending p where p.key = p_target) then
        status := 16;
    else
        if original.kind = 3 then
            insert into {schema}.posting (key, number, from_account, to_account, currency, amount)
            select p_target, number, from_account, to_account, currency, amount from {schema}.leg where sequence = original.sequence
            on conflict do nothing;
        end if;
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

create or replace function {schema}.server_ticks() returns bigint language sql volatile as $$
    select 621355968000000000 + floor(extract(epoch from clock_timestamp()) * 10000000)::bigint
$$;
