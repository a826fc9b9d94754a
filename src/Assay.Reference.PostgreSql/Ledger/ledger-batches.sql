-- The ledger in PostgreSQL: a batch of requests in one statement. The word in braces stands for the quoted name of the schema.
--
-- Requests take effect in the order of the batch. A step of it is either one request, or a set of plain posts, which share their
-- statements however many they are: all that they need is read at once, they are decided in memory one after the other, each by the
-- balances that those before it led to, and everything is written at once. So the outcome is that of one after the other.

-- Decides a set of posts. Legs are numbered through the set: post i has p_counts[i] of them, after those of the posts before it; its
-- sides are positions in the arrays of accounts. A post whose status is not -1 was decided before: its key is known, or it is malformed.
--
-- p_lowest and p_highest are the lowest and the highest balance that bounds and held money allow. No sum below overflows, for bounds and the
-- sum of a request's amounts are at most 2^62 - 1.
create or replace function {schema}.decide_posts(
    p_counts int[], p_from int[], p_to int[], p_amounts bigint[], p_currencies int[],
    p_currency_of int[], p_is_closed boolean[], p_lowest bigint[], p_highest bigint[],
    inout p_last bigint, inout p_statuses int[], inout p_sequences bigint[], inout p_from_balances bigint[], inout p_to_balances bigint[],
    inout p_balances bigint[], inout p_versions bigint[],
    out leg_sequences bigint[], out from_balances bigint[], out from_versions bigint[], out to_balances bigint[], out to_versions bigint[]) language plpgsql immutable as $$
declare
    last_leg int := 0;
    first_leg int;
    f int;
    t int;
begin
    -- Filled, because an array begins where it is first assigned to, and legs that do not move keep their places.
    leg_sequences := array_fill(null::bigint, array[cardinality(p_from)]);
    from_balances := leg_sequences;
    from_versions := leg_sequences;
    to_balances := leg_sequences;
    to_versions := leg_sequences;
    for i in 1 .. cardinality(p_counts) loop
        first_leg := last_leg + 1;
        last_leg := last_leg + p_counts[i];
        continue when p_statuses[i] >= 0;
        if first_leg = last_leg then
            f := p_from[last_leg];
            t := p_to[last_leg];
            p_statuses[i] := case
                when p_currency_of[f] is null or p_currency_of[t] is null then 13
                when p_currency_of[f] <> p_currencies[last_leg] or p_currency_of[t] <> p_currencies[last_leg] then 14
                when p_is_closed[f] or p_is_closed[t] then 26
                when p_balances[f] - p_amounts[last_leg] < p_lowest[f] then 28
                when p_balances[t] + p_amounts[last_leg] > p_highest[t] then 29
                else 0 end;
        else
            p_statuses[i] := {schema}.check_legs(
                p_from[first_leg:last_leg], p_to[first_leg:last_leg], p_amounts[first_leg:last_leg], p_currencies[first_leg:last_leg],
                p_currency_of, p_is_closed, p_lowest, p_highest, p_balances);
        end if;
        p_last := p_last + 1;
        p_sequences[i] := p_last;
        continue when p_statuses[i] <> 0;
        for l in first_leg .. last_leg loop
            f := p_from[l];
            t := p_to[l];
            p_balances[f] := p_balances[f] - p_amounts[l];
            p_balances[t] := p_balances[t] + p_amounts[l];
            p_versions[f] := p_versions[f] + 1;
            p_versions[t] := p_versions[t] + 1;
            leg_sequences[l] := p_last;
            from_balances[l] := p_balances[f];
            from_versions[l] := p_versions[f];
            to_balances[l] := p_balances[t];
            to_versions[l] := p_versions[t];
        end loop;
        p_from_balances[i] := from_balances[first_leg];
        p_to_balances[i] := to_balances[first_leg];
    end loop;
end
$$;

