using Assay.Analyzers.Rules.Resources;
using Assay.CodeFixes.Rules.Resources;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Resources;

public sealed class UnboundedFanOutTests : RuleTests<UnboundedFanOut, UnboundedFanOutFix>
{
    [Fact]
    public Task Calls_for_all_elements_at_once_are_flagged() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        interface IMail { Task SendAsync(string to); }
        class Order { public List<string> Lines = new(); }
        class C(HttpClient client, IMail mail)
        {
            async Task M(IEnumerable<string> urls, Order order, string[] all)
            {
                await Task.{|ASSAY8003:WhenAll|}(urls.Select(async url => { await {|#0:client.GetStringAsync(url)|}; }));
                await Task.{|ASSAY8003:WhenAll|}(order.Lines.Where(l => l.Length > 0).Select(line => {|#1:mail.SendAsync(line)|})).ConfigureAwait(false);
                var tasks = all.Select(url => {|#2:ReadAsync(url)|}).ToList();
                var texts = await Task.{|ASSAY8003:WhenAll|}(tasks);
                var started = new List<Task>();
                foreach (var url in await FindAsync())
                    started.Add({|#3:File.WriteAllTextAsync(url, "")|});
                await Task.{|ASSAY8003:WhenAll|}(started);
                await Task.{|ASSAY8003:WhenAll|}((await FindAsync()).Select(ReadAsync));
            }
            async Task<string> ReadAsync(string url) => await {|#4:client.GetStringAsync(url)|};
            Task<List<string>> FindAsync() => Task.FromResult(new List<string>());
        }
        """,
        messages: [Message("GetStringAsync", "urls"), Message("SendAsync", "order.Lines"), Message("ReadAsync", "all"), Message("WriteAllTextAsync", "await FindAsync()"), Message("GetStringAsync", "await FindAsync()")]);

    [Fact]
    public Task Throttled_work_is_ignored() => Ignores(
        """
        class C(HttpClient client)
        {
            readonly SemaphoreSlim _gate = new(10);
            async Task M(IEnumerable<string> urls, SemaphoreSlim gate)
            {
                await Task.WhenAll(urls.Select(async url =>
                {
                    await gate.WaitAsync();
                    try { await client.GetStringAsync(url); } finally { gate.Release(); }
                }));
            }
            async Task ByMethod(IEnumerable<string> urls) => await Task.WhenAll(urls.Select(ReadAsync));
            async Task ByCall(IEnumerable<string> urls) => await Task.WhenAll(urls.Select(url => ReadAsync(url)));
            async Task<string> ReadAsync(string url)
            {
                await _gate.WaitAsync();
                try { return await client.GetStringAsync(url); } finally { _gate.Release(); }
            }
            async Task Chunked(IEnumerable<string> urls)
            {
                foreach (var some in urls.Chunk(10))
                    await Task.WhenAll(some.Select(url => client.GetStringAsync(url)));
            }
            async Task ByHand(IEnumerable<string> urls)
            {
                var running = new List<Task>();
                foreach (var url in urls)
                {
                    if (running.Count >= 10)
                        running.Remove(await Task.WhenAny(running));
                    running.Add(client.GetStringAsync(url));
                }
                await Task.WhenAll(running);
            }
        }
        """);

    [Fact]
    public Task Few_elements_are_ignored() => Ignores(
        """
        interface ISink { Task WriteAsync(string text); }
        class C(HttpClient client, IEnumerable<ISink> sinks)
        {
            readonly string[] _hosts = ["a", "b"];
            string[] Hosts => _hosts;
            async Task M(string text, string[] batch, IEnumerable<ISink> others, IEnumerable<string> urls, params string[] few)
            {
                await Task.WhenAll(new[] { "a", "b" }.Select(url => client.GetStringAsync(url)));
                await Task.WhenAll(_hosts.Select(url => client.GetStringAsync(url)));
                await Task.WhenAll(Hosts.Select(url => client.GetStringAsync(url)));
                await Task.WhenAll(few.Select(url => client.GetStringAsync(url)));
                await Task.WhenAll(batch.Select(url => client.GetStringAsync(url)));
                await Task.WhenAll(urls.Take(5).Select(url => client.GetStringAsync(url)));
                await Task.WhenAll(Enumerable.Range(0, 4).Select(i => client.GetStringAsync(i.ToString())));
                await Task.WhenAll(sinks.Select(sink => sink.WriteAsync(text)));
                await Task.WhenAll(others.Select(sink => sink.WriteAsync(text)));
                string[] pair = ["a", "b"];
                await Task.WhenAll(pair.Select(url => client.GetStringAsync(url)));
                await Task.WhenAll(client.GetStringAsync("a"), client.GetStringAsync("b"));
            }
        }
        """);

    [Fact]
    public Task Work_that_stays_in_the_process_is_ignored() => Ignores(
        """
        class C
        {
            async Task M(IEnumerable<int> numbers, IEnumerable<Task> tasks, IEnumerable<string> paths)
            {
                await Task.WhenAll(numbers.Select(async n => { await Task.Yield(); Console.WriteLine(n); }));
                await Task.WhenAll(numbers.Select(n => Task.Run(() => n * n)));
                await Task.WhenAll(paths.Select(path => Task.Run(() => File.ReadAllTextAsync(path))));
                await Task.WhenAll(tasks);
                await Task.WhenAll(numbers.Select(Work));
                var one = new List<Task>();
                foreach (var path in paths)
                {
                    one.Add(Task.CompletedTask);
                    await File.ReadAllTextAsync(path);
                }
                await Task.WhenAll(one);
            }
            Task Work(int n) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { async Task M(string[] a) { await Task.WhenAll(a.Select(; await Task.WhenAll(a.Select(x => )); } }", allowErrors: true);

    [Fact]
    public Task The_work_moves_into_a_bounded_loop() => Fixes(
        """
        class C(HttpClient client)
        {
            async Task M(IEnumerable<string> urls, CancellationToken token)
            {
                // Warm the caches.
                await Task.[|WhenAll|](urls.Select(async url =>
                {
                    await client.GetStringAsync(url, token); // read
                }));
                await Task.[|WhenAll|](urls.Select(url => client.GetStringAsync(url, token))).ConfigureAwait(false);
            }
            async Task Plain(string[] urls) => await Task.Yield();
            async Task Without(string[] urls)
            {
                await Task.[|WhenAll|](urls.Select(async url => await client.GetStringAsync(url)));
            }
        }
        """,
        """
        class C(HttpClient client)
        {
            async Task M(IEnumerable<string> urls, CancellationToken token)
            {
                // Warm the caches.
                await Parallel.ForEachAsync(urls, token, async (url, _) =>
                {
                    await client.GetStringAsync(url, token); // read
                });
                await Parallel.ForEachAsync(urls, token, async (url, _) => await client.GetStringAsync(url, token)).ConfigureAwait(false);
            }
            async Task Plain(string[] urls) => await Task.Yield();
            async Task Without(string[] urls)
            {
                await Parallel.ForEachAsync(urls, async (url, _) => await client.GetStringAsync(url));
            }
        }
        """,
        title: "Bound the calls with 'Parallel.ForEachAsync'");

    [Fact]
    public Task Tasks_with_results_stay_as_they_are()
    {
        const string Source = """
            class C(HttpClient client)
            {
                async Task<string[]> M(IEnumerable<string> urls) => await Task.[|WhenAll|](urls.Select(url => client.GetStringAsync(url)));
                async Task N(IEnumerable<string> urls)
                {
                    var tasks = urls.Select(url => client.GetStringAsync(url)).ToList();
                    await Task.[|WhenAll|](tasks);
                    Console.WriteLine(tasks[0].IsCompleted);
                }
            }
            """;
        return Fixes(Source, Source);
    }

    private static string Message(string call, string source) =>
        $"'{call}' is started for all elements of '{source}' at once: with a thousand of them the other side gets a thousand calls, and this side their connections and memory; bound them, as 'Parallel.ForEachAsync' does";
}
