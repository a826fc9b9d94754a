using Assay.Contracts;
using Assay.Exercises;
using Assay.Grading.Jail;
using Assay.Jail.Protocol;

namespace Assay.Grading.Tests.Jail;

/// <summary>Candidates that misuse the delegates they get: each ends in a clear verdict, in bounded time and memory, or does no harm.</summary>
public sealed class HostileCallbackTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_million_calls_one_after_the_other_are_too_many()
    {
        using var jail = new CallbackJail("public int Count() { for (var i = 0; i < 1_000_000; i++) evicted!(\"\", \"\"); return 0; }", new JailLimits { Callbacks = 2_000 });
        var told = 0;
        var cache = jail.Begin((_, _) => told++);

        Assert.Equal(new JailEnd("OLE", "more than 2000 callbacks in one check"), Assert.Throws<JailEndedException>(() => cache.Count()).End);
        Assert.InRange(told, 1_000, 2_000);
    }

    [Fact]
    public async Task A_million_calls_at_once_are_too_many()
    {
        using var jail = new CallbackJail("""
            public async Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
            {
                var all = Enumerable.Range(0, 1_000_000).Select(_ => loader(key, cancellationToken)).ToList();
                return await await Task.WhenAny(all);
            }
            """);
        var never = new TaskCompletionSource<string>();
        var cache = jail.Begin();

        var ended = await Assert.ThrowsAsync<JailEndedException>(() => cache.GetOrLoadAsync("a", (_, _) => never.Task, Token));
        Assert.Equal(new JailEnd("OLE", "more than 256 callbacks at once"), ended.End);
    }

    [Fact]
    public async Task Large_arguments_are_bounded_together()
    {
        using var jail = new CallbackJail("""
            public async Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
            {
                var large = new string('x', 1 << 20);
                return await await Task.WhenAny(Enumerable.Range(0, 100).Select(_ => loader(large, cancellationToken)).ToList());
            }
            """);
        var never = new TaskCompletionSource<string>();
        var cache = jail.Begin();

        var ended = await Assert.ThrowsAsync<JailEndedException>(() => cache.GetOrLoadAsync("a", (_, _) => never.Task, Token));
        Assert.Equal(new JailEnd("OLE", "callbacks with more than 16 MiB at once"), ended.End);
    }

    [Fact]
    public void Delegates_of_a_check_that_is_over_are_not_called_any_more()
    {
        using var jail = new CallbackJail("""
            private static volatile string _last = "";
            public void Set(string key, string value)
            {
                Kept.Add(evicted!);
                evicted!(key, value);
            }
            public string? Get(string key)
            {
                foreach (var old in Kept.OfType<Action<string, string>>())
                {
                    try { old("stale", key); _last += "called "; }
                    catch (InvalidOperationException e) { _last += e.Message; }
                }
                return _last;
            }
            """);
        var (first, second) = (0, 0);
        jail.Begin((_, _) => first++).Set("a", "1");

        Assert.Equal("The check that gave this delegate is over.", jail.Begin((_, _) => second++).Get("b"));
        Assert.Equal((1, 0), (first, second));
    }

    [Fact]
    public async Task Wrong_arguments_arrive_as_they_are_or_not_at_all()
    {
        using var jail = new CallbackJail("""
            public Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken) =>
                loader(key == "long" ? new string('x', (1 << 20) + 1) : null!, cancellationToken);
            """);
        var cache = jail.Begin();
        string? got = "";

        Assert.Equal("null", await cache.GetOrLoadAsync("null", (key, _) => { got = key; return Task.FromResult("null"); }, Token));
        Assert.Null(got);
        await Assert.ThrowsAsync<SubjectThrewException>(() => cache.GetOrLoadAsync("long", (key, _) => { got = key; return Task.FromResult(key); }, Token));
        Assert.Null(got);
    }

    [Theory]
    [InlineData("evicted!(key, value); Thread.Sleep(-1);", "TLE-wall")]
    [InlineData("evicted!(key, value); while (true) { }", "TLE-cpu")]
    [InlineData("evicted!(key, value); Environment.Exit(0);", "CRASH")]
    public void Whoever_never_comes_back_from_a_call_that_called_back_is_ended(string body, string verdict)
    {
        using var jail = new CallbackJail($"public void Set(string key, string value) {{ {body} }}", new JailLimits { Idle = TimeSpan.FromSeconds(1), RequestCpu = TimeSpan.FromSeconds(1) });
        var cache = jail.Begin((_, _) => { });

        Assert.Equal(verdict, Assert.Throws<JailEndedException>(() => cache.Set("a", "1")).End.Verdict);
    }

    [Fact]
    public async Task A_load_that_never_ends_after_its_loader_has_is_a_wait_for_nothing()
    {
        using var jail = new CallbackJail("""
            public async Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
            {
                await loader(key, cancellationToken);
                return await new TaskCompletionSource<string>().Task;
            }
            """, new JailLimits { Idle = TimeSpan.FromSeconds(1) });
        var cache = jail.Begin();

        var ended = await Assert.ThrowsAsync<JailEndedException>(() => cache.GetOrLoadAsync("a", (key, _) => Task.FromResult(key), Token));
        Assert.Equal("TLE-wall", ended.End.Verdict);
    }

    [Fact]
    public void A_cache_that_locks_itself_while_it_tells_is_stuck_and_not_waited_for()
    {
        using var jail = new CallbackJail("""
            private readonly object _gate = new();
            public void Set(string key, string value) { lock (_gate) evicted!(key, value); }
            public int Count() { lock (_gate) return 0; }
            """, new JailLimits { Idle = TimeSpan.FromSeconds(1) });
        ICache? cache = null;
        cache = jail.Begin((_, _) => cache!.Count());

        Assert.Equal("TLE-wall", Assert.Throws<JailEndedException>(() => cache.Set("a", "1")).End.Verdict);
    }

    [Fact]
    public async Task What_waits_on_a_token_holds_up_nobody()
    {
        using var jail = new CallbackJail("""
            public Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
            {
                cancellationToken.Register(() => Thread.Sleep(-1));
                return loader(key, cancellationToken);
            }
            """);
        var cache = jail.Begin();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);

        Assert.Equal("a", await cache.GetOrLoadAsync("a", async (key, _) => { await source.CancelAsync(); return key; }, source.Token));
        Assert.Equal("b", await cache.GetOrLoadAsync("b", (key, _) => Task.FromResult(key), Token));
    }

    [Theory]
    [InlineData(1_000_000, "a callback that was never given")]
    [InlineData(1, "")]
    public void Forged_callbacks_are_tampering(long number, string says)
    {
        // A whole frame on every descriptor: kind, number of the callback, length, number of the delegate, and no arguments.
        using var jail = new CallbackJail($$"""
            public int Count()
            {
                var frame = new byte[21];
                frame[0] = {{(byte)FrameKind.Callback}};
                frame[1] = 77;
                frame[9] = 8;
                BitConverter.TryWriteBytes(frame.AsSpan(13), {{number}}L);
                for (var descriptor = 3; descriptor < 256; descriptor++)
                    _ = write(descriptor, frame, frame.Length);
                Thread.Sleep(-1);
                return 0;
            }
            [DllImport("libc")] private static extern nint write(int descriptor, byte[] bytes, nint length);
            """);
        var told = 0;
        var cache = jail.Begin((_, _) => told++);

        var end = Assert.Throws<JailEndedException>(() => cache.Count()).End;
        Assert.Equal("TAMPER", end.Verdict);
        Assert.Contains(says, end.Reason, StringComparison.Ordinal);
        Assert.Equal(0, told);
    }
}
