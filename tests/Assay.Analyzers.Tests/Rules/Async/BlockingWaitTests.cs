using Assay.Analyzers.Rules.Async;
using Assay.TestKit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.Async;

/// <summary>What <see cref="BlockingWait"/> finds; the proofs of completion and the fix have files of their own.</summary>
public sealed class BlockingWaitTests : RuleTests<BlockingWait>
{
    [Fact]
    public Task Every_form_of_waiting_is_flagged() => Flags(
        """
        class C
        {
            Task<int> FetchAsync() => Task.Run(() => 1);
            Task SaveAsync() => Task.Delay(1);
            ValueTask<int> ReadAsync() => new(FetchAsync());
            ValueTask FlushAsync() => new(SaveAsync());

            void M(Task<int> given, Task[] all)
            {
                Console.WriteLine([|FetchAsync().Result|]);
                [|SaveAsync().Wait()|];
                [|given.GetAwaiter().GetResult()|];
                [|SaveAsync().ConfigureAwait(false).GetAwaiter().GetResult()|];
                Console.WriteLine([|ReadAsync().Result|] + [|ReadAsync().AsTask().Result|]);
                [|FlushAsync().GetAwaiter().GetResult()|];
                [|FlushAsync().AsTask().Wait(TimeSpan.FromSeconds(1))|];
                [|Task.WaitAll(all)|];
                Console.WriteLine([|Task.WaitAny(SaveAsync(), FetchAsync())|]);
            }
        }
        """,
        messages:
        [
            "'.Result' holds this thread until 'FetchAsync' completes, and deadlocks where the task needs this thread to go on; await it instead",
            "'.Wait()' holds this thread until 'SaveAsync' completes, and deadlocks where the task needs this thread to go on; await it instead",
            "'.GetAwaiter().GetResult()' holds this thread until 'given' completes, and deadlocks where the task needs this thread to go on; await it instead",
            "'.GetAwaiter().GetResult()' holds this thread until 'SaveAsync' completes, and deadlocks where the task needs this thread to go on; await it instead",
            "'.Result' holds this thread until 'ReadAsync' completes, and deadlocks where the task needs this thread to go on; await it instead",
            "'.Result' holds this thread until 'ReadAsync' completes, and deadlocks where the task needs this thread to go on; await it instead",
            "'.GetAwaiter().GetResult()' holds this thread until 'FlushAsync' completes, and deadlocks where the task needs this thread to go on; await it instead",
            "'.Wait()' holds this thread until 'FlushAsync' completes, and deadlocks where the task needs this thread to go on; await it instead",
            "'Task.WaitAll' holds this thread until all tasks of 'all' complete, and deadlocks where the task needs this thread to go on; await Task.WhenAll instead",
            "'Task.WaitAny' holds this thread until one of its tasks completes, and deadlocks where the task needs this thread to go on; await Task.WhenAny instead",
        ]);

    [Fact]
    public Task A_wait_in_async_code_is_flagged() => Flags(
        """
        class C
        {
            async Task<int> M(Task<int> a, Task<int> b)
            {
                await a;
                return [|b.Result|];
            }
        }
        """,
        messages: ["'.Result' holds this thread until 'b' completes, although the code around it is async; await it instead"]);

    [Fact]
    public Task Waits_in_accessors_constructors_initialisers_and_lambdas_are_flagged() => Flags(
        """
        class Settings
        {
            static Task<string> LoadAsync(string name) => File.ReadAllTextAsync(name);
            static readonly string s_default = [|LoadAsync("default").Result|];
            private readonly Lazy<string> _lazy = new(() => [|LoadAsync("lazy").GetAwaiter().GetResult()|]);
            public Settings() => Text = [|LoadAsync("text").Result|];
            public string Text { get; set { field = [|LoadAsync(value).Result|]; } }
            public string Own => [|LoadAsync("own").Result|];
            public string this[string name] { get { return [|LoadAsync(name).Result|]; } }
            public static Settings operator +(Settings a, Settings b) { [|Task.Delay(1).Wait()|]; return a; }
            ~Settings() => [|Task.Delay(1).Wait()|];
            public List<string> All(IEnumerable<string> names) => names.Select(n => [|LoadAsync(n).Result|]).ToList();
            public IEnumerable<int> Query(IEnumerable<string> names) => from n in names let text = [|LoadAsync(n).Result|] select text.Length;
            public void Run() => Task.Run(() => { [|LoadAsync("run").Wait()|]; });
            public int Local()
            {
                return Inner().Length;
                static string Inner() => [|LoadAsync("inner").Result|];
            }
        }
        """);

