using Assay.Contracts;
using Assay.Exercises;
using Assay.Grading.Jail;

namespace Assay.Grading.Tests.Jail;

public sealed class JailTests
{
    private const string Limiter = """
        public sealed class Limiter(int capacity, TimeSpan interval, TimeProvider clock) : IRateLimiter
        {
            private readonly Lock _gate = new();
            private readonly Dictionary<string, (long Used, long Since)> _keys = [];
            public RateDecision TryAcquire(string key, int permits)
            {
                ArgumentNullException.ThrowIfNull(key);
                lock (_gate)
                {
                    var used = _keys.TryGetValue(key, out var known) ? known.Used : 0;
                    if (used + permits > capacity) return new RateDecision(false, (int)(capacity - used), interval);
                    _keys[key] = (used + permits, clock.GetTimestamp());
                    return new RateDecision(true, (int)(capacity - used - permits), TimeSpan.Zero);
                }
            }
            public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits) => TryAcquire(string.Join(',', keys), permits);
            public int Available(string key) => (int)clock.GetUtcNow().Second;
            public void RemoveIdle() { Console.WriteLine("hello from inside"); }
            public int CountKeys() => throw new NotSupportedException("not here");
        }
        """;

    [Fact]
    public void Calls_values_times_and_exceptions_cross()
    {
        using var launcher = Isolation.Choose("strong", new JailLimits());
        using var session = new JailSession(launcher);
        session.Load(typeof(IRateLimiter), Compiled.Assembly(Limiter));
        session.Reset();
        using var subject = new JailedSubject(session, [typeof(int), typeof(TimeSpan), typeof(TimeProvider)]);
        var limiter = subject.Create<IRateLimiter>(3, TimeSpan.FromSeconds(1));

        Assert.Equal(new RateDecision(true, 1, TimeSpan.Zero), limiter.TryAcquire("a", 2));
        Assert.Equal(new RateDecision(false, 1, TimeSpan.FromSeconds(1)), limiter.TryAcquire("a", 2));
        Assert.Equal(new RateDecision(true, 2, TimeSpan.Zero), limiter.TryAcquireAll(["x", "y"], 1));
        subject.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(7, limiter.Available("a"));
        limiter.RemoveIdle();
        var thrown = Assert.Throws<SubjectThrewException>(() => limiter.CountKeys());
        Assert.True(thrown.Is(typeof(NotSupportedException)));
        Assert.True(Assert.Throws<SubjectThrewException>(() => limiter.TryAcquire(null!, 1)).Is(typeof(ArgumentException)));
        var history = subject.RunTogether([Call.On(limiter, l => l.TryAcquire("z", 1)), Call.On(limiter, l => l.TryAcquire("z", 1))], [Call.On(limiter, l => l.TryAcquire("z", 2))]);
        Assert.Equal(3, history.Operations.Sum(operation => ((RateDecision)operation.Result!.Value!).IsGranted ? operation.Input.Arguments[1] is int permits ? permits : 0 : 0) is 2 or 3 ? 3 : 0);
        Assert.Null(session.Process.End);
        // Its words come by themselves; at its end all have come.
        session.Dispose();
        Assert.Equal("hello from inside\n", session.Process.Output);
    }
}
