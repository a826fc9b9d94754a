using Assay.Analyzers.Rules.SharedState;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Semantics.SharedState;

/// <summary>How far into a function the locks of its caller reach.</summary>
public sealed class EntryEndTests : RuleTests<UnguardedAccess>
{
    private static string Counter(string members) => $$"""
        class Counter
        {
            private readonly object _gate = new();
            private readonly List<Action> _later = [];
            private int _n;
            private Task _task = Task.CompletedTask;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public int Twice() { lock (_gate) return _n * 2; }
        {{members}}
        }
        """;

    [Fact]
    public Task A_write_behind_the_await_of_a_task_nobody_waits_for_is_flagged() => Flags(Counter(
        """
            public void Start() { lock (_gate) { _ = FetchAsync(); } }
            private async Task FetchAsync() { _n = 1; await Task.Yield(); [|_n|] = 2; }
        """));

    [Fact]
    public Task A_write_before_the_await_is_ignored() => Ignores(Counter(
        """
            public void Start() { lock (_gate) { _ = FetchAsync(); } }
            private async Task FetchAsync() { _n = 1; await Task.Yield(); }
        """));

    [Fact]
    public Task A_write_of_what_is_awaited_is_flagged() => Flags(Counter(
        """
            public void Start() { lock (_gate) { _ = FetchAsync(); } }
            private async Task FetchAsync() { [|_n|] = await Task.FromResult(3); }
        """));

    [Fact]
    public Task A_write_in_a_loop_that_awaits_is_flagged() => Flags(Counter(
        """
            public void Start() { lock (_gate) { _ = FetchAsync(); } }
            private async Task FetchAsync() { while (true) { [|_n|] = 1; await Task.Yield(); } }
        """));

    [Fact]
    public Task A_write_in_an_await_foreach_is_flagged() => Flags(Counter(
        """
            public void Start(IAsyncEnumerable<int> all) { lock (_gate) { _ = FetchAsync(all); } }
            private async Task FetchAsync(IAsyncEnumerable<int> all) { await foreach (var one in all) [|_n|] = one; }
        """));

    [Fact]
    public Task A_task_that_the_caller_keeps_may_be_waited_for_and_is_ignored() => Ignores(Counter(
        """
            public void Start() { lock (_gate) { var task = FetchAsync(); task.Wait(); } }
            private async Task FetchAsync() { await Task.Yield(); _n = 2; }
        """));

    [Fact]
    public Task An_await_in_a_lambda_of_the_function_is_no_end_and_is_ignored() => Ignores(Counter(
        """
            public void Start() { lock (_gate) { _ = FetchAsync(); } }
            private async Task FetchAsync() { Func<Task> f = async () => await Task.Yield(); _n = 2; await f(); }
        """));

    [Fact]
    public Task An_async_local_function_is_flagged_behind_its_await() => Flags(Counter(
        """
            public void Start()
            {
                lock (_gate) { _ = FetchAsync(); }
                async Task FetchAsync() { _n = 1; await Task.Yield(); [|_n|] = 2; }
            }
        """));

    [Fact]
    public Task An_async_lambda_run_at_once_is_uncertain_behind_its_await_and_is_ignored() => Ignores(Counter(
        """
            public void Start(List<int> all) { lock (_gate) { all.ForEach(async i => { _n = i; await Task.Yield(); _n = 2; }); } }
        """));

    [Fact]
    public Task A_semaphore_of_an_awaiting_caller_reaches_over_the_await_and_is_ignored() => Ignores(
        """
        class Counter
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private int _n;
            public async Task Add() { await _gate.WaitAsync(); try { _n++; } finally { _gate.Release(); } }
            public async Task Sub() { await _gate.WaitAsync(); try { _n--; } finally { _gate.Release(); } }
            public async Task Set() { await _gate.WaitAsync(); try { await SetAsync(); } finally { _gate.Release(); } }
            private async Task SetAsync() { await Task.Yield(); _n = 3; }
        }
        """);

    [Fact]
    public Task A_semaphore_of_a_caller_that_does_not_await_ends_there_and_the_access_is_flagged() => Flags(
        """
        class Counter
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private int _n;
            public async Task Add() { await _gate.WaitAsync(); try { _n++; } finally { _gate.Release(); } }
            public async Task Sub() { await _gate.WaitAsync(); try { _n--; } finally { _gate.Release(); } }
            public async Task Get() { await _gate.WaitAsync(); try { Console.WriteLine(_n); } finally { _gate.Release(); } }
            public async Task Set() { await _gate.WaitAsync(); try { _ = SetAsync(); } finally { _gate.Release(); } }
            private async Task SetAsync() { await Task.Yield(); [|_n|] = 3; }
        }
        """);
}
