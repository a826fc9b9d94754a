using Assay.Analyzers.Rules.Api;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Api;

public sealed class RetriedPostTests : RuleTests<RetriedPost>
{
    [Fact]
    public Task A_post_in_a_retry_loop_is_flagged() => Flags(
        """
        using System.Net.Http.Json;
        class Payments(HttpClient client)
        {
            public async Task<bool> Charge(long cents, CancellationToken token)
            {
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    try
                    {
                        using var response = await client.{|ASSAY6004:PostAsJsonAsync|}("charges", new { cents }, token);
                        return response.IsSuccessStatusCode;
                    }
                    {|#0:catch|} (HttpRequestException) { await Task.Delay(100 << attempt, token); }
                }
                return false;
            }
            public async Task Refund(string order)
            {
                while (true)
                {
                    try
                    {
                        var request = new HttpRequestMessage(HttpMethod.Patch, $"orders/{order}");
                        await client.{|ASSAY6004:SendAsync|}(request);
                        break;
                    }
                    {|#1:catch|} (Exception) { await Task.Delay(100); }
                }
            }
        }
        """,
        messages: [Message("PostAsJsonAsync", "'HttpRequestException'", "POST"), Message("SendAsync", "'Exception'", "PATCH")]);

    [Fact]
    public Task A_post_behind_a_helper_is_flagged_where_it_is_retried() => Flags(
        """
        class Payments(HttpClient client)
        {
            public async Task<bool> Charge(HttpContent content)
            {
                var tries = 0;
                while (true)
                {
                    try { return await {|ASSAY6004:PayAsync|}(content); }
                    {|#0:catch|} when (++tries < 3) { await Task.Delay(100); }
                }
            }
            private async Task<bool> PayAsync(HttpContent content)
            {
                var response = await {|#1:client.PostAsync("charges", content)|};
                return response.IsSuccessStatusCode;
            }
        }
        """,
        messages: [Message("PayAsync", "any failure", "POST")]);

    [Fact]
    public Task A_post_in_a_retry_policy_is_flagged() => Flags(
        """
        class Payments(HttpClient client, Polly.Retry.AsyncRetryPolicy policy, Polly.Timeout.AsyncTimeoutPolicy timeout)
        {
            public async Task Charge(HttpContent content)
            {
                await policy.ExecuteAsync(() => client.[|PostAsync|]("charges", content));
                await policy.ExecuteAsync(() => client.GetAsync("charges"));
                await timeout.ExecuteAsync(() => client.PostAsync("charges", content));
            }
        }
        // ==== Polly.cs
        namespace Polly.Retry { public class AsyncRetryPolicy { public Task<T> ExecuteAsync<T>(Func<Task<T>> work) => work(); } }
        namespace Polly.Timeout { public class AsyncTimeoutPolicy { public Task<T> ExecuteAsync<T>(Func<Task<T>> work) => work(); } }
        """);

    [Fact]
    public Task A_request_with_a_key_is_ignored() => Ignores(
        """
        class Payments(HttpClient client)
        {
            public async Task<bool> Charge(HttpContent content, Guid order)
            {
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    try
                    {
                        using var request = new HttpRequestMessage(HttpMethod.Post, "charges") { Content = content };
                        request.Headers.Add("Idempotency-Key", order.ToString());
                        return (await client.SendAsync(request)).IsSuccessStatusCode;
                    }
                    catch (HttpRequestException) { await Task.Delay(100 << attempt); }
                }
                return false;
            }
        }
        class Documents(HttpClient client)
        {
            public async Task<bool> Save(HttpContent content, string tag)
            {
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    try
                    {
                        using var request = new HttpRequestMessage(HttpMethod.Patch, "documents") { Content = content };
                        request.Headers.Add("If-Match", tag);
                        return (await client.SendAsync(request)).IsSuccessStatusCode;
                    }
                    catch (HttpRequestException) { await Task.Delay(100 << attempt); }
                }
                return false;
            }
        }
        """);

    [Fact]
    public Task A_key_that_another_method_sends_does_not_help() => Flags(
        """
        class Payments(HttpClient client)
        {
            public async Task Charge(HttpContent content)
            {
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    try { await client.[|PostAsync|]("charges", content); return; }
                    catch (HttpRequestException) { await Task.Delay(100 << attempt); }
                }
            }
            public async Task Refund(HttpContent content, string key)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "refunds") { Content = content };
                request.Headers.Add("Idempotency-Key", key);
                await client.SendAsync(request);
            }
        }
        """);

