using System.Diagnostics.CodeAnalysis;

namespace Assay.Reference.Caching;

/// <summary>
/// A disposable value that a cache shares with its readers: it is disposed once the cache has let go of it and the last reader is done,
/// whichever comes last. Cache values of this type and retire them in <see cref="CacheOptions{TKey, TValue}.Removed"/>.
/// </summary>
/// <typeparam name="T">The value.</typeparam>
/// <param name="value">The value; it belongs to this from now on.</param>
public sealed class SharedValue<T>(T value)
    where T : IDisposable
{
    // The cache's hold and one for each lease. At zero the value is disposed, and zero is never left again: who finds it zero comes too
    // late. One compare-and-swap decides between the last release and the next lease.
    private int _holds = 1;
    private int _isRetired;

    /// <summary>Takes the value for use.</summary>
    /// <param name="lease">What to dispose when done.</param>
    /// <returns>False when it is disposed already, or about to be: ask the cache again.</returns>
    public bool TryLease([NotNullWhen(true)] out ValueLease<T>? lease)
    {
        var holds = Volatile.Read(ref _holds);
        while (holds > 0)
        {
            var seen = Interlocked.CompareExchange(ref _holds, holds + 1, holds);
            if (seen == holds)
            {
                lease = new ValueLease<T>(this, value);
                return true;
            }

            holds = seen;
        }

        lease = null;
        return false;
    }

    /// <summary>Lets go of it on the cache's part. Only the first call counts.</summary>
    public void Retire()
    {
        if (Interlocked.Exchange(ref _isRetired, 1) == 0)
            Release();
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _holds) == 0)
            value.Dispose();
    }
}

/// <summary>The use of a shared value, until it is disposed.</summary>
/// <typeparam name="T">The value.</typeparam>
public sealed class ValueLease<T> : IDisposable
    where T : IDisposable
{
    private readonly T _value;
    private SharedValue<T>? _shared;

    internal ValueLease(SharedValue<T> shared, T value) => (_shared, _value) = (shared, value);

    /// <summary>The value.</summary>
    /// <exception cref="ObjectDisposedException">The lease is disposed.</exception>
    public T Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _shared) is null, this);
            return _value;
        }
    }

    /// <summary>Ends the use. Only the first call counts.</summary>
    public void Dispose() => Interlocked.Exchange(ref _shared, null)?.Release();
}
