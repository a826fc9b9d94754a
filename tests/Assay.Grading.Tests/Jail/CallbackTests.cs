using System.Collections.Concurrent;
using Assay.Contracts;
using Assay.Exercises;

namespace Assay.Grading.Tests.Jail;

/// <summary>Delegates of the host's, called by a candidate in a jail.</summary>
public sealed class CallbackTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_loader_gets_its_key_and_its_value_comes_back()
    {
        using var jail = new CallbackJail("");
        var cache = jail.Begin();

        Assert.Equal("loaded a", await cache.GetOrLoadAsync("a", (key, _) => Task.FromResult($"loaded {key}"), Token));
        Assert.Equal("loaded b", await cache.GetOrLoadAsync("b", async (key, _) => { await Task.Yield(); return $"loaded {key}"; }, Token));
        Assert.True(cache.Remove("nobody listens"));
    }

    [Fact]
    public async Task Twenty_loads_at_once_end_in_any_order()
    {
        using var jail = new CallbackJail("""
            public async Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken) =>
                string.Join(' ', await Task.WhenAll(Enumerable.Range(0, 20).Select(number => loader(number.ToString(), cancellationToken))));
            """);
        var ends = Enumerable.Range(0, 20).Select(_ => new TaskCompletionSource<string>()).ToArray();
        using var begun = new CountdownEvent(20);
        var loaded = jail.Begin().GetOrLoadAsync("all", (key, _) => { begun.Signal(); return ends[int.Parse(key)].Task; }, Token);

        Assert.True(begun.Wait(CallbackJail.Longest, Token));
        for (var i = 19; i >= 0; i--)
            ends[i].SetResult($"{i * i}");

        Assert.Equal(string.Join(' ', Enumerable.Range(0, 20).Select(i => i * i)), await loaded);
    }

    [Fact]
    public async Task A_loader_calls_the_cache_that_waits_for_it_which_calls_the_host_again()
    {
        using var jail = new CallbackJail("""
            public Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken) =>
                Task.FromResult(loader(key, cancellationToken).Result + "!");
            public void Set(string key, string value) => evicted!(key, value);
            """);
        ICache? cache = null;
        var told = new ConcurrentQueue<string>();
        cache = jail.Begin((key, value) => told.Enqueue($"{key}={value}, {cache!.Count()} left"));

        var outer = await cache.GetOrLoadAsync("outer", async (_, token) =>
        {
            cache.Set("a", "1");
            return await cache.GetOrLoadAsync("inner", (key, _) => { cache.Set("b", "2"); return Task.FromResult(key); }, token);
        }, Token);

        Assert.Equal("inner!!", outer);
        Assert.Equal(["a=1, 0 left", "b=2, 0 left"], told);
    }

    [Fact]
    public void Threads_of_the_candidate_call_at_the_same_time()
    {
        using var jail = new CallbackJail("""
            public int Count()
            {
                var threads = Enumerable.Range(0, 8).Select(number => new Thread(() => { for (var i = 0; i < 50; i++) evicted!($"{number}", $"{i}"); })).ToList();
                threads.ForEach(thread => thread.Start());
                threads.ForEach(thread => thread.Join());
                return threads.Count;
            }
            """);
        var told = new ConcurrentBag<(string, string)>();

        Assert.Equal(8, jail.Begin((key, value) => told.Add((key, value))).Count());
        Assert.Equal(400, told.Distinct().Count());
    }

    [Fact]
    public void Lanes_that_run_together_load_together()
    {
        using var jail = new CallbackJail("");
        var cache = jail.Begin();
        using var all = new Barrier(3);
        Func<string, CancellationToken, Task<string>> meet = (key, _) => Task.FromResult(all.SignalAndWait(CallbackJail.Longest) ? key : "alone");
        var lane = Enumerable.Range(0, 5).Select(i => Call.On(cache, c => c.GetOrLoadAsync($"k{i}", meet, default))).ToList();

        foreach (var history in new[] { jail.Subject.RunTogether(lane, lane, lane), jail.Subject.RunInStep(lane, lane, lane) })
            Assert.All(history.Operations, operation => Assert.Equal(operation.Input.Arguments[0], operation.Result!.Value));
    }

    [Fact]
    public void Calls_in_turn_are_made_in_their_order_and_the_first_that_throws_is_told()
    {
        using var jail = new CallbackJail("""
            private readonly List<string> _calls = [];
            public void Set(string key, string value) { _calls.Add(key); evicted?.Invoke(key, value); }
            public string? Get(string key) => key == "bad" ? throw new KeyNotFoundException(string.Join(' ', _calls)) : string.Join(' ', _calls);
            """);
        var told = new ConcurrentQueue<string>();
        var cache = jail.Begin((key, _) => told.Enqueue(key));
        Call Set(string key) => Call.On(cache, c => c.Set(key, ""));
        Call Get(string key) => Call.On(cache, c => c.Get(key));

        Assert.Equal([null, "a", null, "a b"], jail.Subject.InTurn(Set("a"), Get(""), Set("b"), Get("")));
        Assert.Equal(["a", "b"], told);
        var thrown = Assert.Throws<SubjectThrewException>(() => jail.Subject.InTurn(Set("c"), Get("bad"), Get("bad"), Set("d")));
        Assert.Equal("System.Collections.Generic.KeyNotFoundException: a b c", thrown.Message);
    }

    [Fact]
    public void A_call_that_has_returned_may_still_call_back()
    {
        using var jail = new CallbackJail("""
            private readonly ManualResetEventSlim _go = new();
            public void Set(string key, string value) => new Thread(() => { _go.Wait(); evicted!(key, value); }).Start();
            public bool Remove(string key) { _go.Set(); return true; }
            """);
        using var told = new ManualResetEventSlim();
        var cache = jail.Begin((_, _) => told.Set());

        cache.Set("a", "1");
        Assert.False(told.IsSet);
        cache.Remove("a");

        Assert.True(told.Wait(CallbackJail.Longest, Token));
    }

    [Fact]
    public async Task What_a_delegate_throws_reaches_the_candidate_and_goes_on_from_there()
    {
        using var jail = new CallbackJail("""
            public string? Get(string key)
            {
                try { evicted!(key, ""); return "nothing"; }
                catch (Exception e) { return $"{e.GetType().Name}: {e.Message}"; }
            }
            """);
        var cache = jail.Begin((key, _) => throw (key == "late" ? new TimeoutException("too late") : new NotSupportedException("never")));

        Assert.Equal("TimeoutException: too late", cache.Get("late"));
        Assert.Equal("InvalidOperationException: never", cache.Get("other"));
        var thrown = await Assert.ThrowsAsync<SubjectThrewException>(() => cache.GetOrLoadAsync("a", (_, _) => throw new IOException("no disk"), Token));
        Assert.True(thrown.Is(typeof(IOException)));
        Assert.EndsWith("no disk", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_the_host_cancels_is_cancelled_inside()
    {
        using var jail = new CallbackJail("""
            public async Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
            {
                if (cancellationToken.IsCancellationRequested)
                    return "came cancelled";
                _ = loader(key, default);
                await Task.Delay(-1, cancellationToken);
                return key;
            }
            """);
        var cache = jail.Begin();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var waiting = cache.GetOrLoadAsync("a", async (_, _) => { await source.CancelAsync(); return ""; }, source.Token);
        Assert.True((await Assert.ThrowsAsync<SubjectThrewException>(() => waiting)).Is(typeof(OperationCanceledException)));

        Assert.Equal("came cancelled", await cache.GetOrLoadAsync("b", (_, _) => Task.FromResult(""), source.Token));
    }

    [Fact]
    public async Task A_token_that_the_candidate_cancels_is_cancelled_in_the_delegate()
    {
        using var jail = new CallbackJail("""
            public async Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
            {
                using var own = new CancellationTokenSource();
                var load = loader(key, own.Token);
                evicted!(key, "");
                own.Cancel();
                try { return await load; }
                catch (OperationCanceledException e) { return e.CancellationToken == own.Token ? "cancelled" : "another token"; }
            }
            """);
        using var begun = new ManualResetEventSlim();
        var cache = jail.Begin((_, _) => begun.Wait(CallbackJail.Longest, Token));

        Assert.Equal("cancelled", await cache.GetOrLoadAsync("a", async (_, token) =>
        {
            begun.Set();
            await Task.Delay(Timeout.Infinite, token);
            return "";
        }, Token));
    }

    [Fact]
    public async Task A_check_may_leave_a_load_open_and_the_next_one_is_not_disturbed()
    {
        using var jail = new CallbackJail("");
        using var begun = new ManualResetEventSlim();
        var open = jail.Begin().GetOrLoadAsync("a", (_, _) => { begun.Set(); return new TaskCompletionSource<string>().Task; }, Token);
        Assert.True(begun.Wait(CallbackJail.Longest, Token));

        var cache = jail.Begin();

        Assert.Equal("b", await cache.GetOrLoadAsync("b", (key, _) => Task.FromResult(key), Token));
        await Assert.ThrowsAsync<OperationCanceledException>(() => open);
        Assert.Null(jail.End);
    }
}
