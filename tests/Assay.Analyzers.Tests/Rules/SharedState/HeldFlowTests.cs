using Assay.Analyzers.Rules.SharedState;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.SharedState;

/// <summary>What is held along the paths of explicit acquire and release calls, seen through the rule on bare accesses.</summary>
public sealed class HeldFlowTests : RuleTests<UnguardedAccess>
{
    private const string OnMonitor =
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            bool _mustLock;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public int Twice() { lock (_gate) return _n * 2; }
            BODY
            void Save() { }
        }
        """;

    private const string OnSemaphore =
        """
        class C
        {
            readonly SemaphoreSlim _gate = new(1, 1);
            int _n;
            public async Task Add() { await _gate.WaitAsync(); try { _n++; } finally { _gate.Release(); } }
            public async Task Sub() { await _gate.WaitAsync(); try { _n--; } finally { _gate.Release(); } }
            public async Task<int> Get() { await _gate.WaitAsync(); try { return _n; } finally { _gate.Release(); } }
            BODY
        }
        """;

    private const string OnReaderWriter =
        """
        class C
        {
            readonly ReaderWriterLockSlim _gate = new();
            int _n;
            public void Add() { _gate.EnterWriteLock(); try { _n++; } finally { _gate.ExitWriteLock(); } }
            public void Sub() { _gate.EnterWriteLock(); try { _n--; } finally { _gate.ExitWriteLock(); } }
            public int Get() { _gate.EnterReadLock(); try { return _n; } finally { _gate.ExitReadLock(); } }
            BODY
        }
        """;

    [Fact]
    public Task Monitor_with_lockTaken_is_ignored() => Ignores(In(OnMonitor, "public void M() { bool taken = false; try { Monitor.Enter(_gate, ref taken); _n = 5; } finally { if (taken) Monitor.Exit(_gate); } }"));

    [Fact]
    public Task Monitor_after_an_exit_in_an_early_return_is_ignored() => Ignores(In(OnMonitor, "public void M(bool b) { Monitor.Enter(_gate); if (b) { Monitor.Exit(_gate); return; } _n = 5; Monitor.Exit(_gate); }"));

    [Fact]
    public Task Monitor_TryEnter_whose_failure_returns_is_ignored() => Ignores(In(OnMonitor, "public bool M() { if (!Monitor.TryEnter(_gate, 100)) return false; try { _n = 5; return true; } finally { Monitor.Exit(_gate); } }"));

    [Fact]
    public Task Monitor_TryEnter_with_lockTaken_tested_is_ignored() => Ignores(In(OnMonitor, "public void M() { bool taken = false; Monitor.TryEnter(_gate, 100, ref taken); if (!taken) return; _n = 5; Monitor.Exit(_gate); }"));

    [Fact]
    public Task Monitor_taken_under_a_condition_that_is_tested_again_is_ignored() => Ignores(In(OnMonitor, "public void M(bool mustLock) { if (mustLock) Monitor.Enter(_gate); try { if (mustLock) _n = 5; } finally { if (mustLock) Monitor.Exit(_gate); } }"));

    [Fact]
    public Task Monitor_taken_in_every_round_of_a_loop_is_ignored() => Ignores(In(OnMonitor, "public void M() { for (var i = 0; i < 9; i++) { Monitor.Enter(_gate); _n = i; Monitor.Exit(_gate); } }"));

    [Fact]
    public Task Monitor_spun_for_in_a_condition_is_ignored() => Ignores(In(OnMonitor, "public void M() { while (!Monitor.TryEnter(_gate)) Thread.Yield(); _n = 5; Monitor.Exit(_gate); }"));

    [Fact]
    public Task Monitor_taken_in_a_switch_section_is_ignored() => Ignores(In(OnMonitor, "public void M(int k) { switch (k) { case 1: Monitor.Enter(_gate); _n = 5; Monitor.Exit(_gate); break; default: break; } }"));

    [Fact]
    public Task Monitor_in_a_lambda_is_ignored() => Ignores(In(OnMonitor, "public Action M() => () => { Monitor.Enter(_gate); try { _n = 5; } finally { Monitor.Exit(_gate); } };"));

    [Fact]
    public Task Monitor_in_a_local_function_is_ignored() => Ignores(In(OnMonitor, "public void M() { Set(); void Set() { Monitor.Enter(_gate); try { _n = 5; } finally { Monitor.Exit(_gate); } } }"));

    [Fact]
    public Task Monitor_over_a_lambda_that_runs_now_is_ignored() => Ignores(In(OnMonitor, "public void M(List<int> all) { Monitor.Enter(_gate); try { all.ForEach(i => _n = i); } finally { Monitor.Exit(_gate); } }"));

    [Fact]
    public Task Monitor_held_on_one_of_two_ways_is_ignored_for_it_may_be_held() => Ignores(In(OnMonitor, "public void M(bool b) { if (b) Monitor.Enter(_gate); _n = 5; if (b) Monitor.Exit(_gate); }"));

    [Fact]
    public Task Monitor_taken_through_an_alias_is_ignored() => Ignores(In(OnMonitor, "public void M() { var gate = _gate; Monitor.Enter(gate); try { _n = 5; } finally { Monitor.Exit(gate); } }"));

    [Fact]
    public Task Monitor_wait_keeps_the_lock_is_ignored() => Ignores(In(OnMonitor, "public void M() { Monitor.Enter(_gate); try { while (_n > 3) Monitor.Wait(_gate); _n = 5; } finally { Monitor.Exit(_gate); } }"));

    [Fact]
    public Task Monitor_access_after_the_finally_is_flagged() => Flags(In(OnMonitor, "public void M() { Monitor.Enter(_gate); try { Save(); } finally { Monitor.Exit(_gate); } [|_n|] = 5; }"));

    [Fact]
    public Task Monitor_access_where_TryEnter_failed_is_flagged() => Flags(In(OnMonitor, "public void M() { if (Monitor.TryEnter(_gate, 100)) { Monitor.Exit(_gate); } else { [|_n|] = 5; } }"));

    [Fact]
    public Task Monitor_access_before_the_enter_is_flagged() => Flags(In(OnMonitor, "public void M() { [|_n|] = 4; Monitor.Enter(_gate); _n = 5; Monitor.Exit(_gate); }"));

    [Fact]
    public Task Monitor_access_where_lockTaken_is_false_is_flagged() => Flags(In(OnMonitor, "public void M() { bool taken = false; try { Monitor.TryEnter(_gate, ref taken); if (!taken) { [|_n|] = 5; return; } _n = 6; } finally { if (taken) Monitor.Exit(_gate); } }"));

    [Fact]
    public Task Monitor_access_between_a_release_and_the_next_acquire_is_flagged() => Flags(In(OnMonitor, "public void M() { Monitor.Enter(_gate); _n = 5; Monitor.Exit(_gate); [|_n|] = 6; Monitor.Enter(_gate); _n = 7; Monitor.Exit(_gate); }"));

    [Fact]
    public Task Semaphore_timed_out_wait_that_throws_is_ignored() => Ignores(In(OnSemaphore, "public async Task M(CancellationToken stop) { if (!await _gate.WaitAsync(100, stop).ConfigureAwait(false)) throw new TimeoutException(); try { _n = 5; } finally { _gate.Release(); } }"));

    [Fact]
    public Task Semaphore_result_kept_in_a_local_is_ignored() => Ignores(In(OnSemaphore, "public async Task M() { var entered = await _gate.WaitAsync(100); if (entered) { _n = 5; _gate.Release(); } }"));

    [Fact]
    public Task Semaphore_result_compared_with_false_is_ignored() => Ignores(In(OnSemaphore, "public void M() { if (_gate.Wait(100) == false) return; _n = 5; _gate.Release(); }"));

    [Fact]
    public Task Semaphore_behind_a_conditional_access_is_ignored() => Ignores(In(OnSemaphore, "public void M() { _gate?.Wait(); _n = 5; _gate?.Release(); }"));

    [Fact]
    public Task Semaphore_held_over_awaits_is_ignored() => Ignores(In(OnSemaphore, "public async Task M() { await _gate.WaitAsync(); try { await Task.Yield(); _n = 5; } finally { _gate.Release(); } }"));

    [Fact]
    public Task Semaphore_access_after_the_release_is_flagged() => Flags(In(OnSemaphore, "public async Task M() { await _gate.WaitAsync(); await Task.Yield(); _gate.Release(); [|_n|] = 5; }"));

    [Fact]
    public Task Semaphore_access_after_a_timed_out_wait_is_flagged() => Flags(In(OnSemaphore, "public async Task M() { if (!await _gate.WaitAsync(100)) { [|_n|] = 5; return; } _gate.Release(); }"));

    [Fact]
    public Task ReaderWriterLock_upgraded_is_ignored() => Ignores(In(OnReaderWriter, "public void M() { _gate.EnterUpgradeableReadLock(); try { if (_n < 3) { _gate.EnterWriteLock(); try { _n = 5; } finally { _gate.ExitWriteLock(); } } } finally { _gate.ExitUpgradeableReadLock(); } }"));

    [Fact]
    public Task ReaderWriterLock_tried_for_reading_is_ignored() => Ignores(In(OnReaderWriter, "public int M() { if (!_gate.TryEnterReadLock(5)) return -1; try { return _n; } finally { _gate.ExitReadLock(); } }"));

    [Fact]
    public Task ReaderWriterLock_access_after_it_is_flagged() => Flags(In(OnReaderWriter, "public void M() { _gate.EnterReadLock(); _gate.ExitReadLock(); [|_n|] = 5; }"));

    [Fact]
    public Task SpinLock_and_Mutex_and_Lock_held_are_ignored() => Ignores(
        """
        class C
        {
            SpinLock _spin = new(false);
            readonly Mutex _mutex = new();
            readonly Lock _lock = new();
            int _a, _b, _c;
            public void A1() { bool t = false; try { _spin.Enter(ref t); _a++; } finally { if (t) _spin.Exit(); } }
            public void A2() { bool t = false; try { _spin.TryEnter(ref t); if (t) _a--; } finally { if (t) _spin.Exit(); } }
            public void B1() { _mutex.WaitOne(); try { _b++; } finally { _mutex.ReleaseMutex(); } }
            public void B2() { if (_mutex.WaitOne(TimeSpan.FromSeconds(1))) { try { _b--; } finally { _mutex.ReleaseMutex(); } } }
            public void C1() { _lock.Enter(); try { _c++; } finally { _lock.Exit(); } }
            public void C2() { if (!_lock.TryEnter()) return; try { _c--; } finally { _lock.Exit(); } }
            public void C3() { lock (_lock) _c = 1; using (_lock.EnterScope()) _c = 2; using var scope = _lock.EnterScope(); _c = 3; }
        }
        """);

    [Theory]
    [InlineData("SpinLock _gate = new(false);", "bool t = false; try { _gate.Enter(ref t); BODY } finally { if (t) _gate.Exit(); }")]
    [InlineData("readonly Mutex _gate = new();", "_gate.WaitOne(); try { BODY } finally { _gate.ReleaseMutex(); }")]
    [InlineData("readonly Lock _gate = new();", "_gate.Enter(); try { BODY } finally { _gate.Exit(); }")]
    public Task A_bare_access_beside_held_ones_is_flagged(string gate, string held) => Flags(
        $$"""
        class C
        {
            {{gate}}
            int _n;
            public void A() { {{held.Replace("BODY", "_n++;", StringComparison.Ordinal)}} }
            public void B() { {{held.Replace("BODY", "_n--;", StringComparison.Ordinal)}} }
            public void D() { {{held.Replace("BODY", "_n *= 2;", StringComparison.Ordinal)}} }
            public void E() { {{held.Replace("BODY", "", StringComparison.Ordinal)}} [|_n|] = 0; }
        }
        """);

    // A lock statement on a Lock has no region in the graph, and on older compilers no body either.
    [Theory]
    [InlineData("lock (_door) { Monitor.Enter(_gate); try { _n = 5; } finally { Monitor.Exit(_gate); } }")]
    [InlineData("lock (_door) { Action a = () => { Monitor.Enter(_gate); try { _n = 5; } finally { Monitor.Exit(_gate); } }; a(); }")]
    [InlineData("lock (_door) { Do(); void Do() { Monitor.Enter(_gate); try { _n = 5; } finally { Monitor.Exit(_gate); } } }")]
    [InlineData("using (_door.EnterScope()) { Monitor.Enter(_gate); try { _n = 5; } finally { Monitor.Exit(_gate); } }")]
    [InlineData("lock (_door) { bool t = false; try { Monitor.TryEnter(_gate, ref t); if (t) _n = 5; } finally { if (t) Monitor.Exit(_gate); } }")]
    public Task Acquires_inside_a_scope_of_Lock_are_ignored(string body) => Ignores(In(OnMonitor, $"readonly Lock _door = new(); public void M() {{ {body} }}"));

    [Fact]
    public Task A_bare_access_after_a_scope_of_Lock_with_acquires_is_flagged() => Flags(In(OnMonitor, "readonly Lock _door = new(); public void M() { lock (_door) { Monitor.Enter(_gate); Monitor.Exit(_gate); } [|_n|] = 5; }"));

    private static string In(string type, string body) => type.Replace("BODY", body, StringComparison.Ordinal);
}
