using Assay.Contracts;
using Check;

// A check of your own to begin with: some promises of the first two stages. Grading looks at many more, and at all of them with several threads.
var checks = new Checks();

checks.That("What is set is found", () =>
{
    var cache = Checks.New<ICache>(2, TimeSpan.FromSeconds(10), null, new StoppedClock());
    cache.Set("a", "1");
    Checks.Equal("1", cache.Get("a"), "the value of a");
    Checks.Equal(null, cache.Get("b"), "the value of b, which was never set");
});

checks.That("The entry that was used least recently makes room", () =>
{
    var cache = Checks.New<ICache>(2, TimeSpan.FromSeconds(10), null, new StoppedClock());
    cache.Set("a", "1");
    cache.Set("b", "2");
    cache.Get("a");
    cache.Set("c", "3");
    Checks.Equal("1", cache.Get("a"), "the value of a, which was read last");
    Checks.Equal(null, cache.Get("b"), "the value of b");
});

checks.That("An entry has expired when its time to live has passed", () =>
{
    var clock = new StoppedClock();
    var cache = Checks.New<ICache>(2, TimeSpan.FromSeconds(10), null, clock);
    cache.Set("a", "1");
    clock.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
    Checks.Equal("1", cache.Get("a"), "the value a tick earlier");
    clock.Advance(TimeSpan.FromTicks(1));
    Checks.Equal(null, cache.Get("a"), "the value then");
});

return checks.ExitCode;
