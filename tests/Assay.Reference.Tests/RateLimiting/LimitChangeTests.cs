using Assay.Reference.RateLimiting;
using Assay.Reference.Tests.Mutants;
using Assay.Verify;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>Limits whose numbers change while they are used, against their definitions. Time goes forward.</summary>
public sealed class LimitChangeTests
{
    private const int Seeds = 60;

    // Wider and narrower, faster and slower, and the same segments under another capacity; windows that the segments do not divide.
    private static readonly Terms[] s_terms =
        [new(5, 3, 1_000, 4), new(9, 3, 1_000, 4), new(2, 7, 613, 3), new(5, 1, 4_001, 7), new(40, 11, 97, 1), new(1, 1, 250, 4)];

    public static TheoryData<ChangingKind> Kinds => [.. ChangingKind.All];

    [Theory, MemberData(nameof(Kinds))]
    public void What_was_taken_stays_taken_and_comes_back_as_the_new_numbers_say(ChangingKind kind)
    {
        for (var seed = 0; seed < Seeds; seed++)
            Assert.True(Defined(kind, kind.Start(s_terms[0]), seed) is not { } wrong, $"{kind}, seed {seed}: {Defined(kind, kind.Start(s_terms[0]), seed)}");
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Changes_that_reset_or_keep_what_is_left_or_forgive_are_caught(ChangingKind kind)
    {
        foreach (var mutant in new Func<ChangingKind, Terms, IChanging>[] { Changes.Reset, Changes.KeepWhatIsLeft, Changes.Forgive })
            Assert.Contains(Enumerable.Range(0, Seeds), seed => Defined(kind, mutant(kind, s_terms[0]), seed) is not null);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void The_time_to_retry_is_exact_after_any_change(ChangingKind kind)
    {
        var rejections = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var (random, limit, terms, now) = (new Random(seed), kind.Start(s_terms[0]), s_terms[0], 0L);
            for (var step = 0; step < 100; step++)
            {
                now += random.Next(300);
                if (random.Next(4) == 0)
                    limit.Change(terms = s_terms[random.Next(s_terms.Length)], now);
                var permits = random.Next(1, terms.Capacity + 1);
                if (limit.TryAcquire(permits, now) is not { IsAllowed: false } rejected)
                    continue;
                rejections++;
                Assert.False(limit.TryAcquire(permits, now + rejected.RetryAfterTicks - 1).IsAllowed, $"{kind}, seed {seed}, step {step}: early");
                Assert.True(limit.TryAcquire(permits, now += rejected.RetryAfterTicks).IsAllowed, $"{kind}, seed {seed}, step {step}: late");
            }
        }

        Assert.InRange(rejections, Seeds, int.MaxValue);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_time_to_retry_told_before_lasts_unless_the_limit_is_tightened(ChangingKind kind)
    {
        var (before, wider, narrower) = (new Terms(4, 4, 1_000, 4), new Terms(6, 8, 800, 4), new Terms(2, 1, 2_000, 4));
        foreach (var terms in new[] { wider, narrower })
        {
            var limit = kind.Start(before);
            limit.TryAcquire(4, 0);
            var told = limit.TryAcquire(2, 100).RetryAfterTicks;
            limit.Change(terms, 200);
            var then = limit.TryAcquire(2, 100 + told);
            Assert.Equal(terms == wider, then.IsAllowed);
            // Told the rest, which is exact again.
            if (terms == narrower)
                Assert.True(limit.TryAcquire(2, 100 + told + then.RetryAfterTicks).IsAllowed);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void It_is_idle_exactly_while_all_permits_are_available_and_never_less_than_nothing(ChangingKind kind)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var (random, clock, now) = (new Random(seed), new ManualClock(timestampFrequency: TimeSpan.TicksPerSecond), 0L);
            var limit = kind.Create(s_terms[0], clock);
            for (var step = 0; step < 60; step++)
            {
                now += random.Next(600);
                if (random.Next(3) == 0)
                    limit.TakeOver(kind.Create(s_terms[random.Next(s_terms.Length)], clock), now);
                var (idle, full) = (limit.IdleTicks(now), limit.Peek(1, now).Remaining == limit.Capacity);
                Assert.True(full ? idle is >= 0 : idle is null, $"{kind}, seed {seed}, step {step}: idle {idle}, full {full}");
                if (full)
                    Assert.Equal(idle + 1, limit.IdleTicks(now + 1));
                limit.TryAcquire(random.Next(limit.Capacity + 1), ++now);
            }
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Changes_without_end_to_the_same_numbers_are_not_noticed(ChangingKind kind)
    {
        var (terms, random) = (s_terms[0], new Random(4));
        var (changed, left) = (kind.Start(terms), kind.Start(terms));
        for (var now = 0L; now < 40_000; now += random.Next(200))
        {
            changed.Change(terms, now);
            var permits = random.Next(terms.Capacity + 1);
            Assert.Equal(left.TryAcquire(permits, now), changed.TryAcquire(permits, now));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Requests_beyond_the_present_capacity_are_errors_and_within_it_are_not(ChangingKind kind)
    {
        var clock = new ManualClock(timestampFrequency: TimeSpan.TicksPerSecond);
        var limit = kind.Create(s_terms[0], clock);
        limit.ChangeTo(kind.Create(s_terms[1], clock));
        Assert.Equal((9, true), (limit.Capacity, limit.TryAcquire(9).IsAllowed));
        limit.ChangeTo(kind.Create(s_terms[2], clock));
        Assert.Equal((2, 0), (limit.Capacity, limit.TryAcquire(2).Remaining));
        Assert.Throws<ArgumentOutOfRangeException>(() => limit.TryAcquire(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => limit.Peek(3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => limit.TryAcquire(-1));
    }

    [Fact]
    public void What_cannot_be_taken_over_is_refused_and_changes_nothing()
    {
        var clock = new ManualClock();
        var (bucket, window) = (new TokenBucket(1, 1, TimeSpan.FromSeconds(1), clock), new FixedWindow(3, TimeSpan.FromSeconds(1), clock));
        Assert.Throws<ArgumentNullException>(() => bucket.ChangeTo(null!));
        Assert.Throws<ArgumentException>(() => bucket.ChangeTo(window));
        Assert.Throws<ArgumentException>(() => bucket.ChangeTo(new TokenBucket(2, 1, TimeSpan.FromSeconds(1), new ManualClock())));
        var joint = new JointLimit(bucket, window);
        Assert.Throws<ArgumentException>(() => joint.ChangeTo(new JointLimit(new TokenBucket(9, 1, TimeSpan.FromSeconds(1), clock))));
        Assert.Throws<ArgumentException>(() => joint.ChangeTo(
            new JointLimit(new TokenBucket(9, 1, TimeSpan.FromSeconds(1), clock), new SlidingLog(9, TimeSpan.FromSeconds(1), clock))));
        Assert.Equal((1, 1), (joint.Capacity, bucket.Capacity));
    }

    [Fact]
    public void A_debt_of_centuries_is_still_a_debt_after_months()
    {
        var clock = new ManualClock(timestampFrequency: TimeSpan.TicksPerSecond);
        var bucket = new TokenBucket(int.MaxValue, 1_000_000, TimeSpan.FromSeconds(1), clock);
        Assert.True(bucket.TryAcquire(int.MaxValue).IsAllowed);
        bucket.ChangeTo(new TokenBucket(1, 1, TimeSpan.FromDays(365), clock));
        foreach (var days in new[] { 0, 1, 100, 365 })
        {
            var decision = bucket.TryAcquire(1, TimeSpan.FromDays(days).Ticks);
            Assert.Equal((false, 0), (decision.IsAllowed, decision.Remaining));
            Assert.InRange(decision.RetryAfterTicks, TimeSpan.FromDays(1).Ticks, long.MaxValue);
        }
    }

    [Fact]
    public void Held_permits_above_a_lower_capacity_are_missing_until_they_are_returned()
    {
        var limit = new ConcurrencyLimit(5, new ManualClock());
        limit.TryAcquire(4);
        limit.ChangeTo(new ConcurrencyLimit(2, limit.Clock));
        limit.Return(2);
        Assert.Equal(new Decision(false, PermitLimit.UnknownTicks, 0), limit.TryAcquire(1));
        limit.Return(1);
        Assert.Equal(new Decision(true, 0, 0), limit.TryAcquire(1));
        limit.ChangeTo(new ConcurrencyLimit(3, limit.Clock));
        Assert.Equal(1, limit.TryAcquire(0).Remaining);
    }

    private static string? Defined(ChangingKind kind, IChanging limit, int seed)
    {
        var (random, model, terms, now) = (new Random(seed), kind.Define(s_terms[0]), s_terms[0], 0L);
        for (var step = 0; step < 150; step++)
        {
            now += random.Next(4) switch { 0 => 0, 1 => random.Next(40), 2 => random.Next(700), _ => random.Next(9) == 0 ? 20_000 : 1 };
            if (random.Next(5) == 0)
            {
                terms = s_terms[random.Next(s_terms.Length)];
                limit.Change(terms, now);
                model.Change(terms, now);
            }

            var (permits, (least, most)) = (random.Next(Math.Min(terms.Capacity, 6) + 1), model.Left(now));
            var decision = limit.TryAcquire(permits, now);
            var asked = Math.Max(1, permits);
            if (decision.IsAllowed ? asked > most : asked <= least)
                return $"step {step} at {now}: {permits} of {terms}: {decision}, left by definition {least} to {most}";
            var taken = decision.IsAllowed ? permits : 0;
            if (decision.Remaining < least - taken || decision.Remaining > (most > taken ? most - taken : 0))
                return $"step {step} at {now}: {permits} of {terms}: {decision}, left before by definition {least} to {most}";
            if (taken > 0)
                model.Take(taken, now);
        }

        return null;
    }
}
