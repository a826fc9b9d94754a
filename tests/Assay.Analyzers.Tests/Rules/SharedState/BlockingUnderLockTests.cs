using Assay.Analyzers.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class BlockingUnderLockTests : RuleTests<BlockingUnderLock>
{
    [Fact]
    public Task A_sleep_in_a_lock_statement_is_flagged() => Flags(In("public void M() { lock (_gate) { [|Thread.Sleep(10)|]; } }"),
        messages: ["'Sleep' waits while '_gate' is held, so everybody who needs '_gate' waits with it"]);

    [Fact]
    public Task Waits_for_tasks_are_flagged() => Flags(In("public int M() { lock (_gate) { [|LoadAsync().Wait()|]; return [|LoadAsync().Result|] + [|LoadAsync().GetAwaiter().GetResult()|]; } }"));

    [Fact]
    public Task Waits_for_threads_and_events_are_flagged() => Flags(In("public void M(Thread t, ManualResetEvent e, ManualResetEventSlim s, CountdownEvent c) { lock (_gate) { [|t.Join()|]; [|e.WaitOne()|]; [|s.Wait()|]; [|c.Wait()|]; [|WaitHandle.WaitAll([e])|]; } }"));

    [Fact]
    public Task A_process_and_a_request_are_flagged() => Flags(In("public void M(HttpClient http, HttpRequestMessage ask) { lock (_gate) { using var p = [|System.Diagnostics.Process.Start(\"git\")|]; [|p.WaitForExit()|]; [|http.Send(ask)|]; } }"));

    [Fact]
    public Task A_query_is_flagged() => Flags(In("public object? M(System.Data.Common.DbCommand command) { lock (_gate) { return [|command.ExecuteScalar()|]; } }"));

    [Fact]
    public Task A_wait_under_explicit_locks_is_flagged() => Flags(In(
        """
        public void A() { Monitor.Enter(_gate); try { [|Thread.Sleep(1)|]; } finally { Monitor.Exit(_gate); } }
        public void B() { _sem.Wait(); try { [|Thread.Sleep(1)|]; } finally { _sem.Release(); } }
        public void D() { using (_lock.EnterScope()) { [|Thread.Sleep(1)|]; } }
        public void E() { _rw.EnterWriteLock(); try { [|Thread.Sleep(1)|]; } finally { _rw.ExitWriteLock(); } }
        """));

    [Fact]
    public Task A_private_helper_always_called_under_the_lock_is_flagged() => Flags(In("public void M() { lock (_gate) { Pause(); } } void Pause() => [|Thread.Sleep(10)|];"));

    [Fact]
    public Task A_helper_called_under_the_lock_and_without_is_flagged_at_the_call() => Flags(In("public void M() { lock (_gate) { [|Outer()|]; } } public void Outer() => Pause(); public void Pause() => {|#0:Thread.Sleep(10)|};"),
        messages: ["'Outer' waits while '_gate' is held ('Sleep' at line 10), so everybody who needs '_gate' waits with it"]);

    [Fact]
    public Task A_kept_task_may_be_over_and_is_only_suggested() => Flags(In("readonly TaskCompletionSource<int> _first = new(TaskCreationOptions.RunContinuationsAsynchronously); public int M() { lock (_gate) { return [|_first.Task.Result|]; } }"),
        severity: DiagnosticSeverity.Info);

    [Theory]
    [InlineData("public async Task M(HttpClient http) { await _sem.WaitAsync(); try { await [|http.GetStringAsync(\"x\")|]; } finally { _sem.Release(); } }")]
    [InlineData("public async Task M() { await _sem.WaitAsync(); try { await [|Task.Delay(1)|].ConfigureAwait(false); } finally { _sem.Release(); } }")]
    [InlineData("public async Task M(System.Data.Common.DbCommand c) { await _sem.WaitAsync(); try { await [|c.ExecuteNonQueryAsync()|]; } finally { _sem.Release(); } }")]
    [InlineData("public async Task M() { await _sem.WaitAsync(); try { await [|File.WriteAllTextAsync(\"log\", \"line\")|]; } finally { _sem.Release(); } }")]
    public Task Awaited_work_under_an_asynchronous_lock_is_only_suggested(string member) => Flags(In(member), severity: DiagnosticSeverity.Info);

    [Theory]
    [InlineData("public void M() { lock (_gate) { [|File.AppendAllText(\"log\", \"line\")|]; } }")]
    [InlineData("public int M() { lock (_gate) { return [|Directory.GetFiles(\".\")|].Length; } }")]
    [InlineData("public void M() { lock (_gate) { [|Save()|]; } } public void Save() => File.WriteAllText(\"log\", \"line\");")]
    public Task Work_on_files_is_only_suggested(string member) => Flags(In(member), severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_helper_that_also_waits_is_flagged_for_the_wait() => Flags(
        In("public void M() { lock (_gate) { [|Save()|]; } } public void Save() { File.WriteAllText(\"log\", \"line\"); Thread.Sleep(5); }"),
        messages: ["'Save' waits while '_gate' is held ('Sleep' at line 10), so everybody who needs '_gate' waits with it"]);

    [Fact]
    public Task A_virtual_helper_that_an_override_replaces_is_ignored() => Ignores(
        """
        public class Feed
        {
            private readonly object _gate = new();
            protected virtual void Pause() => Thread.Sleep(5);
            public void M() { lock (_gate) { Pause(); } }
        }
        """);

    [Fact]
    public Task An_internal_virtual_helper_without_overrides_is_flagged() => Flags(
        """
        internal class Feed
        {
            private readonly object _gate = new();
            internal virtual void Pause() => Thread.Sleep(5);
            public void M() { lock (_gate) { [|Pause()|]; } }
        }
        """);

    [Theory]
    [InlineData("One_asks_for_all", "string? _token; public async Task M(HttpClient http) { await _sem.WaitAsync(); try { _token ??= await http.GetStringAsync(\"x\"); } finally { _sem.Release(); } }")]
    [InlineData("A_file_that_is_asked_for", "public bool M() { lock (_gate) { return File.Exists(\"log\"); } }")]
    [InlineData("Outside", "public void M() { lock (_gate) { _n++; } Thread.Sleep(1); }")]
    [InlineData("After_the_release", "public async Task M() { await _sem.WaitAsync(); _n++; _sem.Release(); Thread.Sleep(1); }")]
    [InlineData("Zero", "public bool M(ManualResetEvent e) { lock (_gate) { Thread.Sleep(0); return e.WaitOne(0) && LoadAsync().Wait(0); } }")]
    [InlineData("Monitor_wait_releases", "public void M() { lock (_gate) { while (_n == 0) Monitor.Wait(_gate); } }")]
    [InlineData("Another_thread", "public void M() { lock (_gate) { Task.Run(() => Thread.Sleep(5)); } }")]
    [InlineData("A_lambda_for_later", "Action? _later; public void M() { lock (_gate) { _later = () => Thread.Sleep(5); } }")]
    [InlineData("A_task_asked_first", "public int M(Task<int> t) { lock (_gate) { return t.IsCompleted ? t.Result : 0; } }")]
    [InlineData("A_finished_task", "public int M() { lock (_gate) { return Task.FromResult(3).Result; } }")]
    [InlineData("The_synchronous_half", "static Task SendAsync(bool async) => async ? Task.Delay(1) : Task.CompletedTask; public void M() { lock (_gate) { SendAsync(async: false).GetAwaiter().GetResult(); } }")]
    [InlineData("A_reader", "public void M() { _rw.EnterReadLock(); try { Thread.Sleep(1); } finally { _rw.ExitReadLock(); } }")]
    [InlineData("A_counting_semaphore", "readonly SemaphoreSlim _four = new(4); public void M() { _four.Wait(); try { Thread.Sleep(1); } finally { _four.Release(); } }")]
    [InlineData("A_started_request", "public Task<string> M(HttpClient http) { lock (_gate) { return http.GetStringAsync(\"x\"); } }")]
    [InlineData("TryEnter_failed", "public void M() { if (!Monitor.TryEnter(_gate)) { Thread.Sleep(1); return; } _n++; Monitor.Exit(_gate); }")]
    [InlineData("A_helper_nobody_calls_under_the_lock", "public void M() { lock (_gate) { _n++; } Pause(); } void Pause() => Thread.Sleep(1);")]
    [InlineData("Names_only", "public string M() { lock (_gate) { return nameof(Thread.Sleep); } }")]
    public Task A_wait_that_nobody_waits_with_is_ignored(string shape, string member)
    {
        Assert.NotEmpty(shape);
        return Ignores(
            In(member));
    }

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        In("public void M() { lock (_gate) { Thread. } }"), allowErrors: true);

    [Theory]
    [InlineData("readonly Mutex _mutex = new(); public void M(ManualResetEventSlim done) { _mutex.WaitOne(); try { [|done.Wait()|]; } finally { _mutex.ReleaseMutex(); } }")]
    [InlineData("readonly object _loop = new(); void Run() { lock (_loop) { while (_n == 0) { [|Thread.Sleep(1000)|]; } } }")]
    [InlineData("readonly object _cleanup = new(); void Run() { lock (_cleanup) { [|Thread.Sleep(1000)|]; } } public int Wait(int reason) { lock (_cleanup) { return reason; } }")]
    public Task A_wait_that_the_lock_is_there_for_is_a_suggestion(string member) => Flags(In(member), severity: DiagnosticSeverity.Info);

    [Theory]
    [InlineData("readonly object _loop = new(); void Run() { lock (_loop) { while (_n == 0) { [|Thread.Sleep(1000)|]; } } } public void Other() { lock (_loop) { _n++; } }")]
    [InlineData("readonly object _cleanup = new(); void Run() { lock (_cleanup) { [|Thread.Sleep(1000)|]; } } public int Wait() { lock (_cleanup) { return _n; } }")]
    [InlineData("readonly object _once = new(); void Run() { lock (_once) { [|Thread.Sleep(1000)|]; } }")]
    public Task A_wait_that_others_need_not_expect_is_flagged(string member) => Flags(In(member));

    private static string In(string member) =>
        """
        class C
        {
            readonly object _gate = new();
            readonly Lock _lock = new();
            readonly SemaphoreSlim _sem = new(1, 1);
            readonly ReaderWriterLockSlim _rw = new();
            int _n;
            static async Task<int> LoadAsync() { await Task.Yield(); return 3; }

            MEMBER
        }
        """.Replace("MEMBER", member, StringComparison.Ordinal);

    [Fact]
    public Task A_file_read_for_each_caller_is_suggested() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            string? _text;
            public string Text { get { lock (_gate) { return [|File.ReadAllText("a")|]; } } }
            public string Kept { get { lock (_gate) { _text ??= File.ReadAllText("a"); return _text; } } }
        }
        """,
        severity: DiagnosticSeverity.Info);
}
