namespace Assay.Reference.Caching;

/// <summary>How long one entry lives.</summary>
/// <param name="TimeToLive">From its writing; positive; null for ever.</param>
/// <param name="IdleTimeout">From its last reading or writing; positive; null for ever. What comes first ends it.</param>
public readonly record struct EntryTerms(TimeSpan? TimeToLive = null, TimeSpan? IdleTimeout = null)
{
    internal void Validate(string parameter)
    {
        if (TimeToLive <= TimeSpan.Zero || IdleTimeout <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(parameter, this, "Times to live are positive, or null for ever.");
    }
}
