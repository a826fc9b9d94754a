using Assay.Analyzers.Rules.Async;
using Assay.CodeFixes.Rules.Async;
using Assay.TestKit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.Async;

public sealed class UnobservedTaskTests : RuleTests<UnobservedTask, UnobservedTaskFix>
{
    [Fact]
    public Task A_dropped_call_in_sync_and_async_code_is_flagged() => Flags(
        """
        class C
        {
            public C() { [|Load()|]; }
            void M() { [|Load()|]; }
            async Task N() { [|Load()|]; await Load(); }
            Task O() { [|Load()|]; return Load(); }
            int P { get { [|Count()|]; return 1; } set => [|Count()|]; }
            void Q() => [|C.Load()|];
            static async Task Load() => await Task.Delay(1);
            async Task<int> Count() { await Task.Delay(1); return 1; }
        }
        """,
        messages:
        [
            "The task of 'Load' is dropped: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Load' is dropped: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Load' is dropped: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Load' is dropped: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Count' is dropped: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Count' is dropped: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Load' is dropped: nothing waits for it, and an exception in it goes unseen",
        ]);

    [Fact]
    public Task Every_kind_of_awaitable_is_flagged() => Flags(
        """
        using System.Runtime.CompilerServices;
        [AsyncMethodBuilder(typeof(object))]
        struct Job { public TaskAwaiter GetAwaiter() => default; }
        class Import : Task { public Import() : base(() => { }) { } }
        interface IStore
        {
            Task Save(); Task<int> Count(); ValueTask Flush(); ValueTask<int> Next(); Import Begin(); Job Custom();
        }
        class C
        {
            async Task M(IStore store)
            {
                [|store.Save()|];
                [|store.Count()|];
                [|store.Flush()|];
                [|store.Next()|];
                [|store.Begin()|];
                [|store.Custom()|];
                [|store.Save().ConfigureAwait(false)|];
                [|store.Flush().ConfigureAwait(false)|];
                [|store.Next().AsTask()|];
                [|store.Save().WaitAsync(TimeSpan.FromSeconds(1))|];
                [|Task.Delay(1)|];
                [|Task.Yield()|];
                [|Task.WhenAll(store.Save(), store.Count())|];
                [|Task.WhenAny(store.Save(), store.Count())|];
                await Task.Delay(1);
            }
        }
        """);

    [Fact]
    public Task A_conditional_call_is_flagged() => Flags(
        """
        class C
        {
            public event Func<int, Task>? Changed;
            Func<Task>? _run;
            ValueTask Flush() => default;
            async ValueTask<int> Next() { await Task.Delay(1); return 1; }
            void M(Stream? stream, C? other)
            {
                [|stream?.FlushAsync()|];
                [|Changed?.Invoke(1)|];
                [|other?._run?.Invoke()|];
                [|other?.Next()|];
                [|_run!()|];
                [|this._run!.Invoke()|];
                [|other?.Next().ConfigureAwait(false)|];
            }
        }
        """,
        messages:
        [
            "The task of 'FlushAsync' is dropped: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Changed' is dropped: nothing waits for it, and an exception in it goes unseen",
            "The task of '_run' is dropped: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Next' is dropped: nothing waits for it, and an exception in it goes unseen",
            "The task of '_run' is dropped: nothing waits for it, and an exception in it goes unseen",
            "The task of '_run' is dropped: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Next' is dropped: nothing waits for it, and an exception in it goes unseen",
        ]);

    [Fact]
    public Task A_lambda_that_drops_its_task_is_flagged() => Flags(
        """
        class C
        {
            public event EventHandler? Loaded;
            async Task Save(int n) => await Task.Delay(n);
            void M(List<int> items)
            {
                items.ForEach(n => [|Save(n)|]);
                Action run = () => [|Save(1)|];
                Loaded += (s, e) => [|Save(2)|];
                Action<int> block = n => { [|Save(n)|]; };
                Timer timer = new(_ => [|Save(3)|]);
                void Local() => [|Save(4)|];
                for (var i = 0; i < 3; [|Save(i)|]) i++;
            }
        }
        """);

