-- The ledger in PostgreSQL: its tables. The word in braces stands for the quoted name of the schema that holds it.
--
-- One row, head, is locked first by everything that writes and held until the commit: events are numbered without gaps in the
-- order in which they become visible, and no other lock can be waited for, so nothing can deadlock. What makes that fast is
-- that one call carries a whole batch, and that a call is one statement: a lost client leaves no open transaction behind.
--
-- No foreign keys: with one, whose trigger looks up and locks a row for every leg, writing the legs takes 3.4 times as long. Nothing but
-- the functions writes here, and the view of violations looks for what a key would have refused.
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

-- What was decided, and for every key its answer. Refusals are kept as well: what failed once under a key stays failed. The payload is
-- the request but for its key, in the library's canonical encoding, whose first byte is the kind: a repetition has the same bytes.
-- What happens by itself (cause 1 and 2) is about the request that asked for it, and has no payload.
create table if not exists {schema}.event (
    sequence bigint primary key,
    at bigint not null,
    key uuid not null,
    cause smallint not null,
    status smallint not null,
    payload bytea
);
create unique index if not exists event_key on {schema}.event (key) where cause = 0;

-- What has moved: each leg is an entry of two accounts.
create table if not exists {schema}.leg (
    sequence bigint not null,
    from_account bigint not null,
    to_account bigint not null,
    amount bigint not null check (amount > 0),
    from_balance bigint not null,
    from_version bigint not null,
    to_balance bigint not null,
    to_version bigint not null,
    number int not null,
    currency int not null,
    primary key (sequence, number)
);

-- What a request holds, will move, or has moved; reversed counts what later requests have moved back. The postings of a plain post
-- are its legs, and are written here when the first of them is reversed.
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

do $$
begin
    create type {schema}.move as (number int, from_account bigint, to_account bigint, currency int, amount bigint);
exception when duplicate_object then
    null;
end
$$;

-- The answer to every key: the balances are those of the first leg.
create or replace view {schema}.answer as
    select e.key, e.sequence, e.status, e.payload, coalesce(l.from_balance, 0) as from_balance, coalesce(l.to_balance, 0) as to_balance
    from {schema}.event e
    left join lateral (select from_balance, to_balance from {schema}.leg where leg.sequence = e.sequence order by number limit 1) l on true
    where e.cause = 0;

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
    select account, 'an entry is of no account, or of no event that moves money'
    from {schema}.entry n
    where not exists (select 1 from {schema}.account a where a.id = n.account and a.currency = n.currency)
       or not exists (select 1 from {schema}.event e where e.sequence = n.sequence and e.status = 0)
    union all
    select id, 'a bound does not hold' from {schema}.account
    where posted - held_out < minimum or posted + held_in > maximum
    union all
    select -currency, 'the currency does not sum to zero' from {schema}.account group by currency having sum(posted) <> 0
    union all
    select null, 'the events have a gap' from {schema}.head h, (select count(*) as events, coalesce(max(sequence), 0) as last from {schema}.event) e
    where h.sequence <> e.events or h.sequence <> e.last
    union all
    select null, 'something is pending that no event began' from {schema}.pending p
    where not exists (select 1 from {schema}.event e where e.sequence = p.sequence and e.key = p.key and e.cause = 0 and e.status = 0)
    union all
    select p.from_account, 'held money has no open reservation'
    from (select a.id as from_account, a.held_out, a.held_in,
                 (select coalesce(sum(p.amount), 0) from {schema}.posting p join {schema}.pending o using (key) where o.is_reservation and o.state = 0 and p.from_account = a.id) as open_out,
                 (select coalesce(sum(p.amount), 0) from {schema}.posting p join {schema}.pending o using (key) where o.is_reservation and o.state = 0 and p.to_account = a.id) as open_in
          from {schema}.account a) p
    where p.held_out <> p.open_out or p.held_in <> p.open_in;
