using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class IgnoredAcquireTests : RuleTests<IgnoredAcquire, IgnoredAcquireFix>
{
    [Fact]
    public Task Semaphore_timed_wait_ignored_is_flagged() => Flags(In("public void M() { [|_sem.Wait(100)|]; try { Save(); } finally { {|#0:_sem.Release()|}; } }"),
        messages: ["'_sem' is released at line 11 even when 'Wait' gives up without it, so that one caller too many gets in from then on"]);

    [Fact]
    public Task Semaphore_timed_async_wait_ignored_is_flagged() => Flags(In("public async Task M() { await [|_sem.WaitAsync(TimeSpan.FromSeconds(1))|].ConfigureAwait(false); Save(); _sem.Release(); }"));

    [Fact]
    public Task Semaphore_wait_with_a_token_inside_the_try_is_flagged() => Flags(In("public async Task M(CancellationToken stop) { try { await [|_sem.WaitAsync(stop)|]; Save(); } finally { {|#0:_sem.Release()|}; } }"),
        messages: ["'_sem' is released at line 11 even when 'WaitAsync' is cancelled, so that one caller too many gets in from then on"]);

    [Fact]
    public Task Semaphore_wait_after_other_work_inside_the_try_is_flagged() => Flags(In("public async Task M() { try { Save(); await [|_sem.WaitAsync()|]; _n++; } finally { _sem.Release(); } }"),
        messages: ["'_sem' is released at line 11 even when line 11 fails before it is taken, so that one caller too many gets in from then on"]);

    [Fact]
    public Task Semaphore_return_before_the_wait_inside_the_try_is_flagged() => Flags(In("public async Task M(bool b) { try { if (b) return; await [|_sem.WaitAsync()|]; _n++; } finally { _sem.Release(); } }"));

    [Fact]
    public Task Semaphore_result_that_is_not_asked_before_the_release_is_flagged() => Flags(In("public void M() { var ok = [|_sem.Wait(5)|]; try { if (ok) _n++; } finally { _sem.Release(); } }"));

    [Fact]
    public Task Monitor_TryEnter_ignored_is_flagged() => Flags(In("public void M() { [|Monitor.TryEnter(_gate, 50)|]; _n++; Monitor.Exit(_gate); }"),
        messages: ["'_gate' is released at line 11 even when 'TryEnter' gives up without it, so that the release throws and hides the first failure"]);

    [Fact]
    public Task Monitor_TryEnter_released_without_looking_at_lockTaken_is_flagged() => Flags(In("public void M() { var taken = false; try { [|Monitor.TryEnter(_gate, 50, ref taken)|]; if (taken) _n++; } finally { Monitor.Exit(_gate); } }"));

    [Fact]
    public Task Mutex_and_ReaderWriterLock_and_Lock_are_flagged() => Flags(In(
        """
        public void A() { [|_mutex.WaitOne(100)|]; try { _n++; } finally { _mutex.ReleaseMutex(); } }
        public void B() { [|_rw.TryEnterWriteLock(100)|]; try { _n++; } finally { _rw.ExitWriteLock(); } }
        public void D() { [|_lock.TryEnter(100)|]; try { _n++; } finally { _lock.Exit(); } }
        """));

    [Fact]
    public Task A_wait_without_limit_inside_the_try_is_only_suggested() => Flags(In("public async Task M() { try { await [|_sem.WaitAsync()|]; Save(); } finally { _sem.Release(); } }"),
        severity: DiagnosticSeverity.Info,
        messages: ["'_sem' is released at line 11 even when 'WaitAsync' throws, so that one caller too many gets in from then on"]);

    [Theory]
    [InlineData("Semaphore_tested", "public bool M() { if (!_sem.Wait(5)) return false; try { Save(); return true; } finally { _sem.Release(); } }")]
    [InlineData("Semaphore_tested_in_the_finally", "public void M() { var ok = _sem.Wait(5); try { if (ok) Save(); } finally { if (ok) _sem.Release(); } }")]
    [InlineData("Semaphore_wake_up", "public async Task M() { while (_n < 9) { await _sem.WaitAsync(1000); _n++; } } public void Wake() => _sem.Release();")]
    [InlineData("Semaphore_wait_before_the_try", "public async Task M(CancellationToken t) { await _sem.WaitAsync(t); try { Save(); } finally { _sem.Release(); } }")]
    [InlineData("Semaphore_flag_in_the_try", "public async Task M(CancellationToken t) { var held = false; try { await _sem.WaitAsync(t); held = true; Save(); } finally { if (held) _sem.Release(); } }")]
    [InlineData("Semaphore_inner_try", "public async Task M(CancellationToken t) { try { await _sem.WaitAsync(t); try { Save(); } finally { _sem.Release(); } } catch (OperationCanceledException) { } }")]
    [InlineData("Semaphore_for_ever", "public void M() { _sem.Wait(-1); try { Save(); } finally { _sem.Release(); } }")]
    [InlineData("Semaphore_released_while_waiting", "public async Task M(CancellationToken t) { _sem.Release(); try { await Task.Delay(1, t); } finally { await _sem.WaitAsync(t); } }")]
    [InlineData("Semaphore_other_released", "readonly SemaphoreSlim _other = new(1); public void M() { _other.Wait(); try { if (_sem.Wait(5)) _sem.Release(); } finally { _other.Release(); } }")]
    [InlineData("Semaphore_only_released_when_cancelled_did_not_happen", "public async Task M(CancellationToken t) { try { await _sem.WaitAsync(t); } catch (OperationCanceledException) { return; } try { Save(); } finally { _sem.Release(); } }")]
    [InlineData("Semaphore_signal", "readonly SemaphoreSlim _signal = new(0); public async Task M(CancellationToken t) { try { await _signal.WaitAsync(t); } finally { _signal.Release(); } }")]
    [InlineData("Semaphore_fast_path", "public async Task M(CancellationToken t) { if (!_sem.Wait(0, t)) await _sem.WaitAsync(t); try { Save(); } finally { _sem.Release(); } }")]
    [InlineData("Monitor_lockTaken", "public void M() { var taken = false; try { Monitor.TryEnter(_gate, 5, ref taken); if (taken) Save(); } finally { if (taken) Monitor.Exit(_gate); } }")]
    [InlineData("Monitor_IsEntered", "public void M() { try { Monitor.TryEnter(_gate, 5); } finally { if (Monitor.IsEntered(_gate)) Monitor.Exit(_gate); } }")]
    [InlineData("Monitor_spin", "public void M() { while (!Monitor.TryEnter(_gate, 5)) Thread.Sleep(1); try { Save(); } finally { Monitor.Exit(_gate); } }")]
    [InlineData("Monitor_TryEnter_or_throw", "public void M() { if (!Monitor.TryEnter(_gate, 5)) throw new TimeoutException(); try { Save(); } finally { Monitor.Exit(_gate); } }")]
    [InlineData("Monitor_TryEnter_and_more", "public void M(bool b) { if (b && Monitor.TryEnter(_gate, 5)) { try { Save(); } finally { Monitor.Exit(_gate); } } }")]
    [InlineData("Monitor_and_semaphore_of_one_object", "public void M() { var taken = false; try { Monitor.TryEnter(_sem, 5, ref taken); if (!taken) return; if (_sem.Wait(5)) _sem.Release(); } finally { if (taken) Monitor.Exit(_sem); } }")]
    [InlineData("Monitor_conditions_without_short_circuit", "public void M(bool done) { var taken = false; try { Monitor.TryEnter(_gate, 5, ref taken); if (!taken) return; Save(); } finally { if (!done & taken) Monitor.Exit(_gate); } }")]
    [InlineData("Monitor_left_early", "public void M() { var taken = false; try { Monitor.Enter(_gate, ref taken); if (_n > 3) { Monitor.Exit(_gate); taken = false; Save(); return; } _n++; } finally { if (taken) Monitor.Exit(_gate); } }")]
    [InlineData("Semaphore_counted_release", "public async Task Stop(CancellationToken t) { var taken = 0; try { for (; taken < 9; taken++) await _sem.WaitAsync(t); } finally { _sem.Release(taken); } }")]
    [InlineData("Mutex_abandoned", "public void M() { bool ok; try { ok = _mutex.WaitOne(5); } catch (AbandonedMutexException) { ok = true; } if (!ok) return; try { Save(); } finally { _mutex.ReleaseMutex(); } }")]
    [InlineData("Mutex_first_instance", "public void M() { var first = _mutex.WaitOne(0); if (!first) return; Save(); _mutex.ReleaseMutex(); }")]
    [InlineData("Monitor_given_back_by_the_callee", "public void M() { Monitor.Exit(_gate); try { Save(); } finally { Monitor.Enter(_gate); } }")]
    public Task A_lock_that_is_held_when_it_is_released_is_ignored(string shape, string member)
    {
        Assert.NotEmpty(shape);
        return Ignores(In(member));
    }

    [Fact]
    public Task The_wait_moves_before_the_try() => Fixes(
        """
        class C
        {
            readonly SemaphoreSlim _sem = new(1, 1);
            public async Task Save(Stream to, byte[] bytes, CancellationToken stop)
            {
                try
                {
                    // One writer at a time.
                    await [|_sem.WaitAsync(stop)|];
                    await to.WriteAsync(bytes, stop);
                }
                finally
                {
                    _sem.Release();
                }
            }
        }
        """,
        """
        class C
        {
            readonly SemaphoreSlim _sem = new(1, 1);
            public async Task Save(Stream to, byte[] bytes, CancellationToken stop)
            {
                // One writer at a time.
                await _sem.WaitAsync(stop);
                try
                {
                    await to.WriteAsync(bytes, stop);
                }
                finally
                {
                    _sem.Release();
                }
            }
        }
        """,
        title: "Move the wait before the try");

    [Fact]
    public Task The_result_that_was_ignored_is_tested() => Fixes(
        """
        class C
        {
            readonly SemaphoreSlim _sem = new(1, 1);
            int _n;
            public async Task Count()
            {
                await [|_sem.WaitAsync(500)|];
                try
                {
                    _n++;
                }
                finally
                {
                    _sem.Release();
                }
            }
        }
        """,
        """
        class C
        {
            readonly SemaphoreSlim _sem = new(1, 1);
            int _n;
            public async Task Count()
            {
                if (!await _sem.WaitAsync(500))
                    throw new TimeoutException("_sem was not free in time.");
                try
                {
                    _n++;
                }
                finally
                {
                    _sem.Release();
                }
            }
        }
        """,
        title: "Throw when the lock is not taken in time");

    [Fact]
    public Task An_ignored_result_inside_the_try_is_moved_and_tested() => Fixes(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Count()
            {
                try
                {
                    [|Monitor.TryEnter(_gate, 500)|];
                    _n++;
                }
                finally
                {
                    Monitor.Exit(_gate);
                }
            }
        }
        """,
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Count()
            {
                if (!Monitor.TryEnter(_gate, 500))
                    throw new TimeoutException("_gate was not free in time.");
                try
                {
                    _n++;
                }
                finally
                {
                    Monitor.Exit(_gate);
                }
            }
        }
        """,
        title: "Take the lock before the try, and throw when that fails");

    [Fact]
    public Task A_try_that_catches_is_left_to_the_author() => Fixes(
        In("public async Task M(CancellationToken stop) { try { await [|_sem.WaitAsync(stop)|]; Save(); } catch (IOException) { } finally { _sem.Release(); } }"),
        In("public async Task M(CancellationToken stop) { try { await [|_sem.WaitAsync(stop)|]; Save(); } catch (IOException) { } finally { _sem.Release(); } }"));

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { readonly object _gate = new(); void M() { try { Monitor.TryEnter(_gate, } finally { Monitor.Exit( } } }", allowErrors: true);

    private static string In(string member) =>
        """
        class C
        {
            readonly object _gate = new();
            readonly SemaphoreSlim _sem = new(1, 1);
            readonly ReaderWriterLockSlim _rw = new();
            readonly Mutex _mutex = new();
            readonly Lock _lock = new();
            int _n;
            void Save() => File.WriteAllText("n", _n.ToString());

            MEMBER
        }
        """.Replace("MEMBER", member, StringComparison.Ordinal);

    [Fact]
    public Task A_result_that_is_thrown_away_or_kept_is_tested() => Fixes(
        """
        class C
        {
            readonly SemaphoreSlim _gate = new(1, 1);
            int _n;
            public void Discarded()
            {
                _ = [|_gate.Wait(5)|];
                try { _n++; } finally { _gate.Release(); }
            }
            public void Kept()
            {
                bool taken;
                taken = [|_gate.Wait(5)|];
                try { _n++; } finally { _gate.Release(); }
                Console.WriteLine(taken);
            }
        }

        """,
        """
        class C
        {
            readonly SemaphoreSlim _gate = new(1, 1);
            int _n;
            public void Discarded()
            {
                if (!_gate.Wait(5))
                    throw new TimeoutException("_gate was not free in time.");
                try { _n++; } finally { _gate.Release(); }
            }
            public void Kept()
            {
                bool taken;
                if (!(taken = _gate.Wait(5)))
                    throw new TimeoutException("_gate was not free in time.");
                try { _n++; } finally { _gate.Release(); }
                Console.WriteLine(taken);
            }
        }

        """);
}