    [Fact]
    public Task A_delegate_is_named_in_the_message() => Flags(
        "class C { private Func<Task>? _onReset; void M() => [|_onReset!().Wait()|]; }",
        messages: ["'.Wait()' holds this thread until '_onReset' completes, and deadlocks where the task needs this thread to go on; await it instead"]);

    [Fact]
    public Task A_custom_awaiter_is_flagged() => Flags(
        """
        using System.Runtime.CompilerServices;
        class Reply { public Awaiter GetAwaiter() => new(); }
        class Awaiter : INotifyCompletion
        {
            public bool IsCompleted => false;
            public void OnCompleted(Action go) { }
            public string GetResult() => "";
        }
        static class Spans { public static TaskAwaiter GetAwaiter(this TimeSpan time) => Task.Delay(time).GetAwaiter(); }
        class C
        {
            string M(Reply reply, Reply other)
            {
                [|TimeSpan.FromSeconds(1).GetAwaiter().GetResult()|];
                var awaiter = other.GetAwaiter();
                return [|reply.GetAwaiter().GetResult()|] + [|awaiter.GetResult()|];
            }
        }
        """);

    [Fact]
    public Task Waits_behind_a_conditional_access_are_flagged_as_a_whole() => Flags(
        """
        class C
        {
            int? M(Task<int>? task, C? c)
            {
                [|c?.SaveAsync().Wait()|];
                return [|task?.Result|];
            }
            Task SaveAsync() => Task.Delay(1);
        }
        """);

    [Fact]
    public Task Two_waits_in_a_chain_are_flagged_each_for_itself() => Flags(
        """
        class C
        {
            Task<C> OpenAsync() => Task.Run(() => new C());
            Task SaveAsync() => Task.Delay(1);
            void M() => [|[|OpenAsync().Result|].SaveAsync().Wait()|];
        }
        """);

    [Fact]
    public Task Old_language_versions_are_flagged() => Flags(
        """
        using System.Threading.Tasks;
        class C { int M(Task<int> task) { return [|task.Result|]; } }
        """,
        languageVersion: LanguageVersion.CSharp7_3);

    [Fact]
    public Task Zero_timeouts_only_ask_and_are_ignored() => Ignores(
        """
        class C
        {
            bool M(Task t, Task[] all) =>
                t.Wait(0) || t.Wait(TimeSpan.Zero) || t.Wait(millisecondsTimeout: 0) || t.Wait(default(TimeSpan))
                || Task.WaitAll(all, 0) || Task.WaitAny(all, TimeSpan.Zero) == 0;
        }
        """);

    [Fact]
    public Task Nameof_and_expression_trees_are_ignored() => Ignores(
        """
        using System.Linq.Expressions;
        class C
        {
            string M(Task<int> t) => nameof(t.Result);
            Expression<Func<Task<int>, int>> E() => t => t.Result;
            void F(Expression<Action> e) => F(() => Task.Delay(1).Wait());
            IQueryable<int> Q(IQueryable<Task<int>> tasks) => from t in tasks where t.Result > 1 select t.Result;
        }
        """);

    [Fact]
    public Task Members_of_the_same_name_on_other_types_are_ignored() => Ignores(
        """
        class Job { public int Result => 1; public void Wait() { } public Job GetAwaiter() => this; public int GetResult() => 1; }
        class C
        {
            int M(Job job, ManualResetEvent gate, SemaphoreSlim slim)
            {
                job.Wait();
                gate.WaitOne();
                Monitor.Wait(this);
                slim.Wait();
                Task.Yield().GetAwaiter().GetResult();
                return job.Result + job.GetAwaiter().GetResult();
            }
        }
        """);