-- The status of a post of several legs. Of each account only the sum of its legs counts.
create or replace function {schema}.check_legs(
    p_from int[], p_to int[], p_amounts bigint[], p_currencies int[],
    p_currency_of int[], p_is_closed boolean[], p_lowest bigint[], p_highest bigint[], p_balances bigint[]) returns int language sql immutable as $$
    with side as (
        select account, currency, -amount as change from unnest(p_from, p_amounts, p_currencies) as f(account, amount, currency)
        union all
        select account, currency, amount from unnest(p_to, p_amounts, p_currencies) as t(account, amount, currency)
    ), change as (
        select account, bool_or(p_currency_of[account] is distinct from currency) as is_other_currency, sum(change) as change from side group by account
    )
    select case
        when bool_or(p_currency_of[account] is null) then 13
        when bool_or(is_other_currency) then 14
        when bool_or(p_is_closed[account]) then 26
        when bool_or(change < 0 and p_balances[account] + change < p_lowest[account]) then 28
        when bool_or(change > 0 and p_balances[account] + change > p_highest[account]) then 29
        else 0 end
    from change
$$;

-- Carries out a set of plain posts. p_forms is -1, or what is wrong with a malformed request, of which only the key is looked up.
create or replace function {schema}.post_set(
    p_now bigint, p_keys uuid[], p_forms int[], p_payloads bytea[], p_counts int[], p_accounts bigint[],
    p_from int[], p_to int[], p_amounts bigint[], p_currencies int[], p_numbers int[],
    inout p_last bigint, out statuses int[], out sequences bigint[], out from_balances bigint[], out to_balances bigint[]) language plpgsql as $$
declare
    before bigint := p_last;
    known record;
    account record;
    decided record;
begin
    statuses := p_forms;
    sequences := array_fill(0::bigint, array[cardinality(p_keys)]);
    from_balances := sequences;
    to_balances := sequences;
    for known in
        select u.n, a.*, a.payload = u.payload as is_same
        from unnest(p_keys, p_payloads) with ordinality as u(key, payload, n), lateral (select * from {schema}.answer a where a.key = u.key limit 1) a
    loop
        -- The original outcome, whatever has changed since.
        statuses[known.n] := case when known.is_same then known.status else 2 end;
        if known.is_same then
            sequences[known.n] := known.sequence;
            from_balances[known.n] := known.from_balance;
            to_balances[known.n] := known.to_balance;
        end if;
    end loop;

    select * into account from {schema}.load_accounts(p_accounts);
    select * into decided from {schema}.decide_posts(
        p_counts, p_from, p_to, p_amounts, p_currencies, account.currencies, account.is_closed, account.lowest, account.highest,
        p_last, statuses, sequences, from_balances, to_balances, account.balances, account.versions);
    statuses := decided.p_statuses;
    sequences := decided.p_sequences;
    from_balances := decided.p_from_balances;
    to_balances := decided.p_to_balances;
    p_last := decided.p_last;
    -- Known answers have older numbers.
    insert into {schema}.event (sequence, at, key, cause, status, payload)
    select u.sequence, p_now, u.key, 0, u.status, u.payload
    from unnest(sequences, p_keys, statuses, p_payloads) as u(sequence, key, status, payload) where u.sequence > before;
    -- Each leg that moves is written once, and so is each account, whatever has passed through it.
    insert into {schema}.leg (sequence, from_account, to_account, amount, from_balance, from_version, to_balance, to_version, number, currency)
    select u.sequence, p_accounts[u.from_at], p_accounts[u.to_at], u.amount, u.from_balance, u.from_version, u.to_balance, u.to_version, u.number, u.currency
    from unnest(decided.leg_sequences, p_from, p_to, p_amounts, decided.from_balances, decided.from_versions, decided.to_balances, decided.to_versions, p_numbers, p_currencies)
        as u(sequence, from_at, to_at, amount, from_balance, from_version, to_balance, to_version, number, currency)
    where u.sequence is not null;
    -- They are where they were read: all writers of accounts wait for the head.
    update {schema}.account a set posted = u.balance, version = u.version
    from unnest(account.places, decided.p_balances, decided.p_versions) as u(place, balance, version) where a.ctid = u.place and a.version <> u.version;
end
$$;

-- What deciding needs of accounts, in their order; null where there is none. Those outside the ledger are made when they are asked for.
create or replace function {schema}.load_accounts(
    p_accounts bigint[], out places tid[], out currencies int[], out is_closed boolean[], out lowest bigint[], out highest bigint[], out balances bigint[], out versions bigint[]) language plpgsql as $$
declare
    is_complete boolean;
