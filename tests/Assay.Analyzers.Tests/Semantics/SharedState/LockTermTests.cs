using Assay.Analyzers.Rules.SharedState;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Semantics.SharedState;

/// <summary>What names a lock: other objects of the type, Synchronized methods, lock classes of the project, scopes handed out.</summary>
public sealed class LockTermTests : RuleTests<UnguardedAccess>
{
    [Fact]
    public Task A_write_to_another_account_without_its_own_lock_is_flagged() => Flags(
        """
        class Account
        {
            private readonly object _gate = new();
            private decimal _balance;
            public void Deposit(decimal amount) { lock (_gate) _balance += amount; }
            public void Withdraw(decimal amount) { lock (_gate) _balance -= amount; }
            public decimal Balance { get { lock (_gate) return {|#0:_balance|}; } }
            public static void Reset(Account account) { [|account._balance|] = 0; }
        }
        """,
        messages: ["'_balance' is written here without '_gate', which 3 of its 4 accesses hold; 'Balance' reads it under the lock at line 7"]);

    [Fact]
    public Task A_write_to_another_account_under_its_own_lock_is_ignored() => Ignores(
        """
        class Account
        {
            private readonly object _gate = new();
            private decimal _balance;
            public void Deposit(decimal amount) { lock (_gate) _balance += amount; }
            public void Withdraw(decimal amount) { lock (_gate) _balance -= amount; }
            public decimal Balance { get { lock (_gate) return _balance; } }
            public static void Reset(Account account) { lock (account._gate) { account._balance = 0; } }
        }
        """);

    [Fact]
    public Task A_write_to_another_account_whose_lock_every_caller_holds_is_ignored() => Ignores(
        """
        class Account
        {
            private readonly object _gate = new();
            private decimal _balance;
            public void Deposit(decimal amount) { lock (_gate) _balance += amount; }
            public void Withdraw(decimal amount) { lock (_gate) _balance -= amount; }
            public void Clear() { lock (_gate) Set(this, 0); }
            public void Take(Account from) { lock (from._gate) { Set(from, 1); from.Bump(); } }
            private static void Set(Account account, decimal amount) { account._balance = amount; }
            private void Bump() { _balance++; }
        }
        """);

    [Fact]
    public Task A_write_through_a_private_static_function_whose_callers_lock_another_object_is_ignored() => Ignores(
        """
        class Account
        {
            private readonly object _gate = new();
            private decimal _balance;
            public void Deposit(decimal amount) { lock (_gate) _balance += amount; }
            public void Withdraw(decimal amount) { lock (_gate) _balance -= amount; }
            public decimal Balance { get { lock (_gate) return _balance; } }
            public void Take(Account from) { lock (_gate) { Set(from, 1); } }
            private static void Set(Account account, decimal amount) { account._balance = amount; }
        }
        """);

    [Fact]
    public Task A_write_to_an_object_made_here_is_ignored() => Ignores(
        """
        class Account
        {
            private readonly object _gate = new();
            private decimal _balance;
            public void Deposit(decimal amount) { lock (_gate) _balance += amount; }
            public void Withdraw(decimal amount) { lock (_gate) _balance -= amount; }
            public decimal Balance { get { lock (_gate) return _balance; } }
            public static Account Open(decimal amount) { var account = new Account(); account._balance = amount; return account; }
        }
        """);

    [Fact]
    public Task A_write_to_a_parameter_that_is_given_another_object_is_ignored() => Ignores(
        """
        class Account
        {
            private readonly object _gate = new();
            private decimal _balance;
            public void Deposit(decimal amount) { lock (_gate) _balance += amount; }
            public void Withdraw(decimal amount) { lock (_gate) _balance -= amount; }
            public decimal Balance { get { lock (_gate) return _balance; } }
            public static void Reset(Account account) { account = new Account(); account._balance = 0; }
        }
        """);

    [Fact]
    public Task A_write_outside_the_synchronized_methods_is_flagged() => Flags(
        """
        using System.Runtime.CompilerServices;
        class Counter
        {
            private int _n;
            [MethodImpl(MethodImplOptions.Synchronized)] public void Add() { _n++; }
            [MethodImpl(MethodImplOptions.Synchronized)] public void Sub() { _n--; }
            [MethodImpl(MethodImplOptions.Synchronized)] public int Get() { return {|#0:_n|}; }
            public void Reset() { [|_n|] = 0; }
        }
        """,
        messages: ["'_n' is written here without 'this', which 3 of its 4 accesses hold; 'Get' reads it under the lock at line 7"]);

    [Fact]
    public Task Lock_this_beside_synchronized_methods_is_ignored() => Ignores(
        """
        using System.Runtime.CompilerServices;
        class Counter
        {
            private static int s_n;
            private int _n;
            [MethodImpl(MethodImplOptions.Synchronized)] public void Add() { _n++; }
            [MethodImpl(MethodImplOptions.Synchronized)] public int Get() { return _n; }
            public void Reset() { lock (this) { _n = 0; } }
            [MethodImpl(MethodImplOptions.Synchronized)] public static void Count() { s_n++; }
            [MethodImpl(MethodImplOptions.Synchronized)] public static int Counted() { return s_n; }
            public static void Forget() { lock (typeof(Counter)) { s_n = 0; } }
        }
        """);

    private const string AsyncLock = """

        sealed class AsyncLock
        {
            private readonly SemaphoreSlim _one = new(1, 1);
            public async Task<IDisposable> LockAsync(CancellationToken token = default) { await _one.WaitAsync(token); return new Releaser(_one); }
            private sealed class Releaser(SemaphoreSlim one) : IDisposable { public void Dispose() => one.Release(); }
        }
        """;

