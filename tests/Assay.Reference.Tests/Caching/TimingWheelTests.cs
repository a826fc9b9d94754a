using Assay.Reference.Caching;
using Assay.Reference.Tests.Mutants.Caches;

namespace Assay.Reference.Tests.Caching;

/// <summary>The wheels of due times, against a list.</summary>
public sealed class TimingWheelTests
{
    private const int Seeds = 40;

    // Steps of single units, of a wheel's turns, and of years of a clock that counts nanoseconds.
    private static readonly long[] s_scales = [4, 100, 5_000, 1_000_000, 1L << 40, 1L << 58];

    [Fact]
    public void What_is_due_comes_to_the_unit_and_in_order() =>
        Assert.All(Enumerable.Range(0, Seeds), seed => Assert.Null(Wrong(new Wheels(), seed)));

    [Fact]
    public void Wheels_that_are_early_or_late_are_caught()
    {
        Assert.Contains(Enumerable.Range(0, Seeds), seed => Wrong(new RoughWheel(), seed) is not null);
        Assert.Contains(Enumerable.Range(0, Seeds), seed => Wrong(new UnsortedWheels(), seed) is not null);
    }

    [Fact]
    public void The_last_instant_there_is_comes_last()
    {
        var wheel = new TimingWheel();
        wheel.Set(0, long.MaxValue);
        wheel.Set(1, long.MaxValue - 1);
        wheel.Set(2, 0);
        Assert.True(wheel.TryTakeDue(0, out var first));
        Assert.False(wheel.TryTakeDue(long.MaxValue - 2, out _));
        Assert.True(wheel.TryTakeDue(long.MaxValue, out var second));
        Assert.True(wheel.TryTakeDue(long.MaxValue, out var third));
        Assert.Equal((2, 1, 0, 0), (first, second, third, wheel.Count));
    }

    private static string? Wrong(IDueTimes wheel, int seed)
    {
        var (random, due, now) = (new Random(seed), new Dictionary<int, long>(), 0L);
        for (var step = 0; step < 400; step++)
        {
            var scale = s_scales[random.Next(s_scales.Length - (seed % 3))];
            var slot = random.Next(30);
            switch (random.Next(5))
            {
                case 0:
                    wheel.Remove(slot);
                    due.Remove(slot);
                    break;
                case 1:
                    now = Later(now, random.NextInt64(scale));
                    break;
                default:
                    due[slot] = Later(now, random.NextInt64(scale));
                    wheel.Set(slot, due[slot]);
                    break;
            }

            foreach (var expected in due.Values.Where(one => one <= now).Order().ToList())
            {
                if (!wheel.TryTakeDue(now, out var taken) || !due.Remove(taken, out var instant) || instant != expected)
                    return $"seed {seed}, step {step}, at {now}: {taken} instead of one due at {expected}";
            }

            if (wheel.TryTakeDue(now, out var early))
                return $"seed {seed}, step {step}, at {now}: {early} is early";
        }

        return null;
    }

    private static long Later(long now, long by) => by > long.MaxValue - 1 - now ? long.MaxValue - 1 : now + by;

    private sealed class Wheels : IDueTimes
    {
        private readonly TimingWheel _wheel = new();

        public void Set(int slot, long due) => _wheel.Set(slot, due);

        public void Remove(int slot) => _wheel.Remove(slot);

        public bool TryTakeDue(long now, out int slot) => _wheel.TryTakeDue(now, out slot);
    }
}
