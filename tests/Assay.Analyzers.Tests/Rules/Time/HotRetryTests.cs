using Assay.Analyzers.Rules.Time;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Time;

public sealed class HotRetryTests : RuleTests<HotRetry>
{
    [Fact]
    public Task A_retry_without_a_pause_or_an_end_is_flagged() => Flags(
        """
        class C(HttpClient client)
        {
            async Task<string?> Read(string url, CancellationToken token)
            {
                {|#0:for|} (var attempt = 0; attempt < 5; attempt++)
                {
                    try { return await client.GetStringAsync(url, token); }
                    {|ASSAY4005:catch|} (HttpRequestException ex) { Console.Error.WriteLine(ex); }
                }
                {|#1:while|} (true)
                {
                    try { return await client.GetStringAsync(url, token); }
                    {|ASSAY4005:catch|} (Exception) { }
                }
            }
            async Task<string> Patient(string url)
            {
                {|#2:while|} (true)
                {
                    try { return await client.GetStringAsync(url); }
                    {|ASSAY4005:catch|} (HttpRequestException) { await Task.Delay(1000); }
                }
            }
        }
        """,
        messages:
        [
            "The next turn comes at once: the attempts are used up before the other side can recover; wait between them",
            "The next turn comes at once, again and again while the other side is down: this loop keeps a processor busy and the other side down; wait between turns",
            "The loop has no last turn and no token: while the other side stays down it retries for ever, and nothing can stop it; count the turns or pass a CancellationToken",
        ]);

    [Fact]
    public Task Retries_that_wait_and_end_are_ignored() => Ignores(
        """
        class C(HttpClient client)
        {
            bool _isClosed;
            async Task<string?> Read(string url, string[] hosts, CancellationToken token)
            {
                for (var attempt = 0; attempt < 5; attempt++)
                {
                    try { return await client.GetStringAsync(url); }
                    catch (HttpRequestException) { await Task.Delay(100 << attempt); }
                }
                for (var attempt = 0; attempt < 2; attempt++)
                {
                    try { return await client.GetStringAsync(url); } catch (HttpRequestException) { }
                }
                for (var i = 0; i < hosts.Length; i++)
                {
                    try { return await client.GetStringAsync(hosts[i]); } catch (HttpRequestException) { }
                }
                while (true)
                {
                    try { return await client.GetStringAsync(url); } catch (HttpRequestException) { await Task.Delay(100, token); }
                }
            }
            async Task<string?> Stopped(string url)
            {
                while (!_isClosed)
                {
                    try { return await client.GetStringAsync(url); } catch (HttpRequestException) { await Task.Delay(100); }
                }
                var attempts = 0;
                while (true)
                {
                    try { return await client.GetStringAsync(url); } catch (HttpRequestException) { if (++attempts > 5) throw; await BackoffAsync(attempts); }
                }
            }
            Task BackoffAsync(int attempts) => Task.Delay(attempts);
            int Ask()
            {
                while (true)
                {
                    try { return int.Parse(Console.ReadLine()!); } catch (FormatException) { }
                }
            }
            async Task<string> Repaired(string url)
            {
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    try { return await client.GetStringAsync(url); } catch (HttpRequestException) { await SignIn(); }
                }
                return "";
            }
            async Task<string> Other(string url, string[] hosts, bool mayDowngrade)
            {
                for (var i = 0; i < hosts.Length; i++)
                {
                    var host = hosts[i];
                    try { return await client.GetStringAsync(host); } catch (HttpRequestException) { }
                }
                while (true)
                {
                    try { return await client.GetStringAsync(url); } catch (HttpRequestException) when (mayDowngrade) { mayDowngrade = false; }
                }
            }
            async Task<string> Pinged(string url)
            {
                while (true)
                {
                    try { return await client.GetStringAsync(url); } catch (HttpRequestException) when (url != "") { }
                    await SignIn();
                }
            }
            async Task Drain(string url)
            {
                while (true)
                {
                    try
                    {
                        if (await client.GetStringAsync(url) == "") break;
                        continue;
                    }
                    catch (HttpRequestException) { }
                    break;
                }
            }
            async Task<string> Captured(string url)
            {
                var attempts = 0;
                while (true)
                {
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo failure;
                    try { return await client.GetStringAsync(url); }
                    catch (HttpRequestException ex) { failure = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(ex); }
                    if (++attempts > 5) failure.Throw();
                    await Task.Delay(500);
                }
            }
            Task SignIn() => Task.CompletedTask;
            Stream Create()
            {
                for (var attempt = 0; attempt < 10; attempt++)
                {
                    try { return new FileStream(Path.GetRandomFileName(), FileMode.CreateNew); } catch (IOException) { }
                }
                throw new IOException();
            }
            int Count(Dictionary<int, int> counts)
            {
                while (true)
                {
                    try { return counts.Values.Sum(); } catch (InvalidOperationException) { }
                }
            }
            void Serve()
            {
                while (true)
                {
                    try { Ask(); } catch (IOException) { }
                }
            }
        }
        """);

    [Fact]
    public Task A_transaction_that_lost_a_race_is_ignored() => Ignores(
        """
        using System.Data.Common;
        class Jobs(DbConnection connection)
        {
            public async Task<int> TakeAsync(CancellationToken token)
            {
                for (var attempt = 0; ; attempt++)
                {
                    try
                    {
                        return await RunAsync(token);
                    }
                    catch (DbException exception) when (exception.SqlState == "40001" && attempt < 10)
                    {
                    }
                }
            }
            public void Expire()
            {
                var left = 5;
                while (left-- > 0)
                {
                    try
                    {
                        connection.Open();
                        return;
                    }
                    catch (DbException exception)
                    {
                        if (exception.SqlState != "40P01")
                            throw;
                    }
                }
            }
            Task<int> RunAsync(CancellationToken token) => Task.FromResult(1);
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { async Task M() { while (true) { try { await X(; return; } catch (IOExc) { } } } }", allowErrors: true);
}
