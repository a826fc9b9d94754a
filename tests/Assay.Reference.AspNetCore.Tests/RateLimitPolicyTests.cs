using Assay.Reference.RateLimiting;

namespace Assay.Reference.AspNetCore.Tests;

/// <summary>The texts of the fields.</summary>
public sealed class RateLimitPolicyTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(TimeSpan.TicksPerMillisecond, 1)]
    [InlineData(TimeSpan.TicksPerSecond, 1)]
    [InlineData(TimeSpan.TicksPerSecond + 1, 2)]
    [InlineData(-1, 0)]
    [InlineData(long.MaxValue, 922_337_203_686)]
    public void Waits_are_told_in_whole_seconds_that_are_never_early(long ticks, long seconds) =>
        Assert.Equal(seconds, RateLimitPolicy.WholeSeconds(TimeSpan.FromTicks(ticks)));

    [Fact]
    public void Names_are_quoted_as_structured_fields_are()
    {
        var policy = new RateLimitPolicy("a \"b\" \\c", 10, TimeSpan.FromMilliseconds(1500));
        Assert.Equal("\"a \\\"b\\\" \\\\c\";q=10;w=2", policy.Policy);
        Assert.Equal("\"a \\\"b\\\" \\\\c\";r=0;t=1", policy.Limit(0, TimeSpan.FromMilliseconds(1)));
        Assert.Equal("\"a \\\"b\\\" \\\\c\";r=7", policy.Limit(7));
    }

    [Theory]
    [InlineData("")]
    [InlineData("line\r\nInjected: yes")]
    [InlineData("größe")]
    public void What_a_field_cannot_hold_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => new RateLimitPolicy(name, 1, TimeSpan.FromSeconds(1)));

    [Fact]
    public void Senseless_numbers_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateLimitPolicy("a", 0, TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateLimitPolicy("a", 1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateLimitPolicy("a", 1, TimeSpan.FromSeconds(1)).Limit(-1));
    }
}
