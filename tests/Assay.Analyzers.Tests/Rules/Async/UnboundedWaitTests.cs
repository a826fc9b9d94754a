using Assay.Analyzers.Rules.Async;
using Assay.CodeFixes.Rules.Async;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Async;

public sealed class UnboundedWaitTests : RuleTests<UnboundedWait, UnboundedWaitFix>
{
    [Fact]
    public Task Waits_without_token_or_timeout_are_flagged() => Flags(
        """
        using System.Diagnostics;
        using System.Threading.Channels;
        class C(SemaphoreSlim gate, ChannelReader<int> reader, TaskCompletionSource<int> source, TaskCompletionSource ready)
        {
            readonly HttpClient _client = new() { Timeout = Timeout.InfiniteTimeSpan };
            async Task M(Process process)
            {
                await [|gate.WaitAsync()|];
                await [|gate.WaitAsync()|].ConfigureAwait(false);
                var read = await [|reader.ReadAsync()|];
                await [|process.WaitForExitAsync()|];
                await [|ready.Task|];
                await [|_client.GetStringAsync("rates")|];
            }
            async Task<int> N(CancellationToken token) => await [|source.Task|].ConfigureAwait(false);
        }
        """,
        messages:
        [
            "'WaitAsync' waits until whoever holds it gives it back, for ever if that never happens: take a CancellationToken, or wait with a timeout",
            "'WaitAsync' waits until whoever holds it gives it back, for ever if that never happens: take a CancellationToken, or wait with a timeout",
            "'ReadAsync' waits until somebody writes, for ever if that never happens: take a CancellationToken, or wait with a timeout",
            "'WaitForExitAsync' waits until the process ends, for ever if that never happens: take a CancellationToken, or wait with a timeout",
            "'ready.Task' waits until it is completed, for ever if that never happens: take a CancellationToken, or wait with a timeout",
            "'GetStringAsync' waits until the server answers, for ever if that never happens: take a CancellationToken, or wait with a timeout",
            "'source.Task' waits until it is completed, for ever if that never happens: wait with 'token'",
        ]);

    [Fact]
    public Task Bounded_waits_are_ignored() => Ignores(
        """
        using System.Threading.Channels;
        class C(SemaphoreSlim gate, ChannelReader<int> reader, TaskCompletionSource<int> source, HttpClient client)
        {
            async Task M(CancellationToken token)
            {
                await gate.WaitAsync(token);
                await gate.WaitAsync(500);
                await reader.ReadAsync(token);
                await reader.ReadAsync();
                await source.Task.WaitAsync(TimeSpan.FromSeconds(3));
                await client.GetStringAsync("rates", token);
            }
            async Task N()
            {
                await gate.WaitAsync(TimeSpan.FromSeconds(3));
                await client.GetStringAsync("rates");
                await gate.WaitAsync(CancellationToken.None);
                await Task.WhenAny(source.Task, Task.Delay(500));
            }
            async Task Loop()
            {
                while (await reader.WaitToReadAsync()) await reader.ReadAsync();
            }
            async Task Registered(CancellationToken token)
            {
                using var registration = token.Register(() => source.TrySetCanceled());
                await source.Task;
            }
            Task<int> Handed() => source.Task;
            static async Task Main()
            {
                var end = new TaskCompletionSource();
                await end.Task;
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C(SemaphoreSlim gate) { async Task M() { await gate.WaitAsyn(); await gat.WaitAsync(); await } }", allowErrors: true);

    [Fact]
    public Task The_source_is_waited_for_with_the_token() => Fixes(
        """
        class C(SemaphoreSlim gate, TaskCompletionSource<int> source)
        {
            async Task<int> M(CancellationToken token) => await [|source.Task|].ConfigureAwait(false);
            async Task<int> N() { await [|gate.WaitAsync()|]; return await [|source.Task|]; }
        }
        """,
        """
        class C(SemaphoreSlim gate, TaskCompletionSource<int> source)
        {
            async Task<int> M(CancellationToken token) => await source.Task.WaitAsync(token).ConfigureAwait(false);
            async Task<int> N() { await [|gate.WaitAsync()|]; return await [|source.Task|]; }
        }
        """,
        title: "Wait with the token");
}
