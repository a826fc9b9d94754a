using Assay.Analyzers.Rules.Time;
using Assay.CodeFixes.Rules.Time;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Time;

public sealed class FixedRetryDelayTests : RuleTests<FixedRetryDelay, FixedRetryDelayFix>
{
    [Fact]
    public Task A_constant_delay_between_retries_is_flagged() => Flags(
        """
        class C(HttpClient client)
        {
            static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);
            async Task<string> Read(string url, CancellationToken token)
            {
                for (var attempt = 0; attempt < 5; attempt++)
                {
                    try { return await client.GetStringAsync(url, token); }
                    {|#0:catch|} (HttpRequestException) { await Task.Delay({|ASSAY4004:500|}, token); }
                }
                var tries = 0;
                while (true)
                {
                    try { return await client.GetStringAsync(url, token); }
                    {|#1:catch|} (HttpRequestException) when (++tries < 5) { }
                    await Task.Delay({|ASSAY4004:TimeSpan.FromSeconds(1)|}, token);
                }
            }
            void Save(string path)
            {
                var done = false;
                while (!done)
                {
                    try { File.Delete(path); done = true; }
                    {|#2:catch|} (IOException) { Thread.Sleep({|ASSAY4004:s_pause|}); }
                }
            }
        }
        """,
        messages: [Message("500 ms"), Message("'TimeSpan.FromSeconds(1)'"), Message("'s_pause'")]);

    [Fact]
    public Task A_growing_delay_one_retry_and_other_loops_are_ignored() => Ignores(
        """
        class C(HttpClient client)
        {
            async Task<string> Read(string url, IEnumerable<string> urls, string[] hosts, CancellationToken token)
            {
                var delay = 100;
                for (var attempt = 0; attempt < 5; attempt++)
                {
                    try { return await client.GetStringAsync(url, token); }
                    catch (HttpRequestException) { await Task.Delay(delay, token); delay *= 2; }
                }
                for (var attempt = 0; attempt < 2; attempt++)
                {
                    try { return await client.GetStringAsync(url, token); }
                    catch (HttpRequestException) { await Task.Delay(500, token); }
                }
                foreach (var other in urls)
                {
                    try { return await client.GetStringAsync(other, token); }
                    catch (HttpRequestException) { await Task.Delay(500, token); }
                }
                for (var i = 0; i < hosts.Length; i++)
                {
                    try { return await client.GetStringAsync(hosts[i], token); }
                    catch (HttpRequestException) { await Task.Delay(500, token); }
                }
                while (!token.IsCancellationRequested)
                {
                    try { await client.GetStringAsync(url, token); }
                    catch (HttpRequestException) { Console.WriteLine("later"); }
                    await Task.Delay(1000, token);
                }
                for (var attempt = 0; attempt < 5; attempt++)
                {
                    try { File.Delete(url); return ""; }
                    catch (IOException) { await Task.Delay(20, token); Thread.Sleep(TimeSpan.FromMilliseconds(30)); }
                }
                for (var attempt = 0; attempt < 5; attempt++)
                {
                    try { return await client.GetStringAsync(url, token); }
                    catch (HttpRequestException) { await Task.Yield(); Thread.Sleep(0); throw; }
                }
                return "";
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { async Task M() { while (true) { try { await X(); return; } catch (Exception) { await Task.Delay( } } } }", allowErrors: true);

    [Fact]
    public Task The_delay_grows_up_to_a_cap_at_random() => Fixes(
        """
        class C(HttpClient client)
        {
            async Task<string?> Read(string url, CancellationToken token)
            {
                for (var attempt = 0; attempt < 5; attempt++)
                {
                    try
                    {
                        return await client.GetStringAsync(url, token);
                    }
                    catch (HttpRequestException)
                    {
                        await Task.Delay([|TimeSpan.FromSeconds(1)|], token);
                    }
                }
                return null;
            }
            void Save(string path)
            {
                int tries = 0;
                while (true)
                {
                    try { File.Delete(path); return; }
                    catch (IOException) { if (tries++ > 5) throw; Thread.Sleep([|500|]); }
                }
            }
            void Forever(string path)
            {
                while (true)
                {
                    try { File.Delete(path); return; }
                    catch (IOException) { Thread.Sleep([|500|]); }
                }
            }
        }
        """,
        """
        class C(HttpClient client)
        {
            async Task<string?> Read(string url, CancellationToken token)
            {
                for (var attempt = 0; attempt < 5; attempt++)
                {
                    try
                    {
                        return await client.GetStringAsync(url, token);
                    }
                    catch (HttpRequestException)
                    {
                        await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * Math.Min(30000, 1000 * Math.Pow(2, attempt))), token);
                    }
                }
                return null;
            }
            void Save(string path)
            {
                int tries = 0;
                while (true)
                {
                    try { File.Delete(path); return; }
                    catch (IOException) { if (tries++ > 5) throw; Thread.Sleep(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * Math.Min(30000, 500 * Math.Pow(2, tries)))); }
                }
            }
            void Forever(string path)
            {
                while (true)
                {
                    try { File.Delete(path); return; }
                    catch (IOException) { Thread.Sleep([|500|]); }
                }
            }
        }
        """,
        title: "Let the delay grow, capped, and spread it at random");

    private static string Message(string delay) =>
        $"Every retry waits {delay}: all callers that failed together come back together, and as often while the other side is down; let the delay grow and spread it at random";
}
