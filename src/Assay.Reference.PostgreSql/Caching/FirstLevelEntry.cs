namespace Assay.Reference.PostgreSql.Caching;

/// <summary>When something began, in all the ways that decide whether it is still of use.</summary>
/// <param name="Generation">The time without a gap in hearing of removals.</param>
/// <param name="Tags">The removals of tags heard of so far.</param>
/// <param name="At">The timestamp.</param>
internal readonly record struct Beginning(long Generation, long Tags, long At);

/// <summary>A value in the first level of a <see cref="PostgresHybridCache"/>. Compared by identity: two loads of equal values are two entries.</summary>
public sealed class FirstLevelEntry
{
    private readonly long _writtenAt;
    private readonly TimeSpan _life;

    internal FirstLevelEntry(object? value, string[] tags, Beginning began, long writtenAt, TimeSpan life)
    {
        (Value, Tags, Began) = (value, tags, began);
        (_writtenAt, _life) = (writtenAt, life);
    }

    /// <summary>The value.</summary>
    public object? Value { get; }

    internal string[] Tags { get; }

    /// <summary>Before anything was read of what the value was made from.</summary>
    internal Beginning Began { get; }

    internal bool IsExpired(TimeProvider clock, long now) => clock.GetElapsedTime(_writtenAt, now) >= _life;
}