    [Fact]
    public Task A_write_outside_the_async_lock_of_the_project_is_flagged() => Flags(
        """
        class Counter
        {
            private readonly AsyncLock _gate = new();
            private int _n;
            public async Task Add() { using (await _gate.LockAsync()) _n++; }
            public async Task Sub() { using (await _gate.LockAsync().ConfigureAwait(false)) { _n--; } }
            public async Task<int> Get() { using var held = await _gate.LockAsync(); return {|#0:_n|}; }
            public void Reset() { [|_n|] = 0; }
        }
        """ + AsyncLock,
        messages: ["'_n' is written here without '_gate', which 3 of its 4 accesses hold; 'Get' reads it under the lock at line 7"]);

    [Fact]
    public Task A_lock_for_each_key_is_ignored() => Ignores(
        """
        class Counter
        {
            private readonly KeyedLock _gate = new();
            private int _n;
            public void Add(string key) { using (_gate.Lock(key)) _n++; }
            public void Sub(string key) { using (_gate.Lock(key)) _n--; }
            public int Get(string key) { using (_gate.Lock(key)) return _n; }
            public void Reset() { _n = 0; }
        }
        sealed class KeyedLock { public IDisposable Lock(string key) => null!; }
        """);

    [Fact]
    public Task A_lock_class_without_scopes_is_ignored() => Ignores(
        """
        class Counter
        {
            private readonly FastLock _gate = new();
            private int _n;
            public void Add() { _gate.Enter(); try { _n++; } finally { _gate.Exit(); } }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
        }
        sealed class FastLock { public void Enter() { } public void Exit() { } }
        """);

    [Fact]
    public Task A_write_outside_the_scope_that_a_private_method_hands_out_is_flagged() => Flags(
        """
        class Counter
        {
            private readonly SemaphoreSlim _one = new(1, 1);
            private int _n;
            public async Task Add() { using (await EnterAsync()) _n++; }
            public async Task Sub() { using (await EnterAsync()) _n--; }
            public async Task<int> Get() { using (await EnterAsync()) return {|#0:_n|}; }
            public void Reset() { [|_n|] = 0; }
            private async Task<IDisposable> EnterAsync() { await _one.WaitAsync(); return new Releaser(this); }
            private sealed class Releaser(Counter owner) : IDisposable { public void Dispose() => owner._one.Release(); }
        }
        """,
        messages: ["'_n' is written here without '_one', which 3 of its 4 accesses hold; 'Get' reads it under the lock at line 7"]);

    [Fact]
    public Task A_write_while_the_upgradeable_lock_outlives_the_write_lock_is_ignored() => Ignores(
        """
        class Counter
        {
            private readonly ReaderWriterLockSlim _rw = new();
            private int _n;
            public void Add()
            {
                _rw.EnterUpgradeableReadLock();
                try
                {
                    _rw.EnterWriteLock();
                    try { _n++; } finally { _rw.ExitWriteLock(); }
                    _n--;
                }
                finally { _rw.ExitUpgradeableReadLock(); }
            }
            public void Sub() { _rw.EnterWriteLock(); try { _n--; } finally { _rw.ExitWriteLock(); } }
            public int Get() { _rw.EnterReadLock(); try { return _n; } finally { _rw.ExitReadLock(); } }
        }
        """);

    [Fact]
    public Task A_read_in_the_code_of_a_nested_type_under_the_outer_lock_is_ignored() => Ignores(
        """
        class Cache
        {
            private readonly object _gate = new();
            private int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            private sealed class Walker(Cache cache) { public void Clear() { lock (cache._gate) { cache._n = 0; } } }
        }
        """);

    [Fact]
    public Task A_write_in_the_code_of_a_nested_type_without_the_outer_lock_is_flagged() => Flags(
        """
        class Cache
        {
            private readonly object _gate = new();
            private int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            internal sealed class Walker { private readonly Cache _cache; public Walker(Cache cache) { _cache = cache; } public void Clear() { [|_cache._n|] = 0; } }
        }
        """);

    [Fact]
    public Task A_write_to_a_captured_constructor_parameter_without_its_lock_is_flagged() => Flags(
        """
        class Counter(int start)
        {
            private readonly object _gate = new();
            public void Add() { lock (_gate) start++; }
            public void Sub() { lock (_gate) start--; }
            public int Get() { lock (_gate) return start; }
            public void Reset() { [|start|] = 0; }
        }
        """);

    [Fact]
    public Task A_lock_that_a_primary_constructor_was_given_guards() => Flags(
        """
        class Counter(object gate)
        {
            private int _n;
            public void Add() { lock (gate) _n++; }
            public void Sub() { lock (gate) _n--; }
            public int Get() { lock (gate) return _n; }
            public void Reset() { [|_n|] = 0; }
        }
        """);

    [Fact]
    public Task A_captured_lock_that_a_member_replaces_is_ignored() => Ignores(
        """
        class Counter(object gate)
        {
            private int _n;
            public void Add() { lock (gate) _n++; }
            public void Sub() { lock (gate) _n--; }
            public int Get() { lock (gate) return _n; }
            public void Renew() { gate = new object(); }
            public void Reset() { _n = 0; }
        }
        """);

    [Fact]
    public Task A_write_in_a_private_function_to_what_its_callers_have_made_is_ignored() => Ignores(
        """
        class Account
        {
            private readonly object _gate = new();
            private decimal _balance;
            public void Deposit(decimal amount) { lock (_gate) _balance += amount; }
            public void Withdraw(decimal amount) { lock (_gate) _balance -= amount; }
            public decimal Balance { get { lock (_gate) return _balance; } }
            public static Account Open(decimal amount) { var account = new Account(); Set(account, amount); return account; }
            private static void Set(Account account, decimal amount) { account._balance = amount; }
        }
        """);
}
