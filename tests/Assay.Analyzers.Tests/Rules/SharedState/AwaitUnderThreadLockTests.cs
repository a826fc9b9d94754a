using Assay.Analyzers.Rules.SharedState;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class AwaitUnderThreadLockTests : RuleTests<AwaitUnderThreadLock>
{
    [Fact]
    public Task Monitor_over_an_await_is_flagged() => Flags(In("public async Task M() { {|#0:Monitor.Enter(_gate)|}; try { [|await Task.Delay(1)|]; } finally { Monitor.Exit(_gate); } }"),
        messages: ["'_gate', taken at line 10, belongs to the thread that took it; after this await another thread may run the rest, and its release then fails and leaves '_gate' held"]);

    [Fact]
    public Task Monitor_with_lockTaken_is_flagged() => Flags(In("public async Task M() { var taken = false; try { Monitor.Enter(_gate, ref taken); [|await Task.Yield()|]; } finally { if (taken) Monitor.Exit(_gate); } }"));

    [Fact]
    public Task Monitor_TryEnter_is_flagged() => Flags(In("public async Task M() { if (!Monitor.TryEnter(_gate, 5)) return; try { [|await Task.Yield()|]; await Task.Yield(); } finally { Monitor.Exit(_gate); } }"));

    [Fact]
    public Task Monitor_over_a_yield_to_tasks_is_flagged() => Flags(In("public async IAsyncEnumerable<int> M() { Monitor.Enter(_gate); try { [|yield return 1;|] } finally { Monitor.Exit(_gate); } await Task.Yield(); }"));

    [Fact]
    public Task Monitor_over_a_yield_is_suggested() => Flags(In("public IEnumerable<int> M() { Monitor.Enter(_gate); try { [|yield return 1;|] } finally { Monitor.Exit(_gate); } }"),
        severity: Microsoft.CodeAnalysis.DiagnosticSeverity.Info,
        messages: ["'_gate', taken at line 10, belongs to the thread that took it; after this yield another thread may run the rest, and its release then fails and leaves '_gate' held"]);

    [Fact]
    public Task ReaderWriterLock_is_flagged() => Flags(In("public async Task M() { _rw.EnterReadLock(); try { [|await Task.Yield()|]; } finally { _rw.ExitReadLock(); } }"));

    [Fact]
    public Task Mutex_is_flagged() => Flags(In("public async Task M() { _mutex.WaitOne(); [|await Task.Yield()|]; _mutex.ReleaseMutex(); }"));

    [Fact]
    public Task Lock_is_flagged() => Flags(In("public async Task M() { _lock.Enter(); try { [|await Task.Yield()|]; } finally { _lock.Exit(); } }"));

    [Fact]
    public Task An_await_foreach_is_flagged() => Flags(In("public async Task M(IAsyncEnumerable<int> all) { Monitor.Enter(_gate); try { [|await foreach (var i in all) { }|] } finally { Monitor.Exit(_gate); } }"));

    [Fact]
    public Task A_lambda_that_awaits_is_flagged() => Flags(In("public Func<Task> M() => async () => { Monitor.Enter(_gate); [|await Task.Yield()|]; Monitor.Exit(_gate); };"));

    [Fact]
    public Task An_await_on_one_way_only_is_flagged() => Flags(In("public async Task M(bool b) { Monitor.Enter(_gate); try { if (b) [|await Task.Yield()|]; } finally { Monitor.Exit(_gate); } }"));

    [Theory]
    [InlineData("Semaphore", "public async Task M() { await _sem.WaitAsync(); try { await Task.Yield(); } finally { _sem.Release(); } }")]
    [InlineData("Monitor_released_before", "public async Task M() { Monitor.Enter(_gate); try { _n++; } finally { Monitor.Exit(_gate); } await Task.Yield(); }")]
    [InlineData("Monitor_taken_after", "public async Task M() { await Task.Yield(); Monitor.Enter(_gate); try { _n++; } finally { Monitor.Exit(_gate); } }")]
    [InlineData("Monitor_not_taken_where_it_awaits", "public async Task M() { if (Monitor.TryEnter(_gate)) { Monitor.Exit(_gate); } else { await Task.Yield(); } }")]
    [InlineData("Monitor_await_in_another_function", "public void M() { Monitor.Enter(_gate); try { _ = Task.Run(async () => await Task.Yield()); } finally { Monitor.Exit(_gate); } }")]
    [InlineData("Monitor_condition_says_no", "public async Task M(bool b) { if (b) Monitor.Enter(_gate); if (!b) await Task.Yield(); if (b) Monitor.Exit(_gate); }")]
    [InlineData("Yield_between_two_locks", "public IEnumerable<int> M() { Monitor.Enter(_gate); _n++; Monitor.Exit(_gate); yield return _n; Monitor.Enter(_gate); _n++; Monitor.Exit(_gate); }")]
    public Task A_lock_that_is_free_or_not_of_its_thread_is_ignored(string shape, string member)
    {
        Assert.NotEmpty(shape);
        return Ignores(In(member));
    }

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { readonly object _gate = new(); async Task M() { Monitor.Enter(; await Task.Yield(); Monitor. } }", allowErrors: true);

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

            MEMBER
        }
        """.Replace("MEMBER", member, StringComparison.Ordinal);

    [Fact]
    public Task A_lock_that_another_function_gives_back_through_its_flag_is_ignored() => Ignores(
        """
        class Socket
        {
            readonly object _session = new();
            int _sent;
            public async Task KeepAliveAsync()
            {
                var taken = false;
                try
                {
                    Monitor.Enter(_session, ref taken);
                    _sent++;
                    Leave(_session, ref taken);
                    await Task.Delay(10);
                }
                finally
                {
                    if (taken) Monitor.Exit(_session);
                }
            }
            static void Leave(object session, ref bool taken)
            {
                if (!taken) return;
                Monitor.Exit(session);
                taken = false;
            }
        }
        """);
}