    [Fact]
    public Task Work_started_and_dropped_is_flagged() => Flags(
        """
        class C
        {
            void Loop() { while (true) Console.Read(); }
            void M()
            {
                [|Task.Run(() => Loop())|];
                [|Task.Run(Loop)|];
                [|Task.Factory.StartNew(Loop, TaskCreationOptions.LongRunning)|];
                [|Task.Run(async () => { try { await Task.Delay(1); } finally { Loop(); } })|];
                [|Task.Run(async () => { try { await Task.Delay(1); } catch (IOException) { } })|];
            }
        }
        """);

    [Fact]
    public Task A_generic_result_that_the_call_made_is_flagged() => Flags(
        """
        class Policy { public T Execute<T>(Func<T> run) => run(); }
        class C { void M(Policy policy) => [|policy.Execute(() => Task.Delay(1))|]; }
        """);

    [Fact]
    public Task A_discarded_task_is_flagged_as_a_suggestion() => Flags(
        """
        class C
        {
            Task Save() => Task.Delay(1);
            async Task M(C? c, bool b)
            {
                [|_ = Save()|];
                [|_ = Task.Run(() => Console.WriteLine())|];
                [|_ = c?.Save()|];
                [|_ = b ? Save() : Task.CompletedTask|];
                [|_ = Save().ConfigureAwait(false)|];
                Action a = () => [|_ = Save()|];
                await Task.Delay(1);
            }
            void Old() { var _ = [|Task.Delay(1)|]; }
        }
        """,
        messages:
        [
            "The task of 'Save' is discarded: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Run' is discarded: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Save' is discarded: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Save' is discarded: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Save' is discarded: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Save' is discarded: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Delay' is discarded: nothing waits for it, and an exception in it goes unseen",
        ],
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_drop_the_compiler_was_told_to_accept_is_flagged_as_a_suggestion() => Flags(
        """
        class C
        {
            async Task M()
            {
        #pragma warning disable CS4014 // started here, finished by the host
                [|Task.Delay(1)|];
        #pragma warning restore CS4014
                await Task.Delay(1);
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Work_put_on_a_scheduler_is_flagged_as_a_suggestion() => Flags(
        """
        class C
        {
            void Work(object? state) => Console.Read();
            void M(TaskScheduler scheduler) =>
                [|Task.Factory.StartNew(Work, null, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler)|];
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_drop_after_the_pragma_has_ended_is_flagged() => Flags(
        """
        class C
        {
            async Task M()
            {
        #pragma warning disable CS4014
        #pragma warning restore CS4014
                [|Task.Delay(1)|];
        #pragma warning disable CS4014
                await Task.Delay(1);
            }
        }
        """);

    [Fact]
    public Task A_task_in_a_local_that_is_never_read_is_flagged() => Flags(
        """
        class C
        {
            async Task<int> Count() { await Task.Delay(1); return 1; }
            void M()
            {
                var pending = [|Count()|];
                Task first = [|Count()|], second = [|Task.Run(() => { Console.WriteLine(); })|];
                Task later;
                later = [|Count()|];
                later = [|Count()|];
                ValueTask flushed = [|new MemoryStream().DisposeAsync()|];
            }
        }
        """,
        messages:
        [
            "The task of 'Count' is kept in 'pending', which is never read: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Count' is kept in 'first', which is never read: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Run' is kept in 'second', which is never read: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Count' is kept in 'later', which is never read: nothing waits for it, and an exception in it goes unseen",
            "The task of 'Count' is kept in 'later', which is never read: nothing waits for it, and an exception in it goes unseen",
            "The task of 'DisposeAsync' is kept in 'flushed', which is never read: nothing waits for it, and an exception in it goes unseen",
        ]);

    [Fact]
    public Task Continuations_that_see_no_fault_are_flagged() => Flags(
        """
        class C
        {
            Task Save() => Task.Delay(1);
            void M()
            {
                [|Save().ContinueWith(_ => Console.WriteLine("saved"))|];
                [|Save().ContinueWith(t => Console.WriteLine("saved"), TaskContinuationOptions.OnlyOnRanToCompletion)|];
                [|Save().ContinueWith(t => Console.WriteLine(), TaskContinuationOptions.OnlyOnCanceled)|];
                [|Task.Run(() => 1).ContinueWith(t => Console.WriteLine(t.Result))|];
                [|Task.Delay(1).ContinueWith(async t => await Save())|];
            }
        }
        """);

    [Fact]
    public Task A_call_without_await_in_async_code_whose_callee_catches_is_flagged_as_a_suggestion() => Flags(
        """
        class C
        {
            async Task Refresh() { try { await Task.Delay(1); } catch (Exception e) { Console.WriteLine(e); } }
            async Task M() { [|Refresh()|]; await Task.Delay(1); }
        }
        """,
        messages: ["The task of 'Refresh' is dropped: nothing waits for it"],
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_catch_that_throws_without_having_seen_the_exception_is_flagged() => Flags(
        """
        class C
        {
            async Task Bare() { try { await Task.Delay(1); } catch (Exception) { throw; } }
            async Task Wrapped() { try { await Task.Delay(1); } catch (Exception e) { throw new InvalidOperationException("", e); } }
            async Task Half() { try { await Task.Delay(1); } catch (Exception e) { Console.WriteLine(e); } await File.ReadAllTextAsync("x"); }
            void M() { [|Bare()|]; [|Wrapped()|]; [|Half()|]; }
        }
        """);

    [Fact]
    public Task Work_whose_outcome_somebody_sees_is_ignored() => Ignores(
        """
        using System.Runtime.CompilerServices;
        class C : INotifyCompletion
        {
            async Task Logged()
            {
                try { await Task.Delay(1); }
                catch (Exception e) { Console.WriteLine(e); throw; }
            }
            void M(TaskCompletionSource<int> source, TaskCompletionSource done, Func<Exception> onTimeout)
            {
                Logged();
                Task.Run(() => source.TrySetResult(1));
                Task.Run(() => done.TrySetException(onTimeout()));
                Task.Delay(1).ContinueWith(_ => done.TrySetException(onTimeout()));
            }
            async Task N(TaskCompletionSource<int> source)
            {
                Task.Run(async () => { try { await Task.Delay(1); source.SetResult(1); } catch (Exception e) { source.SetException(e); } });
                await Task.Delay(1);
            }
            public void OnCompleted(Action continuation) => Task.Factory.StartNew(continuation);
        }
        class Pool : TaskScheduler
        {
            protected override void QueueTask(Task task) => Task.Run(() => TryExecuteTask(task));
            protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;
            protected override IEnumerable<Task>? GetScheduledTasks() => null;
        }
        """);

    [Fact]
    public Task Calls_that_give_null_for_done_are_ignored() => Ignores(
        """
        #nullable disable
        class Writer
        {
            bool _async;
            Task WritePacket() { if (!_async) return null; return Task.Delay(1); }
            Task WriteString(string s) { Console.WriteLine(s); return WritePacket(); }
            Task WriteAll() { Task last = null; if (_async) last = Task.Delay(1); return last; }
            Task Choose() => _async ? Task.Delay(1) : null;
            void M() { WritePacket(); WriteString("x"); WriteAll(); Choose(); Task kept = WritePacket(); }
        }
        """);

    [Fact]
    public Task An_assertion_that_is_not_awaited_is_flagged() => Flags(
        """
        namespace Xunit
        {
            class FactAttribute : Attribute { }
            static class Assert { public static Task<T> ThrowsAsync<T>(Func<Task> run) => throw new Exception(); }
        }
        class Tests { [Xunit.Fact] void M() { [|Xunit.Assert.ThrowsAsync<Exception>(() => Task.Delay(1))|]; } }
        """);

    [Fact]
    public Task Programs_and_C_sharp_7_are_flagged() => Flags(
        """
        using System.IO; using System.Threading.Tasks;
        class Program { static void Main() { [|Task.Delay(1)|]; Task t = [|File.OpenText("x").ReadLineAsync()|]; } }
        """,
        languageVersion: LanguageVersion.CSharp7);

    [Fact]
    public Task Top_level_statements_are_flagged() => Flags(
        """
        [|Work()|];
        await Work();
        async Task Work() => await Task.Delay(1);
        """);

    [Fact]
    public Task Awaited_returned_stored_and_passed_tasks_are_ignored() => Ignores(
        """
        class C
        {
            Task? _task; Task Last { get; set; } = Task.CompletedTask; readonly List<Task> _all = new();
            async Task Save() => await Task.Delay(1);
            Task M() => Save();
            async Task N()
            {
                await Save();
                _task = Save();
                Last = Save();
                this._task ??= Save();
                _all.Add(Save());
                var map = new Dictionary<int, Task> { [1] = Save() };
                map[2] = Save();
                Save().Wait();
                Save().GetAwaiter().GetResult();
                Observe(Save());
                var kept = Save();
                Task chained; chained = Save();
                _task = chained;
                await kept;
                await foreach (var x in Numbers()) { }
                (var a, var b) = (Save(), Save());
                await Task.WhenAll(a, b);
                using var disposed = Save();
                await Task.WhenAny(Save(), Task.Delay(1));
                var winner = await Task.WhenAny(Save(), Task.Delay(1));
            }
            async IAsyncEnumerable<int> Numbers() { await Task.Delay(1); yield return 1; }
            void Observe(Task task) { }
        }
        """);

    [Fact]
    public Task A_local_that_is_read_is_ignored() => Ignores(
        """
        class C
        {
            Task Save() => Task.Delay(1);
            void M()
            {
                var captured = Save();
                Action a = () => captured.Wait();
                Task later = Task.CompletedTask;
                later = Save();
                void Local() => later.Wait();
                Task byRef = Save();
                Swap(ref byRef);
                Task tested = Save();
                if (tested is { IsFaulted: true }) return;
                var tcs = new TaskCompletionSource();
                Task held = tcs.Task;
                Task done = Task.CompletedTask;
                var named = Save(); Console.WriteLine(nameof(named));
            }
            void Swap(ref Task task) { }
        }
        """);

    [Fact]
    public Task Calls_that_return_no_task_are_ignored() => Ignores(
        """
        class C
        {
            void SaveAsync() { }
            int CountAsync() => 1;
            async void FireAsync() => await Task.Delay(1);
            void M(HashSet<int> set, dynamic d) { SaveAsync(); CountAsync(); FireAsync(); set.Add(1); d.RunAsync(); _ = CountAsync(); new Task(() => { }).Start(); }
        }
        """);

    [Fact]
    public Task Completed_tasks_are_ignored() => Ignores(
        """
        class C
        {
            void M(Task given)
            {
                _ = Task.CompletedTask;
                _ = Task.FromResult(1);
                Task.FromResult(1);
                _ = ValueTask.FromResult(1);
                var done = Task.FromResult("x");
                _ = given;
                var alias = given;
            }
        }
        """);

    [Fact]
    public Task Who_takes_the_task_observes_it_and_is_ignored() => Ignores(
        """
        static class Tasks
        {
            public static void Forget(this Task task) { }
            public static Task SafeFireAndForget(this Task task, Action<Exception>? onError = null) => task;
            public static ValueTask Logged(this ValueTask task) => task;
        }
        class C
        {
            Task _last = Task.CompletedTask;
            Task Save() => Task.Delay(1);
            Task Track(string name, Task task) => task;
            void M()
            {
                Save().Forget();
                Save().SafeFireAndForget();
                _ = new MemoryStream().DisposeAsync().Logged();
                Track("save", Save());
                Tasks.SafeFireAndForget(Save());
                Interlocked.Exchange(ref _last, Save());
            }
        }
        """);

    [Fact]
    public Task Tasks_that_come_out_of_a_collection_are_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        class C
        {
            Task Save(int n) => Task.Delay(n);
            void M(Queue<Task> queue, ConcurrentDictionary<int, Task> running)
            {
                queue.Dequeue();
                _ = queue.Peek();
                running.GetOrAdd(1, n => Save(n));
                running.AddOrUpdate(1, n => Save(n), (n, old) => old);
                queue.First();
            }
        }
        """);

    [Fact]
    public Task Continuations_that_see_the_fault_are_ignored() => Ignores(
        """
        class C
        {
            Task Save() => Task.Delay(1);
            Task? _running;
            void M()
            {
                Save().ContinueWith(t => Console.WriteLine(t.Exception), TaskContinuationOptions.OnlyOnFaulted);
                Save().ContinueWith(_ => Console.WriteLine("failed"), TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously);
                Save().ContinueWith(_ => Console.WriteLine("failed"), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                Save().ContinueWith(_ => Console.WriteLine("failed"), TaskContinuationOptions.NotOnRanToCompletion);
                _ = Save().ContinueWith(t => { if (t.IsFaulted) Console.WriteLine(t.Exception!.InnerException); });
                Save().ContinueWith(t => { var e = t.Exception; });
                Save().ContinueWith(Report);
                Save().ContinueWith(t => Report(t));
                Save().ContinueWith(async t => { try { await t; } catch (Exception e) { Console.WriteLine(e); } });
                Save().ConfigureAwait(false).GetAwaiter().OnCompleted(() => { });
                Task.Delay(1).ContinueWith(_ => { _running = null; });
                Task.Factory.ContinueWhenAll(new[] { _running! }, _ => Console.WriteLine());
            }
            void Report(Task task) { }
            Task Companion(SemaphoreSlim gate)
            {
                var work = Save();
                work.ContinueWith(_ => gate.Release());
                _ = _running!.ContinueWith(_ => gate.Dispose(), TaskScheduler.Default);
                return work;
            }
        }
        """);

    [Fact]
    public Task Work_that_catches_its_own_exceptions_is_ignored() => Ignores(
        """
        class C
        {
            async Task Loop(CancellationToken stop)
            {
                while (!stop.IsCancellationRequested)
                {
                    try { await Task.Delay(1, stop); }
                    catch (OperationCanceledException) { throw; }
                    catch (Exception e) { Console.WriteLine(e); }
                }
            }
            async Task Later() { await Task.Delay(TimeSpan.FromSeconds(1)).ConfigureAwait(false); try { await Once(); } catch (Exception) { } }
            async Task Once() { try { await Task.Delay(1); } catch (Exception e) when (e is not OperationCanceledException) { } }
            Task Start(CancellationToken stop) => Task.Run(() => Loop(stop), stop);
            void Pump() { try { Console.Read(); } catch { } }
            void M(CancellationToken stop)
            {
                _ = Loop(stop);
                _ = Once().ConfigureAwait(false);
                Once();
                _ = Start(stop);
                _ = Later();
                _ = Task.Run(async () => await Later());
                Task.Run(async () => { await Once().ConfigureAwait(false); });
                Task.Run(Pump);
                Task.Factory.StartNew(Pump, TaskCreationOptions.LongRunning);
                _ = Task.Run(async () => { try { await Task.Delay(1); } catch (Exception e) { Console.WriteLine(e); } });
                Action run = () => Once();
                var ignored = Once();
                Task.Factory.StartNew(() => Console.Read(), TaskCreationOptions.AttachedToParent);
                _ = Local();
                async Task Local() { try { await Task.Delay(1); } catch (Exception) { } }
            }
            async Task N() { _ = Once(); await Task.Delay(1); }
        }
        """);

    [Fact]
    public Task Work_in_another_file_that_catches_its_own_exceptions_is_ignored() => Ignores(
        """
        class C { void M() { _ = Worker.Run(); } }
        // ==== Worker.cs
        static class Worker { public static async Task Run() { try { await Task.Delay(1); } catch (Exception e) { Console.WriteLine(e); } } }
        """);

    [Fact]
    public Task Verification_with_a_mock_is_ignored() => Ignores(
        """
        namespace Xunit { class FactAttribute : Attribute { } static class Assert { public static T Throws<T>(Action run) => throw new Exception(); } }
        namespace NSubstitute
        {
            static class SubstituteExtensions
            {
                public static T Received<T>(this T substitute) where T : class => substitute;
                public static T DidNotReceive<T>(this T substitute) where T : class => substitute;
                public static void When<T>(this T substitute, Action<T> call) where T : class { }
            }
            static class Received { public static void InOrder(Action calls) { } }
        }
        namespace Shop
        {
            using NSubstitute;
            public interface IMail { Task Send(string to); ValueTask Flush(); IMail Inner { get; } }
            class Tests
            {
                [Xunit.Fact]
                void M(IMail mail)
                {
                    mail.Received().Send("a");
                    mail.DidNotReceive().Flush();
                    Received.InOrder(() => { mail.Send("a"); mail.Flush(); });
                    mail.When(x => x.Send("a"));
                    Xunit.Assert.Throws<ArgumentNullException>(() => { mail.Send(null!); });
                }
            }
        }
        """);

    [Fact]
    public Task Commands_queued_in_a_Redis_batch_are_ignored() => Ignores(
        """
        namespace StackExchange.Redis
        {
            enum CommandFlags { None, FireAndForget }
            interface IDatabaseAsync { Task Delete(string key, CommandFlags flags = CommandFlags.None); }
            interface IBatch : IDatabaseAsync { void Execute(); }
            interface ITransaction : IBatch { }
        }
        class C
        {
            async Task M(StackExchange.Redis.ITransaction transaction, StackExchange.Redis.IDatabaseAsync database)
            {
                transaction.Delete("a");
                database.Delete("b", StackExchange.Redis.CommandFlags.FireAndForget);
                await database.Delete("c");
            }
        }
        """);

    [Fact]
    public Task A_command_of_a_Redis_database_is_flagged() => Flags(
        """
        namespace StackExchange.Redis
        {
            enum CommandFlags { None, FireAndForget }
            interface IDatabaseAsync { Task Delete(string key, CommandFlags flags = CommandFlags.None); }
            interface IBatch : IDatabaseAsync { }
        }
        class C { void M(StackExchange.Redis.IDatabaseAsync database) => [|database.Delete("b", StackExchange.Redis.CommandFlags.None)|]; }
        """);

    [Fact]
    public Task Expression_trees_are_ignored() => Ignores(
        """
        using System.Linq.Expressions;
        class C
        {
            Task Save() => Task.Delay(1);
            void Enqueue(Expression<Action<C>> job) { }
            void M() => Enqueue(c => c.Save());
        }
        """);

    [Fact]
    public Task Awaitables_that_are_not_tasks_are_ignored() => Ignores(
        """
        using System.Runtime.CompilerServices;
        // As WPF's: the dispatcher sees the exceptions of its operations.
        class DispatcherOperation { public TaskAwaiter GetAwaiter() => Task.CompletedTask.GetAwaiter(); }
        class Dispatcher { public DispatcherOperation BeginInvoke(Action run) => new(); }
        class C { void M(Dispatcher dispatcher) => dispatcher.BeginInvoke(() => { }); }
        """);

    [Fact]
    public Task A_nested_task_of_StartNew_is_ignored_for_it_is_another_rule() => Ignores(
        "class C { void M() { Task.Factory.StartNew(async () => await Task.Delay(1)); } }");

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        class C
        {
            async Task Save() { }
            void M()
            {
                Missing();
                await Save(
                Save;
                Task t =
                _ = 
                var x = this.Nothing();
                Missing.Throws(() => { Save(); });
                this.Nothing(() => Save());
            }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task A_dropped_call_in_async_code_becomes_an_awaited_one() => Fixes(
        """
        class C
        {
            Task Save() => Task.Delay(1);
            Func<Task>? _run;
            async Task M(Stream? stream)
            {
                // first
                [|Save()|]; // then
                if (stream is null)
                    [|Save().ConfigureAwait(false)|];
                foreach (var i in new[] { 1 }) [|Task.Delay(i)|];
                [|stream?.FlushAsync()|];
                [|stream?.DisposeAsync()|];
                [|_run?.Invoke()|];
                Func<Task> lambda = async () => { [|Save()|]; };
                async void Local() => [|Save()|];
                try { [|Save()|]; } catch { [|Save()|]; } finally { [|Save()|]; }
                await Task.Delay(1);
            }
        }
        """,
        """
        class C
        {
            Task Save() => Task.Delay(1);
            Func<Task>? _run;
            async Task M(Stream? stream)
            {
                // first
                await Save(); // then
                if (stream is null)
                    await Save().ConfigureAwait(false);
                foreach (var i in new[] { 1 }) await Task.Delay(i);
                await (stream?.FlushAsync() ?? Task.CompletedTask);
                await (stream?.DisposeAsync() ?? default);
                await (_run?.Invoke() ?? Task.CompletedTask);
                Func<Task> lambda = async () => { await Save(); };
                async void Local() => await Save();
                try { await Save(); } catch { await Save(); } finally { await Save(); }
                await Task.Delay(1);
            }
        }
        """,
        title: "Await the task");

    [Fact]
    public Task A_local_never_read_becomes_an_awaited_call() => Fixes(
        """
        class C
        {
            async Task<int> Count() { await Task.Delay(1); return 1; }
            async Task M()
            {
                // counts
                var pending = [|Count()|]; // slow
                Task other = [|Task.Delay(1)|];
                await Task.Delay(1);
            }
        }
        """,
        """
        class C
        {
            async Task<int> Count() { await Task.Delay(1); return 1; }
            async Task M()
            {
                // counts
                await Count(); // slow
                await Task.Delay(1);
                await Task.Delay(1);
            }
        }
        """);

    [Fact]
    public Task A_dropped_call_of_a_program_becomes_an_awaited_one() => Fixes(
        """
        [|Work()|];
        var kept = [|Work()|];
        async Task Work() => await Task.Delay(1);
        """,
        """
        await Work();
        await Work();
        async Task Work() => await Task.Delay(1);
        """);

    [Fact]
    public Task Where_await_is_not_allowed_no_fix_becomes_available() => Fixes(
        """
        class C
        {
            Task Save() => Task.Delay(1);
            public C() { [|Save()|]; }
            int Size { get { [|Save()|]; return 1; } }
            Task HandsOut() { [|Save()|]; return Save(); }
            async Task M(List<int> items)
            {
                lock (this) { [|Save()|]; }
                items.ForEach(n => [|Save()|]);
                unsafe { [|Save()|]; }
                Task a = [|Save()|], b = [|Save()|];
                Task c = [|Save()|];
                c = [|Save()|];
                await Task.Delay(1);
            }
        }
        """,
        """
        class C
        {
            Task Save() => Task.Delay(1);
            public C() { [|Save()|]; }
            int Size { get { [|Save()|]; return 1; } }
            Task HandsOut() { [|Save()|]; return Save(); }
            async Task M(List<int> items)
            {
                lock (this) { [|Save()|]; }
                items.ForEach(n => [|Save()|]);
                unsafe { [|Save()|]; }
                Task a = [|Save()|], b = [|Save()|];
                Task c = [|Save()|];
                c = [|Save()|];
                await Task.Delay(1);
            }
        }
        """);

    [Fact]
    public Task A_drop_that_is_meant_keeps_its_finding_and_no_fix_becomes_available() => Fixes(
        """
        class C
        {
            Task Save() => Task.Delay(1);
            async Task M()
            {
                [|_ = Save()|];
        #pragma warning disable CS4014
                [|Save()|];
        #pragma warning restore CS4014
                await Task.Delay(1);
            }
        }
        """,
        """
        class C
        {
            Task Save() => Task.Delay(1);
            async Task M()
            {
                [|_ = Save()|];
        #pragma warning disable CS4014
                [|Save()|];
        #pragma warning restore CS4014
                await Task.Delay(1);
            }
        }
        """);

    [Fact]
    public Task Tasks_that_somebody_holds_already_are_ignored() => Ignores(
        """
        class Channel
        {
            private readonly List<Task> _pending = [];
            private Task? _loop;
            private readonly Waiter _waiter = new();

            Task Running() => _loop ?? Task.CompletedTask;
            Task Start() => _loop ??= Task.Run(() => Console.ReadLine());
            Task Queue(Waiter waiter) { waiter.IsQueued = true; return waiter.Completion; }
            Task Track(Func<Task> work) { var task = work(); _pending.Add(task); return task; }
            Task Attach() => Task.Factory.StartNew(() => { Console.ReadLine(); }, CancellationToken.None, TaskCreationOptions.AttachedToParent, TaskScheduler.Default);
            Task AttachNow() { var task = new Task(() => Console.ReadLine(), TaskCreationOptions.AttachedToParent); task.RunSynchronously(); return task; }

            void M()
            {
                Start();
                Queue(_waiter);
                Track(() => Task.Delay(1));
                Attach();
                AttachNow();
            }
        }
        class Waiter { public bool IsQueued; public Task Completion => Task.CompletedTask; }
        """);

    [Fact]
    public Task Tasks_that_nobody_keeps_are_flagged() => Flags(
        """
        class Channel
        {
            private readonly List<int> _ids = [];
            Task Start(int id) { _ids.Add(id); var task = Task.Run(() => Console.ReadLine()); return task; }
            Task Either(bool b, Task given) => b ? given : Task.Delay(1);
            protected virtual Task Running() => Task.CompletedTask;
            Task New() { var task = new Task(() => Console.ReadLine()); task.Start(); return task; }
            void M(Task given)
            {
                [|Start(1)|];
                [|Running()|];
                [|New()|];
            }
        }
        """);

    [Fact]
    public Task Work_in_which_nothing_can_fail_is_ignored() => Ignores(
        """
        class C
        {
            private int _runs;
            private bool _ready;
            void M()
            {
                Task.Run(() => { _ready = true; Interlocked.Increment(ref _runs); });
                Task.Run(Count);
            }
            void Count() { if (_ready) _runs++; }
        }
        """);

    [Fact]
    public Task A_finally_that_can_fail_is_flagged() => Flags(
        """
        class C
        {
            void M() => [|Task.Run(() => { try { _ready = true; } finally { Console.ReadLine(); } })|];
            private bool _ready;
        }
        """);

    [Fact]
    public Task A_preserved_task_thrown_away_is_a_suggestion() => Flags(
        """
        class C
        {
            ValueTask PingAsync() => new(Task.Delay(1));
            void M() { [|PingAsync().Preserve()|]; }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Dropped_tasks_in_the_shapes_of_newer_versions_are_flagged() => Flags(
        """
        namespace Shop;
        class Import(Func<Task> save)
        {
            private static Task SaveAsync(params ReadOnlySpan<int> ids) => Task.Run(() => Console.ReadLine());
            public int Count { get; set { field = value; [|SaveAsync(1, 2)|]; } }
            public required string Name { get; init { field = value; [|save()|]; } }
            public void Run()
            {
                Action run = [Obsolete] static () => [|SaveAsync([3])|];
                run();
                this?.Touch();
                void Touching() => [|SaveAsync()|];
            }
            public void Touch() => [|save?.Invoke()|];
        }
        """);
}
