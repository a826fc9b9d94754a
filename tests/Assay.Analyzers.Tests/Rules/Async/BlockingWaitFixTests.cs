using Assay.Analyzers.Rules.Async;
using Assay.CodeFixes.Rules.Async;
using Assay.TestKit;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.Async;

/// <summary>What awaiting does to the function around the wait and to its callers.</summary>
public sealed class BlockingWaitFixTests : RuleTests<BlockingWait, BlockingWaitFix>
{
    [Fact]
    public Task Waits_in_async_code_become_awaits() => Fixes(
        """
        class C
        {
            Task<string> LoadAsync() => Task.Run(() => "");
            ValueTask<string> ReadAsync() => new(LoadAsync());
            async Task M(Task[] all, CancellationToken stop)
            {
                await Task.Yield();
                // first
                var length = [|LoadAsync().Result|].Length; // length
                [|Task.Delay(1).Wait()|];
                [|Task.Delay(2).Wait(stop)|];
                Console.WriteLine([|LoadAsync().ConfigureAwait(false).GetAwaiter().GetResult()|] + [|ReadAsync().AsTask().Result|]);
                [|Task.WaitAll(all)|];
                [|Task.WaitAny(Task.Delay(3), Task.Delay(4))|];
                Console.WriteLine([|[|LoadAsync().ContinueWith(t => LoadAsync()).Result|].Result|]);
            }
        }
        """,
        """
        class C
        {
            Task<string> LoadAsync() => Task.Run(() => "");
            ValueTask<string> ReadAsync() => new(LoadAsync());
            async Task M(Task[] all, CancellationToken stop)
            {
                await Task.Yield();
                // first
                var length = (await LoadAsync()).Length; // length
                await Task.Delay(1);
                await Task.Delay(2).WaitAsync(stop);
                Console.WriteLine(await LoadAsync().ConfigureAwait(false) + await ReadAsync());
                await Task.WhenAll(all);
                await Task.WhenAny(Task.Delay(3), Task.Delay(4));
                Console.WriteLine(await await LoadAsync().ContinueWith(t => LoadAsync()));
            }
        }
        """);

    [Fact]
    public Task A_void_method_becomes_async_Task_and_its_callers_await_it() => Fixes(
        """
        class Stock
        {
            private readonly List<int> _seen = [];

            /// <summary>Reserves and confirms; see <see cref="Confirm"/>.</summary>
            public int Reserve(int id)
            {
                Confirm(id); // now
                return Count(id) + 1;
            }

            public async Task RunAsync()
            {
                await Task.Yield();
                Console.WriteLine(Reserve(1) + nameof(Confirm));
            }

            // Confirms one.
            private void Confirm(int id)
            {
                [|SaveAsync(id).Wait()|];
                _seen.Add(id);
            }

            int Count(int id) => [|CountAsync(id).Result|];
            static Task SaveAsync(int id) => Task.Delay(id);
            static Task<int> CountAsync(int id) => Task.Run(() => id);
        }
        """,
        """
        class Stock
        {
            private readonly List<int> _seen = [];

            /// <summary>Reserves and confirms; see <see cref="Confirm"/>.</summary>
            public async Task<int> Reserve(int id)
            {
                await Confirm(id); // now
                return await Count(id) + 1;
            }

            public async Task RunAsync()
            {
                await Task.Yield();
                Console.WriteLine(await Reserve(1) + nameof(Confirm));
            }

            // Confirms one.
            private async Task Confirm(int id)
            {
                await SaveAsync(id);
                _seen.Add(id);
            }

            async Task<int> Count(int id) => await CountAsync(id);
            static Task SaveAsync(int id) => Task.Delay(id);
            static Task<int> CountAsync(int id) => Task.Run(() => id);
        }
        """);

    [Fact]
    public Task One_method_is_named_in_the_title() => Fixes(
        "class C { public int M(Task<int> task) { return [|task.Result|]; } }",
        "class C { public async Task<int> M(Task<int> task) { return await task; } }",
        title: "Await the task and make 'M' async");

