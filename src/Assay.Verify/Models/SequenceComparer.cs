using System.Collections.Immutable;

namespace Assay.Verify;

/// <summary>Equality of immutable arrays by their elements in order.</summary>
/// <typeparam name="T">The element.</typeparam>
public sealed class SequenceComparer<T> : IEqualityComparer<ImmutableArray<T>>
{
    /// <inheritdoc/>
    public bool Equals(ImmutableArray<T> x, ImmutableArray<T> y) => x.AsSpan().SequenceEqual(y.AsSpan());

    /// <inheritdoc/>
    public int GetHashCode(ImmutableArray<T> obj)
    {
        var hash = new HashCode();
        foreach (var item in obj)
            hash.Add(item);
        return hash.ToHashCode();
    }
}