    [Fact]
    public Task An_end_method_waits_by_contract_and_is_ignored() => Ignores(
        """
        class C
        {
            public IAsyncResult BeginRead() => Task.FromResult(1);
            public int EndRead(IAsyncResult result) => ((Task<int>)result).GetAwaiter().GetResult();
            public static int End(IAsyncResult result)
            {
                if (result is Task<int> task) return task.GetAwaiter().GetResult();
                throw new ArgumentException("no task", nameof(result));
            }
        }
        """);

    [Fact]
    public Task Hand_written_state_machines_are_ignored() => Ignores(
        """
        using System.Runtime.CompilerServices;
        struct Machine { private TaskAwaiter _awaiter; public void MoveNext() => _awaiter.GetResult(); }
        """);

    [Fact]
    public Task Main_of_a_program_is_a_suggestion() => Flags(
        """
        class Program
        {
            static void Main() => [|RunAsync().GetAwaiter().GetResult()|];
            static Task RunAsync() => Task.Delay(1);
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Top_level_statements_are_a_suggestion() => Flags(
        """
        Console.WriteLine([|File.ReadAllTextAsync("a").Result|]);
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Async_main_and_functions_inside_main_are_flagged() => Flags(
        """
        class Program
        {
            static async Task Main()
            {
                await Task.Yield();
                [|Task.Delay(1).Wait()|];
                Action a = () => [|Task.Delay(1).Wait()|];
            }
        }
        """,
        severity: DiagnosticSeverity.Warning);

    [Fact]
    public Task Dispose_beside_DisposeAsync_is_a_suggestion() => Flags(
        """
        class Connection : IDisposable, IAsyncDisposable
        {
            public void Dispose() { Dispose(true); [|DisposeAsync().AsTask().GetAwaiter().GetResult()|]; }
            protected virtual void Dispose(bool disposing) => [|CloseAsync().Wait()|];
            public ValueTask DisposeAsync() => new(CloseAsync());
            private Task CloseAsync() => Task.Delay(1);
        }
        class Explicit : IDisposable, IAsyncDisposable
        {
            void IDisposable.Dispose() => [|DisposeAsync().AsTask().Wait()|];
            public ValueTask DisposeAsync() => new(Task.Delay(1));
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Dispose_without_DisposeAsync_and_lambdas_in_Dispose_are_flagged() => Flags(
        """
        class Connection : IDisposable
        {
            public void Dispose() => [|Task.Delay(1).Wait()|];
        }
        class Both : IDisposable, IAsyncDisposable
        {
            public void Dispose() { Action a = () => [|Task.Delay(1).Wait()|]; a(); }
            public ValueTask DisposeAsync() => default;
        }
        """);

    [Fact]
    public Task Overrides_in_a_test_project_are_a_suggestion() => Flags(
        """
        namespace Xunit { class FactAttribute : Attribute { } }
        namespace Tests
        {
            class Host { protected virtual void Configure() { } }
            class Fixture : Host, IDisposable
            {
                protected override void Configure() => [|Task.Delay(1).Wait()|];
                public void Dispose() => [|Task.Delay(1).Wait()|];
            }
            class Cases : IDisposable
            {
                [Xunit.Fact] public void Works() { }
                public void Dispose() => [|Task.Delay(1).Wait()|];
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Test_methods_are_flagged() => Flags(
        """
        namespace Xunit { class FactAttribute : Attribute { } }
        class Cases
        {
            [Xunit.Fact] public void Works() => [|Task.Delay(1).Wait()|];
        }
        """);

    [Fact]
    public Task A_thread_of_its_own_is_a_suggestion() => Flags(
        """
        class C { void M(Task work) => new Thread(() => { [|work.Wait()|]; }) { IsBackground = true }.Start(); }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        class C
        {
            void M(Task<int> t) { var x = t.; t.Resu; Task.WaitAll }
            int N() => Missing().Result + new Nothing().GetAwaiter().GetResult();
            Task<int> O(Task<
        """,
        allowErrors: true);

    [Fact]
    public Task Waits_in_the_shapes_of_newer_versions_are_flagged() => Flags(
        """
        using System.Runtime.CompilerServices;
        namespace Shop;
        class Stock(Task<int> loading, Func<Task> save)
        {
            private readonly int _first = [|loading.Result|];
            public int Count { get => field == 0 ? field = [|loading.Result|] : field; }
            public required Task<int>[] All { get; init; }
            public int this[Index at] => [|All[at].Result|];
            public static int operator +(Stock left, Task<int> right) => [|right.Result|];
            public int Kind(object given) => given switch
            {
                Task<int> { IsCompleted: true } done => done.Result,
                Task<int> pending => [|pending.Result|],
                _ => 0,
            };
            public void Save() { [|save().Wait()|]; using var held = [|OpenAsync().Result|]; }
            public int[] Spread() => [.. All.Select([Obsolete] static (task) => [|task.Result|]), _first];
            private static Task<MemoryStream> OpenAsync() => Task.Run(() => new MemoryStream());
            ~Stock() => [|save().Wait()|];
        }
        static class Extensions
        {
            extension(Stock stock)
            {
                public int Slow => [|stock.All[^1].Result|];
            }
        }
        record struct Order(Task<int> Id)
        {
            public readonly int Number => [|Id.Result|];
        }
        """);

    [Fact]
    public Task Proofs_in_the_shapes_of_newer_versions_are_ignored() => Ignores(
        """
        namespace Shop;
        class Stock(Task<int> first)
        {
            public async Task<int> Sum(Task<int>[] all)
            {
                await Task.WhenAll([first, .. all]);
                return all[^1].Result + all[..].Sum(task => task.Result);
            }
            public int Kind(object given) => given is Task<int> { IsCompletedSuccessfully: true } done and not null ? done.Result : 0;
            public int Status(Task<int> task) => task is { Status: TaskStatus.RanToCompletion or TaskStatus.Faulted } ? 0 : task.IsCompleted ? task.Result : 1;
            public async IAsyncEnumerable<int> Each(List<Task<int>> tasks)
            {
                await foreach (var task in Task.WhenEach(tasks))
                    yield return task.Result;
            }
        }
        """);

    [Fact]
    public Task Messages_name_the_task_behind_copies_and_question_marks() => Flags(
        """
        class C
        {
            private readonly TaskCompletionSource<int> _done = new();
            private Task? _loop;
            void Close(List<Task> tasks)
            {
                [|_loop?.Wait()|];
                [|Task.WaitAll(tasks.ToArray())|];
                Console.WriteLine([|_done.Task.Result|]);
            }
        }
        """,
        messages:
        [
            "'.Wait()' holds this thread until '_loop' completes, and deadlocks where the task needs this thread to go on; await it instead",
            "'Task.WaitAll' holds this thread until all tasks of 'tasks' complete, and deadlocks where the task needs this thread to go on; await Task.WhenAll instead",
            "'.Result' holds this thread until '_done.Task' completes, and deadlocks where the task needs this thread to go on; await it instead",
        ]);

    [Fact]
    public Task Tasks_awaited_by_way_of_ConvertAll_are_ignored() => Ignores(
        """
        class C
        {
            async Task<int> Sum((string Key, Task<int> Value)[] rows, List<(string Key, Task<int> Value)> more)
            {
                await Task.WhenAll(Array.ConvertAll(rows, row => row.Value));
                await Task.WhenAll(more.ConvertAll(row => row.Value));
                var sum = 0;
                foreach (var (key, value) in rows)
                    sum += value.Result;
                foreach (var row in more)
                    sum += row.Value.Result;
                return sum;
            }
        }
        """);

    [Fact]
    public Task Tasks_that_ConvertAll_starts_anew_are_flagged() => Flags(
        """
        class C
        {
            Task<int> Load(string key) => Task.Run(() => key.Length);
            async Task<int> Sum(Task<int>[] rows)
            {
                await Task.WhenAll(Array.ConvertAll(rows, row => Load("a")));
                return [|rows[0].Result|];
            }
        }
        """);
}