    [Fact]
    public Task A_method_that_returns_tasks_becomes_async_and_returns_their_content() => Fixes(
        """
        class C
        {
            Task<int> LoadAsync() => Task.Run(() => 1);
            Task SaveAsync(int i) => Task.Delay(i);
            Task<int> Value(bool b)
            {
                if (b) return LoadAsync();
                return Task.FromResult([|LoadAsync().Result|] + 1);
            }
            Task Plain(int kind)
            {
                if (kind == 0)
                    return SaveAsync(0); // zero
                if (kind == 1)
                {
                    return Task.CompletedTask;
                }
                switch (kind)
                {
                    case 2: return SaveAsync(2);
                }
                return SaveAsync([|LoadAsync().Result|]);
            }
            Task Completed()
            {
                [|SaveAsync(1).Wait()|];
                return Task.CompletedTask;
            }
            ValueTask<int> Fast() => new ValueTask<int>([|LoadAsync().Result|]);
            Task Arrow() => SaveAsync([|LoadAsync().Result|]);
            Func<Task> Lambda() => () => { [|SaveAsync(1).Wait()|]; return Task.CompletedTask; };
        }
        """,
        """
        class C
        {
            Task<int> LoadAsync() => Task.Run(() => 1);
            Task SaveAsync(int i) => Task.Delay(i);
            async Task<int> Value(bool b)
            {
                if (b) return await LoadAsync();
                return await LoadAsync() + 1;
            }
            async Task Plain(int kind)
            {
                if (kind == 0)
                {
                    await SaveAsync(0);
                    return; // zero
                }
                if (kind == 1)
                {
                    return;
                }
                switch (kind)
                {
                    case 2:
                        await SaveAsync(2);
                        return;
                }
                await SaveAsync(await LoadAsync());
            }
            async Task Completed()
            {
                await SaveAsync(1);
            }
            async ValueTask<int> Fast() => await LoadAsync();
            async Task Arrow() => await SaveAsync(await LoadAsync());
            Func<Task> Lambda() => async () => { await SaveAsync(1); };
        }
        """);

    [Fact]
    public Task A_local_function_and_a_lambda_that_may_be_async_become_async() => Fixes(
        """
        class C
        {
            Task<int> LoadAsync() => Task.Run(() => 1);
            async Task M()
            {
                Console.WriteLine(Local());
                await Task.Run(() => [|LoadAsync().Result|]);
                await Task.Run(delegate { [|LoadAsync().Wait()|]; });
                await Task.Run(() => Console.WriteLine(Local()));
                int Local() => [|LoadAsync().Result|];
            }
        }
        """,
        """
        class C
        {
            Task<int> LoadAsync() => Task.Run(() => 1);
            async Task M()
            {
                Console.WriteLine(await Local());
                await Task.Run(async () => await LoadAsync());
                await Task.Run(async delegate { await LoadAsync(); });
                await Task.Run(async () => Console.WriteLine(await Local()));
                async Task<int> Local() => await LoadAsync();
            }
        }
        """);

    [Fact]
    public Task Main_becomes_async() => Fixes(
        """
        class Program
        {
            static int Main(string[] args) => [|RunAsync().GetAwaiter().GetResult()|];
            static Task<int> RunAsync() => Task.Run(() => 1);
        }
        """,
        """
        class Program
        {
            static async Task<int> Main(string[] args) => await RunAsync();
            static Task<int> RunAsync() => Task.Run(() => 1);
        }
        """);

    [Fact]
    public Task Top_level_statements_become_awaits() => Fixes(
        "Console.WriteLine([|File.ReadAllTextAsync(args[0]).Result|]);",
        "Console.WriteLine(await File.ReadAllTextAsync(args[0]));");

    [Fact]
    public Task Missing_imports_are_added() => Fixes(
        """
        using System;

        class C
        {
            public string M(System.Threading.Tasks.Task<string> task)
            {
                Console.WriteLine();
                return [|task.Result|];
            }
        }
        """,
        """
        using System;
        using System.Threading.Tasks;

        class C
        {
            public async Task<string> M(System.Threading.Tasks.Task<string> task)
            {
                Console.WriteLine();
                return await task;
            }
        }
        """,
        languageVersion: LanguageVersion.CSharp9);

    [Fact]
    public Task Recursion_becomes_async() => Fixes(
        """
        class C
        {
            int Sum(int n) => n == 0 ? 0 : [|NextAsync(n).Result|] + Sum(n - 1);
            Task<int> NextAsync(int n) => Task.Run(() => n);
        }
        """,
        """
        class C
        {
            async Task<int> Sum(int n) => n == 0 ? 0 : await NextAsync(n) + await Sum(n - 1);
            Task<int> NextAsync(int n) => Task.Run(() => n);
        }
        """);

