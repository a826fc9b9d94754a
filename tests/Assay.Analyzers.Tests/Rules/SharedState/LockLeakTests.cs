using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class LockLeakTests : RuleTests<LockLeak, LockLeakFix>
{
    [Fact]
    public Task Monitor_early_return_is_flagged() => Flags(In("public int M(bool b) { [|Monitor.Enter(_gate)|]; if (b) return {|#0:-1|}; _n++; Monitor.Exit(_gate); return _n; }"),
        messages: ["'_gate' stays held on the way out at line 13, and whoever needs it next waits for ever"]);

    [Fact]
    public Task Monitor_early_return_without_a_value_is_flagged() => Flags(In("public void M(bool b) { [|Monitor.Enter(_gate)|]; if (b) return; _n++; Monitor.Exit(_gate); }"),
        messages: ["'_gate' stays held when 'M' is done, and whoever needs it next waits for ever"]);

    [Fact]
    public Task Monitor_throw_before_the_exit_is_flagged() => Flags(In("public void M(bool b) { [|Monitor.Enter(_gate)|]; if (b) throw {|#0:new InvalidOperationException()|}; _n++; Monitor.Exit(_gate); }"),
        messages: ["'_gate' stays held after the exception at line 13, and whoever needs it next waits for ever"]);

    [Fact]
    public Task Monitor_callback_before_the_exit_is_flagged() => Flags(In("public void M(Action work) { [|Monitor.Enter(_gate)|]; {|#0:work()|}; Monitor.Exit(_gate); }"),
        messages: ["'_gate' stays held when 'work' throws at line 13, and whoever needs it next waits for ever"]);

    [Fact]
    public Task Monitor_io_before_the_exit_is_flagged() => Flags(In("public void M(string p) { [|Monitor.Enter(_gate)|]; {|#0:File.WriteAllText(p, \"\")|}; Monitor.Exit(_gate); }"),
        messages: ["'_gate' stays held when 'WriteAllText' throws at line 13, and whoever needs it next waits for ever"]);

    [Fact]
    public Task Monitor_io_in_a_private_helper_before_the_exit_is_flagged() => Flags(In("public void M() { [|Monitor.Enter(_gate)|]; {|#0:Save()|}; Monitor.Exit(_gate); }"));

    [Fact]
    public Task Monitor_swallowed_failure_is_flagged() => Flags(In("public void M() { try { [|Monitor.Enter(_gate)|]; {|#0:Save()|}; Monitor.Exit(_gate); } catch (IOException) { } }"));

    [Fact]
    public Task Monitor_released_in_the_catch_of_another_exception_is_flagged() => Flags(In("public void M() { [|Monitor.Enter(_gate)|]; try { Save(); } catch (IOException) { Monitor.Exit(_gate); throw; } Monitor.Exit(_gate); }"));

    [Fact]
    public Task Monitor_lockTaken_that_nobody_tests_on_one_way_is_flagged() => Flags(In("public void M(bool b) { bool taken = false; [|Monitor.TryEnter(_gate, 5, ref taken)|]; if (taken && b) Monitor.Exit(_gate); }"));

    [Fact]
    public Task Monitor_entered_twice_and_exited_once_is_flagged() => Flags(In("public void M(bool b) { [|Monitor.Enter(_gate)|]; try { if (b) Monitor.Enter(_gate); _n++; } finally { Monitor.Exit(_gate); } }"));

    [Fact]
    public Task Monitor_that_nothing_releases_is_flagged() => Flags(In("public void M() { [|Monitor.Enter(_gate)|]; _n++; }"),
        messages: ["'_gate' stays held when 'M' is done, for nothing in 'C' releases it, and whoever needs it next waits for ever"]);

    [Fact]
    public Task Semaphore_await_before_the_release_is_flagged() => Flags(In("public async Task M() { await [|_sem.WaitAsync()|]; {|#0:await Task.Run(Save)|}; _sem.Release(); }"),
        messages: ["'_sem' stays held when 'Run' throws at line 13, and whoever needs it next waits for ever"]);

    [Fact]
    public Task Semaphore_early_return_is_flagged() => Flags(In("public async Task<int> M(bool b) { await [|_sem.WaitAsync()|].ConfigureAwait(false); if (b) return {|#0:0|}; _n++; _sem.Release(); return 1; }"),
        messages: ["'_sem' stays held on the way out at line 13, and whoever needs it next waits for ever"]);

    [Fact]
    public Task Semaphore_continue_in_a_loop_is_flagged() => Flags(In("public async Task M(int[] all) { foreach (var i in all) { await [|_sem.WaitAsync()|]; if (i == 3) continue; _n++; _sem.Release(); } }"));

    [Fact]
    public Task Semaphore_of_a_local_is_flagged() => Flags(In("public async Task M(string key) { var gate = Of(key); await [|gate.WaitAsync()|]; await Task.Run(Save); gate.Release(); }"));

    [Fact]
    public Task Semaphore_released_only_when_the_timed_wait_and_more_are_true_is_flagged() => Flags(In("public void M(bool b) { if ([|_sem.Wait(5)|] && b) { _n++; _sem.Release(); } }"));

    [Fact]
    public Task ReaderWriterLock_exited_in_another_mode_is_flagged() => Flags(In("public void M() { [|_rw.EnterReadLock()|]; try { _n++; } finally { _rw.ExitWriteLock(); } }"));

    [Fact]
    public Task ReaderWriterLock_upgrade_not_ended_is_flagged() => Flags(In("public void M(bool b) { _rw.EnterUpgradeableReadLock(); try { [|_rw.EnterWriteLock()|]; if (b) return; _n++; _rw.ExitWriteLock(); } finally { _rw.ExitUpgradeableReadLock(); } }"));

    [Fact]
    public Task Mutex_and_SpinLock_and_Lock_are_flagged() => Flags(
        """
        class C
        {
            readonly Mutex _mutex = new();
            readonly Lock _lock = new();
            SpinLock _spin = new(false);
            int _n;
            public void A(bool b) { [|_mutex.WaitOne()|]; if (b) return; _mutex.ReleaseMutex(); }
            public void B(Action a) { [|_lock.Enter()|]; a(); _lock.Exit(); }
            public void D(bool b) { bool taken = false; [|_spin.Enter(ref taken)|]; if (b) return; _n++; if (taken) _spin.Exit(); }
        }
        """);

    [Fact]
    public Task A_lambda_and_a_local_function_are_flagged() => Flags(In("public Action M(bool b) { Local(); return () => { [|Monitor.Enter(_gate)|]; if (b) return; Monitor.Exit(_gate); }; void Local() { [|_rw.EnterReadLock()|]; if (b) return; _rw.ExitReadLock(); } }"));

    [Theory]
    [InlineData("Monitor_try_finally", "public void M() { Monitor.Enter(_gate); try { Save(); } finally { Monitor.Exit(_gate); } }")]
    [InlineData("Monitor_enter_inside_the_try_with_lockTaken", "public void M() { bool taken = false; try { Monitor.Enter(_gate, ref taken); Save(); } finally { if (taken) Monitor.Exit(_gate); } }")]
    [InlineData("Monitor_flag_set_by_the_code", "public void M() { var entered = false; try { Monitor.Enter(_gate); entered = true; Save(); } finally { if (entered) { Monitor.Exit(_gate); } } }")]
    [InlineData("Monitor_IsEntered_asked_in_the_finally", "public void M() { try { Monitor.Enter(_gate); Save(); } finally { if (Monitor.IsEntered(_gate)) Monitor.Exit(_gate); } }")]
    [InlineData("Monitor_only_assignments_in_between", "public void M() { Monitor.Enter(_gate); _n++; _all.Add(_n); Monitor.Exit(_gate); }")]
    [InlineData("Monitor_released_in_catch_all_and_after", "public void M() { Monitor.Enter(_gate); try { Save(); } catch { Monitor.Exit(_gate); throw; } Monitor.Exit(_gate); }")]
    [InlineData("Monitor_TryEnter_with_else", "public void M() { if (Monitor.TryEnter(_gate, 5)) { try { Save(); } finally { Monitor.Exit(_gate); } } else { Save(); } }")]
    [InlineData("Monitor_TryEnter_result_negated", "public bool M() { if (!Monitor.TryEnter(_gate)) { return false; } try { Save(); return true; } finally { Monitor.Exit(_gate); } }")]
    [InlineData("Monitor_condition_tested_twice", "public void M(bool must) { if (must) Monitor.Enter(_gate); try { Save(); } finally { if (must) Monitor.Exit(_gate); } }")]
    [InlineData("Monitor_null_check_tested_twice", "public void M(object? gate) { if (gate != null) Monitor.Enter(gate); try { Save(); } finally { if (gate is not null) Monitor.Exit(gate); } }")]
    [InlineData("Monitor_released_early_then_again_taken", "public void M() { Monitor.Enter(_gate); try { Monitor.Exit(_gate); try { Save(); } finally { Monitor.Enter(_gate); } } finally { Monitor.Exit(_gate); } }")]
    [InlineData("Monitor_wait_pulse", "public void M() { Monitor.Enter(_gate); try { while (_n == 0) Monitor.Wait(_gate); Save(); } finally { Monitor.Exit(_gate); } }")]
    [InlineData("Monitor_released_by_a_private_method", "public void M() { Monitor.Enter(_gate); try { Save(); } finally { Unlock(); } } void Unlock() => Monitor.Exit(_gate);")]
    [InlineData("Monitor_taken_by_a_private_method", "public void M() { Lock(); try { Save(); } finally { Unlock(); } } void Lock() => Monitor.Enter(_gate); void Unlock() => Monitor.Exit(_gate);")]
    [InlineData("Monitor_begin_and_end_in_two_methods", "public bool Begin() { Monitor.Enter(_gate); if (_n > 3) { Monitor.Exit(_gate); return false; } return true; } public void End() => Monitor.Exit(_gate);")]
    [InlineData("Monitor_of_several_objects_in_loops", "public void M(object[] gates) { var i = 0; try { for (; i < gates.Length; i++) Monitor.Enter(gates[i]); Save(); } finally { while (--i >= 0) Monitor.Exit(gates[i]); } }")]
    [InlineData("Monitor_foreach_in_loops", "public void M(object[] gates) { foreach (var gate in gates) Monitor.Enter(gate); try { Save(); } finally { foreach (var gate in gates) Monitor.Exit(gate); } }")]
    [InlineData("Monitor_process_ends", "public void M() { Monitor.Enter(_gate); if (_n > 3) Environment.FailFast(\"\"); _n++; Monitor.Exit(_gate); }")]
    [InlineData("Monitor_logging_in_between", "public void M() { Monitor.Enter(_gate); LogState(); _n++; Monitor.Exit(_gate); } void LogState() => Console.WriteLine(_n);")]
    [InlineData("Monitor_failure_swallowed_in_the_helper", "public void M() { Monitor.Enter(_gate); Quiet(); Monitor.Exit(_gate); } void Quiet() { try { Save(); } catch { } }")]
    [InlineData("Semaphore_try_finally", "public async Task M(CancellationToken t) { await _sem.WaitAsync(t); try { await Task.Run(Save, t); } finally { _sem.Release(); } }")]
    [InlineData("Semaphore_timed_wait_tested", "public async Task<bool> M() { if (!await _sem.WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false)) return false; try { await Task.Run(Save); return true; } finally { _sem.Release(); } }")]
    [InlineData("Semaphore_timed_wait_kept", "public async Task M() { var ok = await _sem.WaitAsync(5); try { if (ok) await Task.Run(Save); } finally { if (ok) _sem.Release(); } }")]
    [InlineData("Semaphore_that_throws_when_timed_out", "public async Task M() { if (!await _sem.WaitAsync(5)) throw new TimeoutException(); try { await Task.Run(Save); } finally { _sem.Release(); } }")]
    [InlineData("Semaphore_released_by_a_background_lambda", "public async Task M() { await _sem.WaitAsync(); _ = Task.Run(() => { try { Save(); } finally { _sem.Release(); } }); }")]
    [InlineData("Semaphore_released_by_a_continuation", "public async Task M() { await _sem.WaitAsync(); if (_n > 3) { _sem.Release(); return; } await Task.Run(Save).ContinueWith(_ => _sem.Release()); }")]
    [InlineData("Semaphore_handed_to_a_returned_disposable", "public async Task<IDisposable> M() { await _sem.WaitAsync(); return new Releaser(_sem); }")]
    [InlineData("Semaphore_handed_out_unless_closed", "public async Task<IDisposable?> M() { await _sem.WaitAsync(); if (_n > 3) { _sem.Release(); return null; } return new Releaser(_sem); }")]
    [InlineData("Semaphore_in_a_using_of_the_releaser", "public async Task M() { await _sem.WaitAsync(); using var held = new Releaser(_sem); await Task.Run(Save); }")]
    [InlineData("Semaphore_that_only_signals", "readonly SemaphoreSlim _signal = new(0); public async Task M() { await _signal.WaitAsync(); Save(); } public void Fire() => _signal.Release();")]
    [InlineData("Semaphore_that_signals_and_is_passed_on", "readonly SemaphoreSlim _signal = new(0); public async Task M(bool b) { await _signal.WaitAsync(); await Task.Run(Save); if (b) _signal.Release(); }")]
    [InlineData("Semaphore_that_is_waited_for_and_never_released", "public async Task Once() { await _sem.WaitAsync(); Save(); }")]
    [InlineData("Semaphore_fast_path", "public async Task M() { if (!_sem.Wait(0)) await _sem.WaitAsync(); try { await Task.Run(Save); } finally { _sem.Release(); } }")]
    [InlineData("Semaphore_kept_task", "public async Task M() { var wait = _sem.WaitAsync(); if (!wait.IsCompleted) await wait; try { await Task.Run(Save); } finally { _sem.Release(); } }")]
    [InlineData("Semaphore_throttle_in_a_loop", "public async Task M(int[] all) { foreach (var i in all) { await _sem.WaitAsync(); _ = Work(i); } async Task Work(int i) { try { await Task.Delay(i); } finally { _sem.Release(); } } }")]
    [InlineData("Semaphore_conditional_access", "public void M(SemaphoreSlim? gate) { gate?.Wait(); try { Save(); } finally { gate?.Release(); } }")]
    [InlineData("Semaphore_wait_for_ever", "public void M() { _sem.Wait(Timeout.Infinite); try { Save(); } finally { _sem.Release(); } }")]
    [InlineData("Semaphore_retry_loop", "public async Task M() { while (true) { await _sem.WaitAsync(); try { Save(); return; } catch (IOException) { } finally { _sem.Release(); } await Task.Delay(1); } }")]
    [InlineData("ReaderWriterLock_modes", "public int M() { _rw.EnterReadLock(); try { if (_n > 3) return _n; } finally { _rw.ExitReadLock(); } _rw.EnterWriteLock(); try { return ++_n; } finally { _rw.ExitWriteLock(); } }")]
    [InlineData("ReaderWriterLock_upgrade", "public void M() { _rw.EnterUpgradeableReadLock(); try { if (_n == 0) { _rw.EnterWriteLock(); try { Save(); } finally { _rw.ExitWriteLock(); } } } finally { _rw.ExitUpgradeableReadLock(); } }")]
    [InlineData("ReaderWriterLock_asked_what_it_holds", "public void M() { try { _rw.EnterWriteLock(); Save(); } finally { if (_rw.IsWriteLockHeld) _rw.ExitWriteLock(); } }")]
    [InlineData("Monitor_of_the_caller_given_back_for_a_while", "void Call() { Monitor.Exit(_gate); try { Save(); } finally { Monitor.Enter(_gate); } }")]
    [InlineData("Semaphore_of_the_caller_given_back_for_a_while", "async Task Call(CancellationToken t) { _sem.Release(); await Task.Run(Save); await _sem.WaitAsync(t); await Task.Run(Save); }")]
    [InlineData("Semaphore_of_the_caller_given_back_in_a_loop", "async Task Call(int[] all) { foreach (var i in all) { try { await Task.Run(Save); } catch (IOException) { _sem.Release(); await Task.Delay(i); await _sem.WaitAsync(); } } }")]
    [InlineData("Semaphore_of_the_caller_given_back_with_a_token", "async Task Call(int[] all, CancellationToken t) { foreach (var i in all) { try { try { _sem.Release(); await Task.Delay(i, t); } finally { await _sem.WaitAsync(t); } } catch (Exception) { _sem.Release(); await Task.Delay(i, t); await _sem.WaitAsync(t); } } }")]
    [InlineData("Semaphore_counted_release", "public async Task Stop() { var taken = 0; try { for (; taken < 9; taken++) await _sem.WaitAsync(); } finally { _sem.Release(taken); } }")]
    [InlineData("Semaphore_logged_in_between", "interface ILog { void Verbose(string text); } async Task Call(ILog log) { await _sem.WaitAsync(); log.Verbose(\"in\"); _n++; _sem.Release(); }")]
    [InlineData("Mutex_abandoned_and_flagged", "void Call(Mutex m) { bool ok; try { ok = m.WaitOne(5); } catch (AbandonedMutexException) { ok = true; } if (!ok) return; try { Save(); } finally { m.ReleaseMutex(); } }")]
    [InlineData("Mutex_of_a_single_instance", "static readonly Mutex s_only = new(false, \"shop\"); public static bool First() => s_only.WaitOne(0);")]
    [InlineData("Mutex_abandoned", "readonly Mutex _mutex = new(); public void M() { try { _mutex.WaitOne(); } catch (AbandonedMutexException) { } try { Save(); } finally { _mutex.ReleaseMutex(); } }")]
    [InlineData("SpinLock_with_flag", "SpinLock _spin = new(false); public void M() { var taken = false; try { _spin.Enter(ref taken); _n++; } finally { if (taken) _spin.Exit(useMemoryBarrier: false); } }")]
    [InlineData("Lock_enter_exit", "readonly Lock _lock = new(); public void M() { _lock.Enter(); try { Save(); } finally { _lock.Exit(); } if (_lock.TryEnter(5)) { try { Save(); } finally { _lock.Exit(); } } }")]
    [InlineData("Public_gate_released_by_others", "public readonly object Root = new(); public void M() { Monitor.Enter(Root); }")]
    [InlineData("Iterator_with_finally", "public IEnumerable<int> M() { _sem.Wait(); try { yield return 1; } finally { _sem.Release(); } }")]
    public Task A_lock_that_is_given_back_is_ignored(string shape, string member)
    {
        Assert.NotEmpty(shape);
        return Ignores(In(member));
    }

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        In("public void M() { Monitor.Enter(_gate); try { Save() } finally { Monitor.Exit("), allowErrors: true);

    [Fact]
    public Task Statements_up_to_the_release_move_into_a_try() => Fixes(
        """
        class C
        {
            readonly SemaphoreSlim _sem = new(1, 1);
            int _n;
            public async Task Save(Stream target, byte[] bytes)
            {
                // One writer at a time.
                await [|_sem.WaitAsync()|];
                _n++; // counted
                await target.WriteAsync(bytes);
                _sem.Release();
                Console.WriteLine(_n);
            }
        }
        """,
        """
        class C
        {
            readonly SemaphoreSlim _sem = new(1, 1);
            int _n;
            public async Task Save(Stream target, byte[] bytes)
            {
                // One writer at a time.
                await _sem.WaitAsync();
                try
                {
                    _n++; // counted
                    await target.WriteAsync(bytes);
                }
                finally
                {
                    _sem.Release();
                }
                Console.WriteLine(_n);
            }
        }
        """,
        title: "Release '_sem' in a finally block");

    [Fact]
    public Task A_result_that_is_used_later_is_declared_before_the_try() => Fixes(
        """
        class C
        {
            readonly object _gate = new();
            public int Read(Func<int> source)
            {
                [|Monitor.Enter(_gate)|];
                var value = source();
                Monitor.Exit(_gate);
                return value;
            }
        }
        """,
        """
        class C
        {
            readonly object _gate = new();
            public int Read(Func<int> source)
            {
                Monitor.Enter(_gate);
                int value;
                try
                {
                    value = source();
                }
                finally
                {
                    Monitor.Exit(_gate);
                }
                return value;
            }
        }
        """);

    [Fact]
    public Task An_early_return_loses_its_own_release() => Fixes(
        """
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            int _n;
            public int Next(bool stop, Func<int> step)
            {
                [|_rw.EnterWriteLock()|];
                if (stop)
                {
                    _rw.ExitWriteLock();
                    return -1;
                }
                _n += step();
                _rw.ExitWriteLock();
                return 0;
            }
        }
        """,
        """
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            int _n;
            public int Next(bool stop, Func<int> step)
            {
                _rw.EnterWriteLock();
                try
                {
                    if (stop)
                    {
                        return -1;
                    }
                    _n += step();
                }
                finally
                {
                    _rw.ExitWriteLock();
                }
                return 0;
            }
        }
        """);

    [Fact]
    public Task A_release_in_another_block_is_left_to_the_author() => Fixes(
        In("public void M(bool b, Action a) { [|Monitor.Enter(_gate)|]; if (b) { a(); Monitor.Exit(_gate); } }"),
        In("public void M(bool b, Action a) { [|Monitor.Enter(_gate)|]; if (b) { a(); Monitor.Exit(_gate); } }"));

    private static string In(string member) =>
        """
        class C
        {
            readonly object _gate = new();
            readonly SemaphoreSlim _sem = new(1, 1);
            readonly ReaderWriterLockSlim _rw = new();
            readonly List<int> _all = [];
            int _n;
            sealed class Releaser(SemaphoreSlim gate) : IDisposable { public void Dispose() => gate.Release(); }
            static SemaphoreSlim Of(string key) => throw new NotSupportedException(key);
            void Save() => File.WriteAllText("n", _n.ToString());
            public int Size => _all.Count;

            MEMBER
        }
        """.Replace("MEMBER", member, StringComparison.Ordinal);

    [Fact]
    public Task A_release_that_asks_the_lock_whether_it_is_held_is_ignored() => Ignores(
        """
        class Application
        {
            readonly ReaderWriterLockSlim _lock = new();
            readonly Dictionary<string, object> _items = new();
            bool IsLockHeld => _lock.IsReadLockHeld || _lock.IsWriteLockHeld;
            public object Get(string name)
            {
                var acquired = false;
                try
                {
                    if (!IsLockHeld)
                    {
                        _lock.EnterReadLock();
                        acquired = true;
                    }
                    return _items[name];
                }
                finally
                {
                    if (acquired && IsLockHeld) _lock.ExitReadLock();
                }
            }
        }
        """);

    [Fact]
    public Task A_release_that_the_state_of_a_compiled_iterator_decides_is_ignored() => Ignores(
        """
        class Writer
        {
            readonly object _lock = new();
            int _state;
            public void MoveNext(int number, Action write)
            {
                var taken = false;
                try
                {
                    Monitor.Enter(_lock, ref taken);
                    write();
                    _state = number;
                }
                finally
                {
                    if (number < 0 && taken) Monitor.Exit(_lock);
                }
            }
        }
        """);
}
