using Assay.Contracts;
using Assay.Grading.Jail;
using Assay.Verify;

namespace Assay.Grading.Tests.Jail;

/// <summary>When a request has been waited for too long.</summary>
public sealed class PatienceTests
{
    private static readonly JailLimits Limits = new();

    private readonly ManualClock _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Nothing_passes_while_the_host_computes()
    {
        var patience = new Patience(Limits, _clock);

        Assert.Null(Looked(patience, 36_000, hostWaits: _ => false));
        // The look at which the host begins to wait, and those of more than two seconds.
        Assert.Equal(1 + 21, Ended(patience, "TLE-wall").Looks);
    }

    [Fact]
    public void What_the_host_computed_before_it_waited_is_not_counted()
    {
        var patience = new Patience(Limits, _clock);

        Assert.Null(Looked(patience, 36_000, hostWaits: look => look % 2 == 0));
    }

    [Fact]
    public void A_late_look_counts_no_more_than_two()
    {
        var patience = new Patience(Limits, _clock);
        Assert.Null(Looked(patience, 2));

        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Null(patience.EndsWith(TimeSpan.Zero, hostWaits: true, told: 0));
    }

    [Fact]
    public void Whoever_idles_is_stuck() => Assert.Contains("no thread ran", Ended(new Patience(Limits, _clock), "TLE-wall").Reason, StringComparison.Ordinal);

    [Fact]
    public void Whoever_is_told_something_now_and_then_is_not_stuck_until_it_takes_too_long()
    {
        var patience = new Patience(Limits, _clock);

        Assert.Null(Looked(patience, 149, told: look => look / 10));
        Assert.Equal("TLE-wall", Looked(patience, 3, told: look => look)?.Verdict);
    }

    [Fact]
    public void Whoever_computes_is_not_stuck_until_it_takes_too_much()
    {
        var patience = new Patience(Limits, _clock);

        Assert.Null(Looked(patience, 100, cpu: look => TimeSpan.FromMilliseconds(20 * look)));
        Assert.Equal("TLE-cpu", Looked(patience, 1, cpu: _ => TimeSpan.FromMilliseconds(2_021))?.Verdict);
    }

    [Fact]
    public void A_check_that_computes_beside_an_open_load_ends_no_jail_and_one_that_waits_for_it_does()
    {
        using var jail = new CallbackJail(
            "public Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken) => new TaskCompletionSource<string>().Task;",
            new JailLimits { Idle = TimeSpan.FromSeconds(1) });
        var cache = jail.Begin();
        jail.Process.Checker = Thread.CurrentThread;
        var load = cache.GetOrLoadAsync("a", (key, _) => Task.FromResult(key), Token);

        // Half as often again as an idle jail that is waited for would be looked at.
        while (jail.Process.Looks < 15)
            Thread.SpinWait(1_000);
        Assert.Null(jail.End);

        using var over = new ManualResetEventSlim();
        load.GetAwaiter().OnCompleted(over.Set);
        Assert.True(over.Wait(CallbackJail.Longest, Token));
        Assert.Equal("TLE-wall", Assert.IsType<JailEndedException>(load.Exception?.InnerException).End.Verdict);
    }

    private JailEnd? Looked(Patience patience, int looks, Func<int, bool>? hostWaits = null, Func<int, int>? told = null, Func<int, TimeSpan>? cpu = null)
    {
        JailEnd? end = null;
        for (var look = 1; look <= looks && end is null; look++)
        {
            _clock.Advance(Patience.Step);
            end = patience.EndsWith(cpu?.Invoke(look) ?? TimeSpan.Zero, hostWaits?.Invoke(look) ?? true, told?.Invoke(look) ?? 0);
        }

        return end;
    }

    private (int Looks, string Reason) Ended(Patience patience, string verdict)
    {
        for (var looks = 1; ; looks++)
        {
            if (Looked(patience, 1) is not { } end)
                continue;
            Assert.Equal(verdict, end.Verdict);
            return (looks, end.Reason);
        }
    }
}