    [Fact]
    public Task Members_whose_signature_is_fixed_have_no_fix() => NotFixed(
        """
        interface IStore { int Load(); }
        class Base { public virtual void Run() { } }
        class C : Base, IStore, IDisposable
        {
            Task<int> FetchAsync() => Task.Run(() => 1);
            public int Load() => [|FetchAsync().Result|];
            public override void Run() => [|FetchAsync().Wait()|];
            public void Dispose() => [|FetchAsync().Wait()|];
            public C() => [|FetchAsync().Wait()|];
            int Value => [|FetchAsync().Result|];
            int this[int i] { get { return [|FetchAsync().Result|]; } }
            public static C operator +(C c, int i) { [|c.FetchAsync().Wait()|]; return c; }
            readonly int _field = [|Task.Run(() => 1).Result|];
            ~C() => [|FetchAsync().Wait()|];
            [System.Diagnostics.Conditional("DEBUG")] void Trace() => [|FetchAsync().Wait()|];
            void OnClick(object sender, EventArgs e) => [|FetchAsync().Wait()|];
        }
        """);

    [Fact]
    public Task Functions_that_cannot_be_async_have_no_fix() => NotFixed(
        """
        struct S { int _n; public void M(Task<int> t) => _n = [|t.Result|]; }
        class C
        {
            IEnumerable<int> Iterate(Task<int> t) { yield return [|t.Result|]; }
            void Ref(ref int i, Task<int> t) => i = [|t.Result|];
            void Out(out int i, Task<int> t) => i = [|t.Result|];
            int In(in int i, Task<int> t) => [|t.Result|] + i;
            int Spans(Task<int> t) { Span<int> s = stackalloc int[1]; s[0] = [|t.Result|]; return s[0]; }
            int Given(ReadOnlySpan<int> s, Task<int> t) => [|t.Result|] + s[0];
            unsafe int Unsafe(Task<int> t) => [|t.Result|];
        }
        """);

    [Fact]
    public Task Places_where_await_is_not_allowed_have_no_fix() => NotFixed(
        """
        class C
        {
            readonly object _gate = new();
            int Lock(Task<int> t) { lock (_gate) { return [|t.Result|]; } }
            int Filter(Task<bool> t) { try { return 1; } catch (Exception) when ([|t.Result|]) { return 2; } }
            IEnumerable<int> Query(Task<int>[] tasks) => from t in tasks select [|t.Result|];
            IEnumerable<int> Linq(Task<int>[] tasks) => tasks.Select(t => [|t.Result|]);
            void Each(List<Task> tasks) => tasks.ForEach(t => [|t.Wait()|]);
            Func<int> Func(Task<int> t) => () => [|t.Result|];
            Action Act(Task<int> t) => () => [|t.Wait()|];
            Task<int> Started(Task<int> t) => Task.Factory.StartNew(() => [|t.Result|]);
            int? Maybe(Task<int>? t) => [|t?.Result|];
            bool Timed(Task t) => [|t.Wait(100)|];
            int Index(Task[] t) => [|Task.WaitAny(t)|];
        }
        """);

    [Fact]
    public Task Callers_that_cannot_change_take_the_fix_away() => NotFixed(
        """
        class C
        {
            readonly object _gate = new();
            int Fetch(Task<int> t) => [|t.Result|];
            int Property => Fetch(Task.Run(() => 1));
            int Group(Task<int> t) => [|t.Result|];
            IEnumerable<int> All(Task<int>[] tasks) => tasks.Select(Group);
            int Locked(Task<int> t) => [|t.Result|];
            int Lock(Task<int> t) { lock (_gate) return Locked(t); }
            internal int Elsewhere(Task<int> t) => [|t.Result|];
            void Touch(Task t) => [|t.Wait()|];
            void Conditional(C? c, Task t) => c?.Touch(t);
        }
        // ==== Other.cs
        class Other { int M(C c, Task<int> t) => c.Elsewhere(t); }
        """);

    private static Task NotFixed(string source) => Fixes(source, source);
}
