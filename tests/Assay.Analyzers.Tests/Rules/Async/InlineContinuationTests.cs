using Assay.Analyzers.Rules.Async;
using Assay.CodeFixes.Rules.Async;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Async;

public sealed class InlineContinuationTests : RuleTests<InlineContinuation, InlineContinuationFix>
{
    [Fact]
    public Task A_source_in_a_field_completed_by_another_method_is_flagged() => Flags(
        """
        class C
        {
            readonly TaskCompletionSource<int> _done = [|new()|];
            public Task<int> Done => _done.Task;
            public void Finish() => {|#0:_done.TrySetResult(3)|};
        }
        """,
        messages: ["'TrySetResult' completes this source at line 5 and runs all code that awaits its task right there, before the next statement; ask for RunContinuationsAsynchronously"]);

    [Fact]
    public Task A_source_completed_under_a_lock_is_a_warning() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            TaskCompletionSource? _next;
            public Task Next() { lock (_gate) { _next ??= [|new TaskCompletionSource()|]; return _next.Task; } }
            public void Fire() { lock (_gate) { {|#0:_next?.SetResult()|}; _next = null; } }
        }
        """.Replace("{|#0:_next?.SetResult()|}", "_next?{|#0:.SetResult()|}", StringComparison.Ordinal),
        severity: DiagnosticSeverity.Warning,
        messages: ["'SetResult' completes this source at line 6 while '_gate' is held and runs all code that awaits its task right there, before the next statement; ask for RunContinuationsAsynchronously"]);

    [Fact]
    public Task A_local_completed_in_a_callback_is_flagged() => Flags(
        """
        class C
        {
            public Task<int> Wait(CancellationToken stop)
            {
                var source = [|new TaskCompletionSource<int>()|];
                stop.Register(() => source.TrySetCanceled(stop));
                return source.Task;
            }
        }
        """);

    [Fact]
    public Task Other_options_and_a_state_are_flagged() => Flags(
        """
        class C
        {
            TaskCompletionSource<int> _a = [|new(TaskCreationOptions.None)|];
            TaskCompletionSource<int> _b = [|new(new object(), TaskCreationOptions.AttachedToParent)|];
            TaskCompletionSource<int> _c = [|new("state")|];
            public void Finish() { _a.SetResult(1); _b.SetException(new TimeoutException()); _c.SetCanceled(); }
        }
        """);

    [Fact]
    public Task The_option_given_is_ignored() => Ignores(
        """
        class C
        {
            const TaskCreationOptions Async = TaskCreationOptions.RunContinuationsAsynchronously;
            readonly TaskCompletionSource _a = new(TaskCreationOptions.RunContinuationsAsynchronously);
            readonly TaskCompletionSource<int> _b = new(Async | TaskCreationOptions.DenyChildAttach);
            readonly TaskCompletionSource _c;
            public C(TaskCreationOptions options) => _c = new TaskCompletionSource(options);
            public void Finish() { _a.SetResult(); _b.SetResult(1); _c.SetResult(); }
        }
        """);

    [Fact]
    public Task A_source_that_never_escapes_unfinished_is_ignored() => Ignores(
        """
        class C
        {
            public Task<int> Done()
            {
                var source = new TaskCompletionSource<int>();
                source.SetResult(3);
                return source.Task;
            }
            public Task Never() => new TaskCompletionSource().Task;
        }
        """);

    [Fact]
    public Task Another_type_of_that_name_is_ignored() => Ignores(
        """
        namespace Own
        {
            class TaskCompletionSource { public void SetResult() { } }
            class C { readonly TaskCompletionSource _a = new(); public void Finish() => _a.SetResult(); }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { readonly TaskCompletionSource<int> _a = new( ; void M() { _a.SetResult( } }", allowErrors: true);

    [Fact]
    public Task The_option_is_added() => Fixes(
        """
        class C
        {
            readonly TaskCompletionSource<int> _a = [|new()|];
            readonly TaskCompletionSource _b = [|new TaskCompletionSource("state")|];
            readonly TaskCompletionSource _c = [|new TaskCompletionSource(TaskCreationOptions.None)|];
            readonly TaskCompletionSource _d = [|new(TaskCreationOptions.AttachedToParent)|];
            public void Finish() { _a.SetResult(1); _b.SetResult(); _c.SetResult(); _d.SetResult(); }
        }
        """,
        """
        class C
        {
            readonly TaskCompletionSource<int> _a = new(TaskCreationOptions.RunContinuationsAsynchronously);
            readonly TaskCompletionSource _b = new TaskCompletionSource("state", TaskCreationOptions.RunContinuationsAsynchronously);
            readonly TaskCompletionSource _c = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            readonly TaskCompletionSource _d = new(TaskCreationOptions.AttachedToParent | TaskCreationOptions.RunContinuationsAsynchronously);
            public void Finish() { _a.SetResult(1); _b.SetResult(); _c.SetResult(); _d.SetResult(); }
        }
        """,
        title: "Add RunContinuationsAsynchronously");

    [Fact]
    public Task Sources_in_a_collection_are_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class Calls
        {
            readonly ConcurrentDictionary<int, TaskCompletionSource<int>> _pending = new();
            readonly ConcurrentDictionary<int, TaskCompletionSource<int>> _shared = new();
            readonly Queue<TaskCompletionSource> _waiters = new();
            public Task<int> Ask(int id)
            {
                var source = [|new TaskCompletionSource<int>()|];
                _pending[id] = source;
                return source.Task;
            }
            public Task<int> Share(int id) => _shared.GetOrAdd(id, _ => [|new TaskCompletionSource<int>()|]).Task;
            public Task Queue() { lock (_waiters) { var waiter = [|new TaskCompletionSource()|]; _waiters.Enqueue(waiter); return waiter.Task; } }
            public void Reply(int id, int value) { if (_pending.TryRemove(id, out var source)) source.SetResult(value); }
            public void Close() { foreach (var source in _shared.Values) source.TrySetCanceled(); }
            public void Release() { TaskCompletionSource next; lock (_waiters) next = _waiters.Dequeue(); next.SetResult(); }
        }
        """);
}
