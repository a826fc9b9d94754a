using Assay.Contracts;
using Check;

// A check of your own to begin with: some promises of the first two stages. Grading looks at many more, and at all of them with several threads.
var checks = new Checks();

checks.That("A full bucket gives out its capacity and not a permit more", () =>
{
    var limiter = Checks.New<IRateLimiter>(3, TimeSpan.FromSeconds(1), new StoppedClock());
    for (var i = 0; i < 3; i++)
        Checks.Equal(true, limiter.TryAcquire("a", 1).IsGranted, $"permit {i + 1} of 3");
    Checks.Equal(false, limiter.TryAcquire("a", 1).IsGranted, "permit 4 of 3");
});

checks.That("A permit comes back after an interval", () =>
{
    var clock = new StoppedClock();
    var limiter = Checks.New<IRateLimiter>(2, TimeSpan.FromSeconds(1), clock);
    limiter.TryAcquire("a", 2);
    clock.Advance(TimeSpan.FromSeconds(1));
    Checks.Equal(1, limiter.Available("a"), "permits after one interval");
    clock.Advance(TimeSpan.FromHours(1));
    Checks.Equal(2, limiter.Available("a"), "permits of 2 after an hour");
});

checks.That("Keys do not affect each other", () =>
{
    var limiter = Checks.New<IRateLimiter>(1, TimeSpan.FromSeconds(1), new StoppedClock());
    limiter.TryAcquire("a", 1);
    Checks.Equal(true, limiter.TryAcquire("b", 1).IsGranted, "the first permit of another key");
});

checks.That("A refusal tells when to come again", () =>
{
    var clock = new StoppedClock();
    var limiter = Checks.New<IRateLimiter>(1, TimeSpan.FromSeconds(10), clock);
    limiter.TryAcquire("a", 1);
    clock.Advance(TimeSpan.FromSeconds(4));
    Checks.Equal(TimeSpan.FromSeconds(6), limiter.TryAcquire("a", 1).RetryAfter, "the time to wait");
});

return checks.ExitCode;