begin
    loop
        select array_agg(a.place), array_agg(a.currency), array_agg(a.is_closed), array_agg(a.minimum + a.held_out), array_agg(a.maximum - a.held_in), array_agg(a.posted), array_agg(a.version),
               bool_and(a.currency is not null or a.asked not between -17576 and -1)
        into places, currencies, is_closed, lowest, highest, balances, versions, is_complete
        from (select u.id as asked, a.*
              from unnest(p_accounts) with ordinality as u(id, n) left join lateral (select a.ctid as place, a.* from {schema}.account a where a.id = u.id limit 1) a on true
              order by u.n) a;
        exit when is_complete is not false;
        insert into {schema}.account (id, currency, minimum, maximum)
        select id, -id, -4611686018427387903, 4611686018427387903 from unnest(p_accounts) as u(id) where id between -17576 and -1
        on conflict do nothing;
    end loop;
end
$$;

-- Executes a batch: one transaction, one commit. Step i ends at request p_steps[i], account p_account_ends[i] and leg p_leg_ends[i]; one of a
-- single request that is neither a post nor malformed is executed by itself, from its fields. Within a set no key repeats, and the sides of
-- its legs are positions among its accounts. The instant is the server's when none is given, and never before the last event's.
--
-- Plans are made once, while tables may be empty, and kept while they grow: only those that look rows up by an index stay right. A limit
-- in a lateral query sees to the same.
create or replace function {schema}.execute(
    p_now bigint, p_steps int[], p_account_ends int[], p_leg_ends int[],
    p_keys uuid[], p_forms int[], p_payloads bytea[], p_fields jsonb[], p_counts int[], p_accounts bigint[],
    p_from int[], p_to int[], p_amounts bigint[], p_currencies int[], p_numbers int[],
    out statuses int[], out sequences bigint[], out from_balances bigint[], out to_balances bigint[]) language plpgsql
    set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
    before bigint;
    latest bigint;
    last bigint;
    step record;
    request int := 1;
    account int := 1;
    leg int := 1;
    until int;
    leg_end int;
begin
    select h.sequence, greatest(h.at, coalesce(p_now, {schema}.server_ticks())) into before, latest from {schema}.head h for update;
    last := {schema}.run_due(latest, before);
    for i in 1 .. cardinality(p_steps) loop
        until := p_steps[i];
        leg_end := p_leg_ends[i];
        if p_fields[until] is null then
            select * into step from {schema}.post_set(
                latest, p_keys[request:until], p_forms[request:until], p_payloads[request:until], p_counts[request:until], p_accounts[account:p_account_ends[i]],
                p_from[leg:leg_end], p_to[leg:leg_end], p_amounts[leg:leg_end], p_currencies[leg:leg_end], p_numbers[leg:leg_end], last);
        else
            select * into step from {schema}.execute_by_itself(latest, p_keys[until], p_payloads[until], p_fields[until], last);
        end if;
        last := step.p_last;
        statuses := statuses || step.statuses;
        sequences := sequences || step.sequences;
        from_balances := from_balances || step.from_balances;
        to_balances := to_balances || step.to_balances;
        request := until + 1;
        account := p_account_ends[i] + 1;
        leg := leg_end + 1;
    end loop;
    update {schema}.head set sequence = last, at = latest where sequence <> last;
end
$$;

-- Executes one request of any kind, with an answer in the form of a set's.
create or replace function {schema}.execute_by_itself(
    p_now bigint, p_key uuid, p_payload bytea, p_fields jsonb,
    inout p_last bigint, out statuses int[], out sequences bigint[], out from_balances bigint[], out to_balances bigint[]) language plpgsql as $$
declare
    answer record;
begin
    select a.sequence, case when a.payload = p_payload then a.status else 2 end as status, a.from_balance, a.to_balance into answer from {schema}.answer a where a.key = p_key;
    if not found then
        p_last := p_last + 1;
        select p_last as sequence, e.* into answer from {schema}.execute_one(p_last, p_now, p_key, p_payload, p_fields) e;
        -- A request that is due in the past happens before the next is looked at.
        if get_byte(p_payload, 0) = 8 then
            p_last := {schema}.run_due(p_now, p_last);
        end if;
    elsif answer.status = 2 then
        select 2 as status, 0::bigint as sequence, 0::bigint as from_balance, 0::bigint as to_balance into answer;
    end if;
    statuses := array[answer.status];
    sequences := array[answer.sequence];
    from_balances := array[answer.from_balance];
    to_balances := array[answer.to_balance];
end
$$;
