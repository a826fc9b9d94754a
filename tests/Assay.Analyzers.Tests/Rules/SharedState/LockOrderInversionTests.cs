using Assay.Analyzers.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class LockOrderInversionTests : RuleTests<LockOrderInversion>
{
    [Fact]
    public Task Two_locks_both_ways_round_are_flagged() => Flags(
        """
        class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            public void One() { lock (_a) { lock ([|_b|]) { } } }
            public void Two() { lock (_b) { lock ({|#0:_a|}) { } } }
        }
        """,
        messages: ["'One' takes '_a' and then '_b' here, but 'Two' takes them at line 6 the other way round: two threads can wait for each other forever"]);

    [Fact]
    public Task An_inversion_through_a_private_method_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _a = new();
            private readonly Lock _b = new();
            public void One() { lock (_a) { lock ([|_b|]) { } } }
            public void Two() { lock (_b) { {|#0:Core()|}; } }
            private void Core() { Deeper(); }
            private void Deeper() { lock (_a) { } }
            public void Three() { Core(); }
        }
        """);

    [Fact]
    public Task An_inversion_through_a_property_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            private int _n;
            public int N { get { lock (_a) { return _n; } } }
            public int One() { lock (_b) { return {|#0:N|}; } }
            public void Two() { lock (_a) { lock ([|_b|]) { _n++; } } }
        }
        """);

    [Fact]
    public Task Semaphores_are_flagged() => Flags(
        """
        class C
        {
            private readonly SemaphoreSlim _a = new(1, 1);
            private readonly SemaphoreSlim _b = new(1, 1);
            public async Task One()
            {
                await _a.WaitAsync();
                try { await [|_b.WaitAsync()|]; _b.Release(); } finally { _a.Release(); }
            }
            public void Two()
            {
                _b.Wait();
                try { {|#0:_a.Wait()|}; _a.Release(); } finally { _b.Release(); }
            }
        }
        """);

    [Fact]
    public Task Two_types_are_flagged() => Flags(
        """
        class Orders(Stock stock)
        {
            private readonly object _gate = new();
            public void Place() { lock (_gate) { {|#0:stock.Reserve()|}; } }
            public void Cancel() { lock (_gate) { } }
        }
        // ==== Stock.cs
        class Stock
        {
            private readonly object _gate = new();
            public Orders? Orders { get; set; }
            public void Reserve() { lock (_gate) { } }
            public void Recount() { lock (_gate) { [|Orders!.Cancel()|]; } }
        }
        """,
        messages: ["'Recount' takes 'Stock._gate' and then 'Orders._gate' here, but 'Place' takes them at line 4 of Test0.cs the other way round: two threads can wait for each other forever"],
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task The_only_implementation_of_an_interface_is_flagged() => Flags(
        """
        interface IStock { void Reserve(); }
        class Orders(IStock stock)
        {
            private readonly object _gate = new();
            public void Place() { lock (_gate) { [|stock.Reserve()|]; } }
            public void Cancel() { lock (_gate) { } }
        }
        class Stock(Orders orders) : IStock
        {
            private readonly object _gate = new();
            public void Reserve() { lock (_gate) { } }
            public void Recount() { lock (_gate) { {|#0:orders.Cancel()|}; } }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_transfer_between_two_accounts_is_flagged() => Flags(
        """
        class Account
        {
            private readonly object _gate = new();
            private decimal _balance;
            public static void Transfer(Account from, Account to, decimal amount)
            {
                lock (from._gate)
                {
                    lock ([|to._gate|])
                    {
                        from._balance -= amount;
                        to._balance += amount;
                    }
                }
            }
        }
        """,
        messages: ["'Transfer' takes 'from._gate' and then 'to._gate' here, but a call with the two objects swapped takes them the other way round: two threads can wait for each other forever"]);

    [Fact]
    public Task A_transfer_through_the_method_of_the_other_account_is_flagged() => Flags(
        """
        class Account
        {
            private readonly object _gate = new();
            private decimal _balance;
            public void Deposit(decimal amount) { lock (_gate) { _balance += amount; } }
            public bool TransferTo(Account to, decimal amount)
            {
                lock (_gate)
                {
                    if (_balance < amount)
                        return false;
                    _balance -= amount;
                    [|to.Deposit(amount)|];
                    return true;
                }
            }
        }
        """);

    [Fact]
    public Task A_transfer_ordered_by_id_is_ignored() => Ignores(
        """
        class Account(int id)
        {
            private readonly object _gate = new();
            private decimal _balance;
            public int Id { get; } = id;
            public static void Transfer(Account from, Account to, decimal amount)
            {
                if (from.Id < to.Id)
                    lock (from._gate) { lock (to._gate) { from._balance -= amount; to._balance += amount; } }
                else
                    lock (to._gate) { lock (from._gate) { from._balance -= amount; to._balance += amount; } }
            }
        }
        """);

    [Fact]
    public Task A_transfer_whose_callers_order_is_ignored() => Ignores(
        """
        class Account(int id)
        {
            private readonly object _gate = new();
            private decimal _balance;
            private readonly int _id = id;
            public static void Transfer(Account from, Account to, decimal amount)
            {
                if (from._id.CompareTo(to._id) < 0)
                    Locked(from, to, amount);
                else
                    Locked(to, from, -amount);
            }
            private static void Locked(Account first, Account second, decimal amount)
            {
                lock (first._gate) { lock (second._gate) { first._balance -= amount; second._balance += amount; } }
            }
        }
        """);

    [Fact]
    public Task A_transfer_that_gives_up_is_ignored() => Ignores(
        """
        class Account
        {
            private readonly object _gate = new();
            private decimal _balance;
            public bool TryTransfer(Account to, decimal amount)
            {
                lock (_gate)
                {
                    if (!Monitor.TryEnter(to._gate, 10))
                        return false;
                    try { _balance -= amount; to._balance += amount; return true; }
                    finally { Monitor.Exit(to._gate); }
                }
            }
        }
        """);

    [Fact]
    public Task A_parent_locked_by_its_child_is_ignored() => Ignores(
        """
        class Node
        {
            private readonly object _gate = new();
            private readonly Node? _parent;
            private int _count;
            public Node(Node? parent) { _parent = parent; }
            public void Add() { lock (_gate) { _count++; if (_parent != null) lock (_parent._gate) { _parent._count++; } } }
        }
        """);

    [Fact]
    public Task A_common_gate_is_ignored() => Ignores(
        """
        class C
        {
            private readonly object _gate = new();
            private readonly object _a = new();
            private readonly object _b = new();
            public void One() { lock (_gate) { lock (_a) { lock (_b) { } } } }
            public void Two() { lock (_gate) { lock (_b) { lock (_a) { } } } }
        }
        """);

    [Fact]
    public Task Readers_of_readers_are_ignored() => Ignores(
        """
        class C
        {
            private readonly ReaderWriterLockSlim _a = new();
            private readonly ReaderWriterLockSlim _b = new();
            public void One()
            {
                _a.EnterReadLock();
                try { _b.EnterReadLock(); _b.ExitReadLock(); } finally { _a.ExitReadLock(); }
            }
            public void Two()
            {
                _b.EnterReadLock();
                try { _a.EnterReadLock(); _a.ExitReadLock(); } finally { _b.ExitReadLock(); }
            }
        }
        """);

    [Fact]
    public Task Readers_and_a_writer_are_flagged() => Flags(
        """
        class C
        {
            private readonly ReaderWriterLockSlim _a = new();
            private readonly ReaderWriterLockSlim _b = new();
            public void One()
            {
                _a.EnterReadLock();
                try { [|_b.EnterWriteLock()|]; _b.ExitWriteLock(); } finally { _a.ExitReadLock(); }
            }
            public void Two()
            {
                _b.EnterReadLock();
                try { _a.EnterWriteLock(); _a.ExitWriteLock(); } finally { _b.ExitReadLock(); }
            }
        }
        """);

    [Fact]
    public Task One_order_everywhere_is_ignored() => Ignores(
        """
        class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            public void One() { lock (_a) { lock (_b) { } } }
            public void Two() { lock (_a) { Core(); } lock (_b) { } lock (_a) { } }
            private void Core() { lock (_b) { lock (_a) { } } }
        }
        """);

    [Fact]
    public Task A_lock_taken_on_another_thread_is_ignored() => Ignores(
        """
        class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            public void One() { lock (_a) { lock (_b) { } } }
            public void Two() { lock (_b) { Task.Run(() => { lock (_a) { } }); } }
        }
        """);

    [Fact]
    public Task A_lock_that_a_callee_takes_after_it_has_yielded_is_ignored() => Ignores(
        """
        class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            public void One() { lock (_a) { _ = LaterAsync(); } }
            public void Two() { lock (_b) { lock (_a) { } } }
            public async Task LaterAsync() { await Task.Yield(); lock (_b) { } }
        }
        """);

    [Fact]
    public Task A_semaphore_that_is_held_while_the_callee_yields_is_flagged() => Flags(
        """
        class C
        {
            private readonly SemaphoreSlim _a = new(1, 1);
            private readonly SemaphoreSlim _b = new(1, 1);
            public async Task One() { await _a.WaitAsync(); try { await LaterAsync(); } finally { _a.Release(); } }
            public async Task Two() { await _b.WaitAsync(); try { await [|_a.WaitAsync()|]; _a.Release(); } finally { _b.Release(); } }
            private async Task LaterAsync() { await Task.Yield(); await {|#0:_b.WaitAsync()|}; _b.Release(); }
        }
        """);

    [Fact]
    public Task A_lock_of_an_object_that_is_being_made_is_ignored() => Ignores(
        """
        class Pool
        {
            private readonly object _gate = new();
            public Session Create() { lock (_gate) { return new Session(this); } }
            public void Drop() { lock (_gate) { } }
        }
        class Session
        {
            private readonly object _gate = new();
            private readonly Pool _pool;
            public Session(Pool pool) { _pool = pool; lock (_gate) { } }
            public void Close() { lock (_gate) { _pool.Drop(); } }
        }
        """);

    [Fact]
    public Task Half_typed_code_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            public void One() { lock (_a) { lock ([|_b|]) { } } }
            public void Two() { lock (_b) { lock (_a) { } } Missing( }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task An_order_that_a_call_through_another_type_makes_is_a_suggestion() => Flags(
        """
        class Connector
        {
            private readonly object _sync = new();
            private readonly object _cleanup = new();
            private readonly Source _source = new();
            public void Break() { lock (_sync) { lock ([|_cleanup|]) { } } }
            public void Close() { lock (_cleanup) { _source.Return(this); } }
            public void Reset() { lock (_sync) { } }
        }
        class Source
        {
            private readonly object _gate = new();
            public void Return(Connector connector) { lock (_gate) { } connector.Reset(); }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task The_locks_of_a_new_object_are_ignored() => Ignores(
        """
        class Connector
        {
            private readonly object _cancel = new();
            private readonly object _cleanup = new();
            public void Break() { lock (_cleanup) { lock (_cancel) { } } }
            public void Cancel() { lock (_cancel) { new Connector().Send(); } }
            private void Send() { lock (_cleanup) { } }
        }
        """);

    [Fact]
    public Task A_task_that_nobody_waits_for_takes_its_locks_after_ours_is_ignored() => Ignores(
        """
        class Updates
        {
            readonly SemaphoreSlim _collect = new(1, 1);
            readonly SemaphoreSlim _send = new(1, 1);
            int _changes;
            Task? _idle;
            public async Task AddAsync()
            {
                await _collect.WaitAsync();
                try
                {
                    if (_changes++ == 0) _idle = SendLaterAsync();
                }
                finally { _collect.Release(); }
            }
            private async Task SendLaterAsync()
            {
                await Task.Delay(200);
                await SendAsync();
            }
            private async Task SendAsync()
            {
                await _send.WaitAsync();
                try
                {
                    await _collect.WaitAsync();
                    try { _changes = 0; } finally { _collect.Release(); }
                }
                finally { _send.Release(); }
            }
        }
        """);

    [Fact]
    public Task A_part_of_the_own_object_is_ignored() => Ignores(
        """
        class Node
        {
            private readonly object _gate = new();
            private readonly List<Node> _children = [];
            private int _closed;
            public void Close()
            {
                lock (_gate)
                {
                    _closed++;
                    _children.ForEach(child => child.Close());
                }
            }
        }
        """);

    [Fact]
    public Task An_object_that_every_caller_names_by_its_place_is_suggested() => Flags(
        """
        class Entry
        {
            private static readonly AsyncLocal<Entry?> s_current = new();
            private readonly object _gate = new();
            private int _tokens;
            private static Entry? Current => s_current.Value;
            public void Commit() => Propagate(Current);
            internal void Propagate(Entry? parent)
            {
                if (parent is null)
                    return;
                lock (_gate)
                {
                    lock ([|parent._gate|])
                        parent._tokens += _tokens;
                }
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task An_object_that_a_caller_chooses_is_flagged_in_internal_methods_too() => Flags(
        """
        class Account
        {
            private readonly object _gate = new();
            private decimal _balance;
            internal void Transfer(Account other, decimal amount)
            {
                lock (_gate)
                {
                    lock ([|other._gate|])
                    {
                        _balance -= amount;
                        other._balance += amount;
                    }
                }
            }
        }
        static class Bank { public static void Run(Account a, Account b) { a.Transfer(b, 3); } }
        """);
}
