using Assay.Analyzers.Rules.Async;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Async;

public sealed class BlockedAsyncPathTests : RuleTests<BlockedAsyncPath>
{
    [Fact]
    public Task A_helper_that_waits_called_in_async_code_is_flagged() => Flags(
        """
        class Orders
        {
            Task<int> FetchAsync(int id) => Task.Run(() => id);

            private int Fetch(int id)
            {
                return {|#0:FetchAsync(id).Result|};
            }

            public async Task<int> SumAsync()
            {
                await Task.Yield();
                Func<Task> later = async () => { await Task.Yield(); [|Fetch(2)|]; };
                return [|Fetch(1)|] + await Local();
                async Task<int> Local() { await Task.Yield(); return [|Fetch(3)|]; }
            }
        }
        """,
        messages:
        [
            "This async lambda calls 'Fetch', which holds the thread until 'FetchAsync' completes ('.Result' in line 7); nothing else runs on it meanwhile",
            "Async 'SumAsync' calls 'Fetch', which holds the thread until 'FetchAsync' completes ('.Result' in line 7); nothing else runs on it meanwhile",
            "Async 'Local' calls 'Fetch', which holds the thread until 'FetchAsync' completes ('.Result' in line 7); nothing else runs on it meanwhile",
        ]);

    [Fact]
    public Task Three_hops_are_flagged() => Flags(
        """
        class C
        {
            private void A() => B();
            private void B() => D();
            private void D() => {|#0:Task.Delay(1).Wait()|};
            public async Task M() { await Task.Yield(); [|A()|]; }
        }
        """,
        messages: ["Async 'M' calls 'A', which through 'D' holds the thread until 'Delay' completes ('.Wait()' in line 5); nothing else runs on it meanwhile"]);

    [Fact]
    public Task Four_hops_are_ignored() => Ignores(
        """
        class C
        {
            private void A() => B();
            private void B() => D();
            private void D() => E();
            private void E() => Task.Delay(1).Wait();
            public async Task M() { await Task.Yield(); A(); }
        }
        """);

    [Fact]
    public Task Helpers_of_every_kind_are_flagged() => Flags(
        """
        internal static class Extensions
        {
            public static int Get(this Task<int> t) => t.GetAwaiter().GetResult();
        }
        internal sealed class Session
        {
            public Session() => Task.Delay(1).Wait();
            public static Session Open<T>(T value) => new();
        }
        public class C
        {
            private static int Value => Task.Run(() => 1).Result;
            internal int this[int i] { get { Task.WaitAll(Task.Delay(i)); return i; } }
            public async Task M(Task<int> t)
            {
                await Task.Yield();
                Console.WriteLine([|t.Get()|] + [|Value|] + [|this[1]|]);
                var s = [|new Session()|];
                s = [|Session.Open(1)|];
                [|Local()|];
                void Local() => Task.Delay(1).Wait();
            }
        }
        // ==== Other.cs
        class Other { async Task M(C c) { await Task.Yield(); Console.WriteLine([|c[2]|]); } }
        """);

    [Fact]
    public Task Members_that_others_can_call_or_override_are_ignored() => Ignores(
        """
        public class C
        {
            public void Save() => Task.Delay(1).Wait();
            protected void Keep() => Task.Delay(1).Wait();
            internal virtual void Run() => Task.Delay(1).Wait();
            public async Task M() { await Task.Yield(); Save(); Keep(); Run(); }
        }
        """);

    [Fact]
    public Task Helpers_that_wait_for_completed_tasks_only_are_ignored() => Ignores(
        """
        class C
        {
            private static int Get(Task<int> t) => t.IsCompletedSuccessfully ? t.Result : 0;
            private static int Ready() => Task.FromResult(1).Result;
            private static bool Asked(Task t) => t.Wait(0);
            private static Task<int> Then(Task<int> t) => t.ContinueWith(done => done.Result);
            public async Task M(Task<int> t) { await Then(t); Console.WriteLine(Get(t) + Ready()); Console.WriteLine(Asked(t)); }
        }
        """);

