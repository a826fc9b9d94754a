using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class RacyCaptureTests : RuleTests<RacyCapture, RacyCaptureFix>
{
    private static string Body(string statements) =>
        $$"""
        class C
        {
            public static async Task Run(int[] items, Func<int, Task<int>> load)
            {
                await Task.Yield();
        {{string.Join('\n', statements.TrimEnd().Split('\n').Select(line => line.Length == 0 ? line : "        " + line))}}
            }
        }

        """;

    [Fact]
    public Task A_sum_in_a_parallel_loop_is_flagged() => Flags(
        """
        class C
        {
            public int Sum(int[] items)
            {
                var sum = 0;
                {|#0:Parallel.ForEach(items, i => [|sum += i|])|};
                return sum;
            }
        }
        """,
        messages: ["'sum' is captured from outside and updated in two steps by 'Parallel.ForEach' at line 6, without a lock; updates of the other threads are lost"]);

    [Theory]
    [InlineData("var n = 0; Parallel.For(0, 9, i => [|n++|]);")]
    [InlineData("var n = 0; Parallel.For(0, 9, i => { [|n = n + i|]; });")]
    [InlineData("var n = 0; Parallel.Invoke(() => [|n++|], () => [|n--|]);")]
    [InlineData("var n = 0; await Parallel.ForEachAsync(items, async (i, token) => { await load(i); [|n++|]; });")]
    [InlineData("var n = 0; Parallel.ForEach(items, () => 0, (i, state, local) => local + i, local => [|n += local|]);")]
    [InlineData("var n = 0; items.AsParallel().ForAll(i => [|n++|]);")]
    [InlineData("var n = 0; var all = items.AsParallel().Select(i => { [|n++|]; return i; }).ToArray();")]
    [InlineData("var found = new List<int>(); Parallel.ForEach(items, i => [|found.Add(i)|]);")]
    [InlineData("var found = new Dictionary<int, int>(); Parallel.ForEach(items, i => { [|found[i] = i|]; });")]
    [InlineData("var text = new System.Text.StringBuilder(); Parallel.ForEach(items, i => { [|text.Append(i)|]; });")]
    [InlineData("var random = new Random(1); Parallel.ForEach(items, i => Console.WriteLine([|random.Next(i)|]));")]
    [InlineData("var counts = new int[10]; Parallel.ForEach(items, i => [|counts[items[i]]++|]);")]
    public Task Work_in_parallel_is_flagged(string statements) => Flags(Body(statements));

    [Theory]
    [InlineData("var n = 0; var tasks = new List<Task>(); foreach (var i in items) tasks.Add(Task.Run(() => [|n++|])); await Task.WhenAll(tasks);")]
    [InlineData("var n = 0; for (var i = 0; i < 4; i++) { Task.Run(() => { [|n++|]; }); }")]
    [InlineData("var found = new List<int>(); var tasks = items.Select(i => Task.Run(() => [|found.Add(i)|])).ToArray(); await Task.WhenAll(tasks);")]
    [InlineData("var n = 0; var tasks = items.Select(async i => { await load(i); [|n++|]; }); await Task.WhenAll(tasks);")]
    [InlineData("var sum = 0; await Task.WhenAll(items.Select(async i => [|sum += await load(i)|]));")]
    [InlineData("var found = new List<int>(); await Task.WhenAll(items.Select(async i => [|found.Add(await load(i))|]).ToList());")]
    public Task Several_tasks_are_flagged(string statements) => Flags(Body(statements));

    [Fact]
    public Task A_collection_of_the_object_is_flagged() => Flags(
        """
        class C
        {
            readonly List<int> _found = [];
            public void Run(int[] items) => Parallel.ForEach(items, i => { if (i > 0) [|_found.Add(i)|]; });
        }
        """);

    [Theory]
    [InlineData("var n = 0; Parallel.For(0, 9, i => { var m = 0; m++; });")]
    [InlineData("var n = 0; Parallel.For(0, 9, i => Interlocked.Increment(ref n));")]
    [InlineData("var n = 0; var gate = new object(); Parallel.For(0, 9, i => { lock (gate) n++; });")]
    [InlineData("var n = 0; var gate = new SemaphoreSlim(1, 1); await Parallel.ForEachAsync(items, async (i, token) => { await gate.WaitAsync(token); try { n++; } finally { gate.Release(); } });")]
    [InlineData("var n = 0; Parallel.For(0, 9, new ParallelOptions { MaxDegreeOfParallelism = 1 }, i => { n++; });")]
    [InlineData("var any = false; Parallel.ForEach(items, i => { if (i > 3) any = true; });")]
    [InlineData("var results = new int[items.Length]; Parallel.For(0, items.Length, i => results[i] = items[i] * 2);")]
    [InlineData("var results = new int[items.Length]; Parallel.For(0, items.Length, i => results[i] += items[i]);")]
    [InlineData("var found = new System.Collections.Concurrent.ConcurrentBag<int>(); Parallel.ForEach(items, i => found.Add(i));")]
    [InlineData("var found = new List<int> { 1 }; Parallel.ForEach(items, i => Console.WriteLine(found.Contains(i)));")]
    [InlineData("Parallel.ForEach(items, () => 0, (i, state, local) => local += i, local => Console.WriteLine(local));")]
    [InlineData("var n = 0; foreach (var i in items) n += i; Parallel.For(0, 9, i => Console.WriteLine(n));")]
    public Task Parallel_work_that_keeps_to_itself_is_ignored(string statements) => Ignores(Body(statements));

    [Theory]
    [InlineData("var n = 0; await Task.Run(() => n++); Console.WriteLine(n);")]
    [InlineData("var n = 0; Task.Run(() => { n++; }).Wait();")]
    [InlineData("var n = 0; foreach (var i in items) await Task.Run(() => n += i);")]
    [InlineData("var n = 0; foreach (var i in items) { var task = Task.Run(() => n += i); await task; }")]
    [InlineData("foreach (var i in items) { var n = i; _ = Task.Run(() => Console.WriteLine(n++)); }")]
    [InlineData("var n = 0; var all = items.Select(i => { n++; return i; }).ToArray();")]
    [InlineData("var n = 0; await Task.WhenAll(items.Select(async i => { n++; await load(i); }));")]
    [InlineData("var n = 0; foreach (var task in items.Select(async i => { await load(i); n++; })) await task;")]
    [InlineData("var n = 0; var worker = Task.Run(() => { foreach (var i in items) n += i; }); await worker;")]
    public Task One_thread_at_a_time_is_ignored(string statements) => Ignores(Body(statements));

    [Fact]
    public Task A_field_of_each_thread_is_ignored() => Ignores(
        """
        class C
        {
            [ThreadStatic] static List<int>? s_found;
            public void Run(int[] items) => Parallel.ForEach(items, i => s_found!.Add(i));
        }
        """);

    [Fact]
    public Task Half_typed_code_is_ignored() => Ignores(
        """
        class C
        {
            void M(int[] items) { var n = 0; Parallel.ForEach(items, i => missing += n); Parallel.For(0, ; }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task Counts_become_interlocked() => Fixes(
        Body(
            """
            var count = 0;
            var sum = 0L;
            Parallel.ForEach(items, i =>
            {
                // One more.
                [|count++|];
                [|sum += i|];
            });
            """),
        Body(
            """
            var count = 0;
            var sum = 0L;
            Parallel.ForEach(items, i =>
            {
                // One more.
                Interlocked.Increment(ref count);
                Interlocked.Add(ref sum, i);
            });
            """));

    [Fact]
    public Task A_list_becomes_a_bag() => Fixes(
        """
        class C
        {
            public static int[] Run(int[] items)
            {
                var found = new List<int>();
                Parallel.ForEach(items, i =>
                {
                    if (i > 3)
                        [|found.Add(i)|];
                });
                return found.ToArray();
            }
        }

        """,
        """
        using System.Collections.Concurrent;

        class C
        {
            public static int[] Run(int[] items)
            {
                var found = new ConcurrentBag<int>();
                Parallel.ForEach(items, i =>
                {
                    if (i > 3)
                        found.Add(i);
                });
                return found.ToArray();
            }
        }

        """,
        "Make it a ConcurrentBag");

    [Fact]
    public Task A_dictionary_becomes_concurrent() => Fixes(
        """
        class C
        {
            public static int Run(int[] items)
            {
                Dictionary<int, int> squares = new();
                Parallel.ForEach(items, i => { [|squares[i] = i * i|]; });
                return squares.Count;
            }
        }

        """,
        """
        using System.Collections.Concurrent;

        class C
        {
            public static int Run(int[] items)
            {
                ConcurrentDictionary<int, int> squares = new();
                Parallel.ForEach(items, i => { squares[i] = i * i; });
                return squares.Count;
            }
        }

        """);

    [Theory]
    [InlineData("var sum = 0; await Task.WhenAll(items.Select(async i => [|sum += await load(i)|]));")]
    [InlineData("var found = new List<int>(); Parallel.ForEach(items, i => [|found.Add(i)|]); found.Sort();")]
    [InlineData("var found = new List<int>(); Parallel.ForEach(items, i => [|found.Add(i)|]); Console.WriteLine(found[0]);")]
    [InlineData("var sum = 0.0; Parallel.ForEach(items, i => [|sum += i|]);")]
    public Task What_has_no_atomic_form_is_left_and_becomes_nothing(string statements) => Fixes(Body(statements), Body(statements));

    [Fact]
    public Task Two_tasks_that_change_the_same_are_flagged() => Flags(
        """
        class C
        {
            async Task<int> Both()
            {
                var n = 0;
                var all = new List<int>();
                await Task.WhenAll(Task.Run(() => { [|n++|]; }), Task.Run(() => { [|n++|]; }));
                var first = Task.Run(() => [|all.Add(1)|]);
                var second = Task.Run(() => Console.WriteLine(all.Count));
                await Task.WhenAll(first, second);
                return n;
            }
        }
        """);

    [Fact]
    public Task Two_tasks_that_never_meet_at_a_variable_are_ignored() => Ignores(
        """
        class C
        {
            async Task<int> Both(bool flag)
            {
                var (a, b, n) = (0, 0, 0);
                await Task.WhenAll(Task.Run(() => { a++; }), Task.Run(() => { b++; }));
                var first = Task.Run(() => { n++; });
                await first;
                var second = Task.Run(() => { n++; });
                await second;
                var either = flag ? Task.Run(() => { n++; }) : Task.Run(() => { n--; });
                await either;
                var done = false;
                var third = Task.Run(() => { done = true; });
                var fourth = Task.Run(() => Console.WriteLine(done));
                await Task.WhenAll(third, fourth);
                return a + b + n;
            }
        }
        """);

    [Fact]
    public Task Threads_of_a_loop_and_local_functions_are_flagged() => Flags(
        """
        class C
        {
            int Threads(int[] items)
            {
                var sum = 0;
                var threads = new List<Thread>();
                foreach (var item in items)
                {
                    var thread = new Thread(() => [|sum += item|]);
                    thread.Start();
                    threads.Add(thread);
                }
                threads.ForEach(thread => thread.Join());
                return sum;
            }
            int Parts(int[] items)
            {
                var seen = new HashSet<int>();
                void See(int item) { var own = new List<int>(); own.Add(item); [|seen.Add(item)|]; }
                Parallel.ForEach(items, See);
                return seen.Count;
            }
            int Called(int[] items)
            {
                var seen = new List<int>();
                Parallel.ForEach(items, item => See(item));
                return seen.Count;
                void See(int item) => [|seen.Add(item)|];
            }
            async Task<int> Awaited(HttpClient client, string[] urls)
            {
                var n = 0;
                async Task One(string url) { await client.GetStringAsync(url); [|n++|]; }
                await Task.WhenAll(urls.Select(One));
                return n;
            }
        }
        """);

    [Fact]
    public Task Entries_and_slots_counted_by_many_are_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class C
        {
            void Count(string[] words)
            {
                var counts = new ConcurrentDictionary<string, int>();
                var total = new int[1];
                Parallel.ForEach(words, word => { [|counts[word]++|]; [|total[0]++|]; });
                var buckets = new int[8];
                Parallel.For(0, 100, i => [|buckets[i % 8]++|]);
                Parallel.For(0, 8, i => buckets[i]++);
            }
        }
        """);

    [Fact]
    public Task A_thread_that_is_joined_in_its_round_is_ignored() => Ignores(
        """
        class C
        {
            int Sum(int[] items)
            {
                var sum = 0;
                foreach (var item in items)
                {
                    var thread = new Thread(() => sum += item);
                    thread.Start();
                    thread.Join();
                }
                new Thread(() => sum++).Start();
                return sum;
            }
        }
        """);

    [Fact]
    public Task Counts_of_threads_and_of_tasks_side_by_side_become_Interlocked() => Fixes(
        """
        class C
        {
            async Task<int> Both(int[] items)
            {
                var (n, sum) = (0, 0);
                await Task.WhenAll(Task.Run(() => { [|n++|]; }), Task.Run(() => { [|n++|]; }));
                foreach (var item in items)
                    new Thread(() => [|sum += item|]).Start();
                return n + sum;
            }
        }

        """,
        """
        class C
        {
            async Task<int> Both(int[] items)
            {
                var (n, sum) = (0, 0);
                await Task.WhenAll(Task.Run(() => { Interlocked.Increment(ref n); }), Task.Run(() => { Interlocked.Increment(ref n); }));
                foreach (var item in items)
                    new Thread(() => Interlocked.Add(ref sum, item)).Start();
                return n + sum;
            }
        }

        """);
}