    [Fact]
    public Task Requests_that_may_be_repeated_are_ignored() => Ignores(
        """
        class Orders(HttpClient client)
        {
            public async Task<bool> Save(HttpContent content, string[] hosts)
            {
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    try
                    {
                        await client.GetAsync("orders");
                        await client.PutAsync("orders/1", content);
                        await client.DeleteAsync("orders/2");
                        await client.PostAsync("orders/search", content);
                        await client.PostAsync("https://login.example/oauth/token", content);
                        return true;
                    }
                    catch (HttpRequestException) { await Task.Delay(100 << attempt); }
                }
                return false;
            }
            public async Task<bool> Once(HttpContent content)
            {
                try { return (await client.PostAsync("charges", content)).IsSuccessStatusCode; }
                catch (HttpRequestException) { return false; }
            }
            public async Task Each(IEnumerable<HttpContent> contents)
            {
                foreach (var content in contents)
                {
                    try { await client.PostAsync("charges", content); }
                    catch (HttpRequestException) { await Task.Delay(100); }
                }
            }
        }
        """);

    [Fact]
    public Task Failures_that_say_nothing_was_done_are_ignored() => Ignores(
        """
        using System.Net;
        class Payments(HttpClient client)
        {
            public async Task<bool> Charge(HttpContent content)
            {
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    try { (await client.PostAsync("charges", content)).EnsureSuccessStatusCode(); return true; }
                    catch (HttpRequestException ex) when (ex.StatusCode == HttpStatusCode.TooManyRequests) { await Task.Delay(100 << attempt); }
                }
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    try { (await client.PostAsync("charges", content)).EnsureSuccessStatusCode(); return true; }
                    catch (UnauthorizedAccessException) { await Task.Delay(100 << attempt); }
                }
                return false;
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { async Task M(HttpClient c) { while (true) { try { await c.PostAsync(; return; } catch (Exception) { } } } }", allowErrors: true);

    private static string Message(string call, string failure, string verb) =>
        $"'{call}' is sent again after {failure}, which says nothing about whether the server has done it: the same {verb} may be done twice; send an Idempotency-Key header that stays the same on every turn";

    [Fact]
    public Task A_post_that_is_sent_again_after_an_unsuccessful_answer_or_by_an_own_retry_is_flagged() => Flags(
        """
        class Payments(HttpClient client)
        {
            public async Task Again(HttpContent content)
            {
                var left = 3;
                HttpResponseMessage answer;
                do
                {
                    answer = await client.[|PatchAsync|]("orders/1", content);
                    await Task.Delay(500);
                }
                while (!answer.IsSuccessStatusCode && --left > 0);
            }
            public async Task<bool> Counted(HttpContent content)
            {
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    var answer = await client.[|PostAsync|]("charges", content);
                    if (answer.IsSuccessStatusCode)
                        return true;
                    await Task.Delay(100 << attempt);
                }
                return false;
            }
            public Task<HttpResponseMessage> Charge(HttpContent content) => Retry(() => client.[|PostAsync|]("charges", content));
            private static async Task<T> Retry<T>(Func<Task<T>> run)
            {
                for (var attempt = 0; ; attempt++)
                {
                    try { return await run(); }
                    catch (HttpRequestException) when (attempt < 3) { await Task.Delay(100 << attempt); }
                }
            }
        }
        """,
        messages:
        [
            "'PatchAsync' is sent again after an unsuccessful answer, which says nothing about whether the server has done it: the same PATCH may be done twice; send an Idempotency-Key header that stays the same on every turn",
            "'PostAsync' is sent again after an unsuccessful answer, which says nothing about whether the server has done it: the same POST may be done twice; send an Idempotency-Key header that stays the same on every turn",
            "'PostAsync' is sent again after 'HttpRequestException', which says nothing about whether the server has done it: the same POST may be done twice; send an Idempotency-Key header that stays the same on every turn",
        ]);

    [Fact]
    public Task Answers_that_say_that_nothing_was_done_other_orders_and_single_runs_are_ignored() => Ignores(
        """
        using System.Net;
        class Payments(HttpClient client)
        {
            public async Task Refused(HttpContent content)
            {
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    var answer = await client.PostAsync("charges", content);
                    if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                    {
                        await Task.Delay(1000);
                        continue;
                    }
                    if (answer.IsSuccessStatusCode)
                        return;
                }
            }
            public async Task Each(string[] orders)
            {
                for (var i = 0; i < orders.Length; i++)
                {
                    var answer = await client.PostAsync("orders", new StringContent(orders[i]));
                    if (!answer.IsSuccessStatusCode)
                        break;
                }
            }
            public async Task UntilFailure(HttpContent content)
            {
                while (true)
                {
                    var answer = await client.PostAsync("beats", content);
                    if (!answer.IsSuccessStatusCode)
                        return;
                    await Task.Delay(1000);
                }
            }
            public Task<HttpResponseMessage> Once(HttpContent content) => Run(() => client.PostAsync("orders", content));
            private static async Task<T> Run<T>(Func<Task<T>> run) => await run();
        }
        """);
}
