using Assay.Analyzers.Rules.Async;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Async;

/// <summary>Waits whose completion other code vouches for: adapters, own continuations, and methods that only look asynchronous.</summary>
public sealed class BlockingWaitEvidenceTests : RuleTests<BlockingWait>
{
    [Fact]
    public Task A_continuation_in_a_branch_is_ignored() => Ignores(
        """
        class Node
        {
            private readonly Scheduler _scheduler = new();

            void Handle(int node, Request request)
            {
                if (request.IsAcquire)
                {
                    _scheduler.RequestCores(request.Id, request.Count).ContinueWith((Task<int> task) =>
                    {
                        var packet = new Response(request.Id, task.Result);
                        Send(node, packet);
                    }, TaskContinuationOptions.ExecuteSynchronously);
                }
                else
                {
                    Send(node, new Response(request.Id, 0));
                }
            }

            void Send(int node, Response packet) { }
        }

        class Scheduler { public Task<int> RequestCores(int id, int count) => Task.Run(() => count); }
        record Request(int Id, int Count, bool IsAcquire);
        record Response(int Id, int Count);
        """);

    [Fact]
    public Task A_tool_that_only_waits_for_what_it_is_given_is_a_suggestion() => Flags(
        """
        static class TaskTools
        {
            public static T EnsureCompleted<T>(this Task<T> task) => [|task.GetAwaiter().GetResult()|];
            public static void EnsureCompleted(this ValueTask task) => [|task.GetAwaiter().GetResult()|];
            public static T GetResult<T>(ValueTask<T> task)
            {
                if (task.IsCompleted)
                    return task.Result;
                return [|task.Preserve().GetAwaiter().GetResult()|];
            }
            public static void WaitFor(Task task, int seconds, Action onTimeout)
            {
                if (![|task.Wait(TimeSpan.FromSeconds(seconds))|])
                    onTimeout();
                if (!task.IsCompleted)
                    throw new TimeoutException();
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_method_that_works_with_the_result_is_flagged() => Flags(
        """
        static class Orders
        {
            public static decimal Total(Task<Order> loading) => [|loading.Result|].Total;
            public static Order Load(Task<Order> loading)
            {
                var order = [|loading.Result|];
                Audit(order);
                return order;
            }
            static void Audit(Order order) => Console.WriteLine(order);
        }
        class Shop
        {
            public Order Load(Task<Order> loading) => [|loading.Result|];
        }
        record Order(decimal Total);
        """);

    [Fact]
    public Task The_synchronous_half_of_a_pair_is_ignored() => Ignores(
        """
        interface IReadAdapter { ValueTask<int> ReadAsync(Memory<byte> buffer); }
        readonly struct SyncReadAdapter : IReadAdapter { public ValueTask<int> ReadAsync(Memory<byte> buffer) => new(0); }
        readonly struct AsyncReadAdapter : IReadAdapter { public async ValueTask<int> ReadAsync(Memory<byte> buffer) { await Task.Delay(1); return 0; } }
        class Channel
        {
            async ValueTask<int> ReadAsync<TAdapter>(Memory<byte> buffer) where TAdapter : struct, IReadAdapter => await default(TAdapter).ReadAsync(buffer);
            async Task<int> ReadWithAsync<TAdapter>(TAdapter adapter, Memory<byte> buffer) where TAdapter : IReadAdapter => await adapter.ReadAsync(buffer);
            int Read(byte[] buffer) => ReadAsync<SyncReadAdapter>(buffer).GetAwaiter().GetResult();
            int ReadWith(byte[] buffer) => ReadWithAsync(new SyncReadAdapter(), buffer).Result;
        }
        """);

    [Fact]
    public Task The_asynchronous_half_and_a_type_without_a_twin_are_flagged() => Flags(
        """
        interface IReadAdapter { ValueTask<int> ReadAsync(Memory<byte> buffer); }
        readonly struct SyncReadAdapter : IReadAdapter { public ValueTask<int> ReadAsync(Memory<byte> buffer) => new(0); }
        readonly struct AsyncReadAdapter : IReadAdapter { public async ValueTask<int> ReadAsync(Memory<byte> buffer) { await Task.Delay(1); return 0; } }
        readonly struct SyncedClock : IReadAdapter { public ValueTask<int> ReadAsync(Memory<byte> buffer) => new(0); }
        class Channel
        {
            async ValueTask<int> ReadAsync<TAdapter>(Memory<byte> buffer) where TAdapter : struct, IReadAdapter => await default(TAdapter).ReadAsync(buffer);
            int Read(byte[] buffer) => [|ReadAsync<AsyncReadAdapter>(buffer).GetAwaiter().GetResult()|];
            int ReadTimed(byte[] buffer) => [|ReadAsync<SyncedClock>(buffer).GetAwaiter().GetResult()|];
        }
        """);

    [Fact]
    public Task The_synchronous_override_beside_an_asynchronous_one_is_a_suggestion() => Flags(
        """
        abstract class Transport : Stream
        {
            public override Task FlushAsync(CancellationToken token) => Task.Run(() => { }, token);
            public override void Flush() => [|FlushAsync(default).GetAwaiter().GetResult()|];
        }
        abstract class Framed : Transport
        {
            public sealed override void Flush() => [|FlushAsync(default).Wait()|];
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task An_override_without_an_asynchronous_one_is_flagged() => Flags(
        """
        abstract class Transport : Stream
        {
            Task SendAsync() => Task.Run(() => { });
            public override void Flush() => [|SendAsync().Wait()|];
        }
        abstract class Job { public abstract void Run(); public abstract Task RunAsync(); }
        class Import : Job
        {
            public override void Run() => [|RunAsync().Wait()|];
            public override Task RunAsync() => Task.Run(() => { });
        }
        """);

    [Fact]
    public Task A_helper_that_waits_for_all_is_ignored() => Ignores(
        """
        class C
        {
            static async Task CancellableWhenAll(IEnumerable<Task> tasks, CancellationToken token) => await Task.WhenAll(tasks).WaitAsync(token);

            async Task<List<string>> M(IReadOnlyList<(string Name, Task<string> Task)> parts, CancellationToken token)
            {
                try
                {
                    await CancellableWhenAll(parts.Select(p => p.Task), token);
                    return parts.Select(p => p.Task.Result).ToList();
                }
                catch (InvalidOperationException)
                {
                    return (from p in parts where p.Task.Status == TaskStatus.RanToCompletion select p.Task.Result).ToList();
                }
            }
        }
        """);

    [Fact]
    public Task A_filter_that_says_nothing_about_completion_is_flagged() => Flags(
        """
        class C
        {
            List<string> M(IReadOnlyList<(string Name, Task<string> Task, Task<string> Other)> parts) =>
                parts.Where(p => p.Name != "").Select(p => [|p.Task.Result|])
                    .Concat(parts.Where(p => p.Task.IsCompleted).Select(p => [|p.Other.Result|])).ToList();
        }
        """);

    [Fact]
    public Task The_winner_by_its_index_is_ignored() => Flags(
        """
        class C
        {
            int M(Task<int> work, Task<int> stop)
            {
                if ([|Task.WaitAny(new Task[] { work, stop }, 500)|] == 0)
                    return work.Result;
                return [|stop.Result|];
            }
        }
        """);

    [Fact]
    public Task A_method_that_always_returns_completed_tasks_is_ignored() => Ignores(
        """
        class Options
        {
            static readonly Task<bool> s_yes = Task.FromResult(true);
            static Task<bool> No { get; } = Task.FromResult(false);
            static Task<bool> Refuse(string why) => Task.FromResult(why == "");
            static Task<bool> IsValidAsync(string text)
            {
                if (text == "all")
                    return s_yes;
                return int.TryParse(text, out _) ? No : Refuse(text);
            }
            Task<bool>? TryRead(string text) => text.Length switch { 0 => null, 1 => s_yes, _ => new ValueTask<bool>(false).AsTask() };
            bool M(string text) => IsValidAsync(text).Result;
            bool Read(string text) => TryRead(text)?.Result ?? false;
        }
        """);

    [Fact]
    public Task A_method_that_may_return_a_running_task_is_flagged() => Flags(
        """
        class Options
        {
            static Task<bool> s_last = Task.FromResult(true);
            static Task<bool> IsValidAsync(string text) => text == "all" ? s_last : Task.FromResult(false);
            static Task<bool> AskAsync(string text) => text == "all" ? Task.FromResult(true) : Task.Run(() => false);
            static async Task<bool> LookAsync(string text) { await Task.Yield(); return true; }
            protected virtual Task<bool> DecideAsync(string text) => Task.FromResult(true);
            static Task<bool> Loop(int n) => n == 0 ? Task.FromResult(true) : Loop(n - 1);
            bool M(string text) => [|IsValidAsync(text).Result|] || [|AskAsync(text).Result|] || [|LookAsync(text).Result|]
                || [|DecideAsync(text).Result|] || [|Loop(3).Result|];
        }
        """);

    [Fact]
    public Task An_own_continuation_is_ignored() => Ignores(
        """
        static class AsyncCalls
        {
            public static void ContinueTask(Task task, Action onSuccess) => task.ContinueWith(_ => onSuccess());
            public static bool IsSuccess(this Task task) => task.IsCompleted && task.Exception == null;
        }
        class Reader
        {
            static readonly Action<Task<int>> s_onRead = task => { if (task.AsyncState is Reader reader) reader.EndReading(task); };
            int _last;
            void Begin(Task<int> task) => AsyncCalls.ContinueTask(task, () => _last = task.Result);
            void Start(Task<int> task) => task.ContinueWith(s_onRead);
            private void EndReading(Task<int> result) => _last = result.Result;
            int Quick(Task<int> task) => task.IsSuccess() ? task.Result : 0;
            int Ended(Task<int> task)
            {
                if (task.IsFaulted)
                    return -1;
                else if (task.IsCanceled)
                    return -2;
                return task.Result;
            }
        }
        """);

    [Fact]
    public Task Other_callbacks_and_half_a_test_are_flagged() => Flags(
        """
        static class AsyncCalls
        {
            public static void Schedule(Task task, Action work) => Task.Run(work);
            public static bool IsNamed(this Task task) => task.Id > 0;
        }
        class Reader
        {
            int _last;
            void Begin(Task<int> task) => AsyncCalls.Schedule(task, () => _last = [|task.Result|]);
            int Quick(Task<int> task) => task.IsNamed() ? [|task.Result|] : 0;
            int Ended(Task<int> task) => task.IsCanceled ? -2 : [|task.Result|];
            int Mixed(Task<int> task, Task<int> other) => task.IsCanceled || other.IsFaulted ? -2 : [|task.Result|];
        }
        """);

    [Fact]
    public Task A_task_asserted_to_be_complete_unless_it_is_missing_is_ignored() => Ignores(
        """
        class C
        {
            Task<int>? _last;
            Task<int> Read(int count)
            {
                var last = _last;
                System.Diagnostics.Debug.Assert(last == null || last.IsCompletedSuccessfully, "A kept task has ended.");
                return last != null && last.Result == count ? last : (_last = Task.FromResult(count));
            }
        }
        """);

    [Fact]
    public Task A_task_that_is_made_when_it_is_missing_is_flagged() => Flags(
        """
        class C
        {
            Task<int> FetchAsync() => Task.Run(() => 1);
            int M(Task<int>? task)
            {
                if (task == null)
                    task = FetchAsync();
                return [|task.Result|];
            }
        }
        """);

    [Fact]
    public Task A_task_found_running_is_flagged() => Flags(
        """
        class C
        {
            void M(Task task, Task other)
            {
                if (!task.IsCanceled && !task.IsCompleted && !task.IsFaulted)
                    [|task.Wait(100)|];
                if (!other.IsFaulted && !other.IsCanceled && !other.IsCompleted)
                    [|other.Wait(100)|];
            }
        }
        """);

    [Fact]
    public Task A_field_that_only_keeps_completed_tasks_is_ignored() => Ignores(
        """
        class Reader
        {
            private static Task<int> s_none = Task.FromResult(0);
            private Task<int>? _last;
            int None() => s_none.Result;
            Task<int> Read(int count)
            {
                var last = _last;
                return last != null && last.Result == count ? last : (_last = Task.FromResult(count));
            }
            void Reset() => _last = null;
        }
        """);

    [Fact]
    public Task A_field_that_may_hold_a_running_task_is_flagged() => Flags(
        """
        class Reader
        {
            internal Task<int> Given = Task.FromResult(0);
            private Task<int> _last = Task.FromResult(0);
            private Task<int> _other = Task.FromResult(0);
            private Task<int>? _never;
            int M() => [|Given.Result|] + [|_last.Result|] + [|_other.Result|] + [|_never!.Result|];
            void Start() => _last = Task.Run(() => 1);
            void Lend() => Fill(ref _other);
            static void Fill(ref Task<int> task) => task = Task.Run(() => 2);
        }
        """);

    [Fact]
    public Task An_awaiter_and_a_signalled_handle_are_ignored() => Ignores(
        """
        readonly struct Awaiter(ValueTask<int> value) : System.Runtime.CompilerServices.INotifyCompletion
        {
            private readonly ValueTask<int> _value = value;
            public bool IsCompleted => _value.IsCompleted;
            public int GetResult() => _value.Result;
            public void OnCompleted(Action continuation) => _value.GetAwaiter().OnCompleted(continuation);
        }
        class C
        {
            int M(Task<int> task)
            {
                if (!task.IsCompleted)
                    ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
                return task.Result;
            }
        }
        """);

    [Fact]
    public Task A_result_outside_an_awaiter_and_a_timed_handle_are_flagged() => Flags(
        """
        class Holder(ValueTask<int> value)
        {
            private readonly ValueTask<int> _value = value;
            public int GetResult() => [|_value.Result|];
        }
        class C
        {
            int M(Task<int> task)
            {
                ((IAsyncResult)task).AsyncWaitHandle.WaitOne(100);
                return [|task.Result|];
            }
        }
        """);

    [Fact]
    public Task A_completed_task_asked_for_safety_is_ignored() => Ignores(
        """
        class Stage
        {
            async ValueTask<int> SendAsync(bool async) { if (async) await Task.Delay(1); return 1; }
            int Send()
            {
                var sending = SendAsync(async: false);
                return sending.IsCompleted ? sending.Result : sending.AsTask().GetAwaiter().GetResult();
            }
        }
        """);

    [Fact]
    public Task A_completed_task_kept_in_a_field_of_a_partial_type_is_ignored() => Ignores(
        """
        partial class Parser
        {
            private Task<int> _none = Task.FromResult(0);
            int Skip() => _none.Result;
        }
        // ==== Parser.Text.cs
        partial class Parser
        {
            int Text(bool any) => any ? 1 : _none.Result;
            void Forget() => _none = Task.FromResult(1);
        }
        """);

    [Fact]
    public Task A_task_that_another_part_of_the_type_starts_is_flagged() => Flags(
        """
        partial class Parser
        {
            private Task<int> _none = Task.FromResult(0);
            int Skip() => [|_none.Result|];
        }
        // ==== Parser.Text.cs
        partial class Parser
        {
            void Begin() => _none = Task.Run(() => 1);
        }
        """);
}