    [Fact]
    public Task Calls_outside_async_code_are_ignored() => Ignores(
        """
        class C
        {
            private void Save() => Task.Delay(1).Wait();
            public void Sync() => Save();
            public Task Offloaded() => Task.Run(() => Save());
            public async Task M() { await Task.Run(Save); await Task.Run(() => Save()); Console.WriteLine(nameof(Save)); }
        }
        """);

    [Fact]
    public Task A_wait_inside_a_lambda_of_the_helper_is_ignored() => Ignores(
        """
        class C
        {
            private Action Later() => () => Task.Delay(1).Wait();
            private Lazy<int> Value { get; } = new(() => Task.Run(() => 1).Result);
            public async Task M() { await Task.Yield(); Later(); Console.WriteLine(Value); }
        }
        """);

    [Fact]
    public Task The_synchronous_side_of_dual_code_is_ignored() => Ignores(
        """
        class C
        {
            private void Save() => Task.Delay(1).Wait();
            private Task Either(bool async, Task t) { if (async) return t; Save(); return Task.CompletedTask; }
            private void Guarded(bool async) { if (!async) Task.Delay(1).Wait(); }
            private async Task M(bool async)
            {
                Guarded(async);
                await Either(async, Task.Delay(1));
                if (async) await Task.Delay(1);
                else Save();
            }
        }
        """);

    [Fact]
    public Task Async_helpers_have_a_finding_of_their_own_and_are_ignored() => Ignores(
        """
        class C
        {
            private async Task SaveAsync() { await Task.Yield(); Task.Delay(1).Wait(); }
            public async Task M() => await SaveAsync();
        }
        """);

    [Fact]
    public Task Recursive_helpers_are_flagged_once() => Flags(
        """
        class C
        {
            private int A(int n) => n == 0 ? Task.Run(() => 1).Result : B(n - 1);
            private int B(int n) => A(n);
            public async Task M() { await Task.Yield(); [|B(3)|]; }
        }
        """,
        messages: ["Async 'M' calls 'B', which through 'A' holds the thread until 'Run' completes ('.Result' in line 3); nothing else runs on it meanwhile"]);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        class C
        {
            private void Save() => Missing().Wait();
            public async Task M() { await Task.Yield(); Save(; Save }
        """,
        allowErrors: true);

    [Fact]
    public Task A_helper_between_on_the_synchronous_side_is_ignored() => Ignores(
        """
        class Connection
        {
            private Task SendAsync() => Task.Run(() => { });
            private void Send() => SendAsync().Wait();
            private void Close(bool async)
            {
                if (!async)
                    Send();
            }
            public async Task Stop(bool async)
            {
                Close(async);
                if (async)
                    await SendAsync();
                else
                    Send();
            }
        }
        """);

    [Fact]
    public Task A_helper_between_on_either_side_is_flagged() => Flags(
        """
        class Connection
        {
            private Task SendAsync() => Task.Run(() => { });
            private void Send() => {|#0:SendAsync().Wait()|};
            private void Close(bool force)
            {
                if (!force)
                    Send();
            }
            public async Task Stop(bool async)
            {
                [|Close(async)|];
                if (async)
                    [|Send()|];
                await SendAsync();
            }
        }
        """);

    [Fact]
    public Task A_helper_called_in_a_lambda_or_initialiser_of_dual_code_is_judged_there() => Flags(
        """
        class Connection(bool ready)
        {
            private static Task SendAsync() => Task.Run(() => { });
            private static int Send() { {|#0:SendAsync().Wait()|}; return 1; }
            private readonly Func<bool, Task<int>> _start = async force => { await Task.Yield(); return force ? [|Send()|] : 0; };
            public bool IsReady => ready;
            public Func<Task<int>> Later(bool async) => async () => { await Task.Yield(); return async ? 0 : Send(); };
        }
        """);
}
