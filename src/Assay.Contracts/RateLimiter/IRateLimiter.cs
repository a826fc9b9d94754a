namespace Assay.Contracts;

/// <summary>
/// Limits how often something may happen, for each key by a bucket of permits of its own. All methods may be called by several threads at once, and
/// each takes effect at one instant between its call and its return.
/// </summary>
/// <remarks>
/// The implementing class has one public constructor: <c>(int capacity, TimeSpan interval, TimeProvider clock)</c>. It throws
/// <see cref="ArgumentOutOfRangeException"/> unless both the capacity and the interval are positive.
/// A key's bucket is full, with <c>capacity</c> permits, when the key is first named. While it is not full, permits come back evenly, one for every
/// <c>interval</c>: fractions of a permit are kept, however often somebody asks, until the bucket is full. A full bucket gains nothing.
/// Time is what the clock's timestamps say (<see cref="TimeProvider.GetTimestamp"/>); when somebody sets the wall clock, nothing changes. No span of time
/// is too long: a key may be left alone for years.
/// Keys are compared ordinally: "a" and "A" are two keys.
/// </remarks>
[Contract]
public interface IRateLimiter
{
    /// <summary>Takes permits from a key's bucket if it holds as many, and otherwise takes nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="permits">How many, from one to the capacity.</param>
    /// <returns>The decision.</returns>
    /// <exception cref="ArgumentNullException">The key is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The permits are fewer than one or more than the capacity, so that no wait could help. Nothing is taken.
    /// </exception>
    RateDecision TryAcquire(string key, int permits);

    /// <summary>
    /// Takes permits from the buckets of all keys, such as a tenant's and an endpoint's, if each of them holds as many, and otherwise takes nothing from
    /// any. Nobody ever sees a part of it, and the order of the keys does not matter.
    /// </summary>
    /// <param name="keys">One to eight different keys.</param>
    /// <param name="permits">How many from each, from one to the capacity.</param>
    /// <returns>The decision, with the fewest permits that remain in any of the buckets and the longest time to wait for any of them.</returns>
    /// <exception cref="ArgumentException">There is no key, there are more than eight, or one of them is null or named twice. Nothing is taken.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The permits are fewer than one or more than the capacity. Nothing is taken.</exception>
    RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits);

    /// <summary>The whole permits in a key's bucket now; takes none.</summary>
    /// <param name="key">The key.</param>
    /// <returns>From zero to the capacity.</returns>
    /// <exception cref="ArgumentNullException">The key is null.</exception>
    int Available(string key);

    /// <summary>
    /// Forgets every key whose bucket is full and no other, so that keys that are used no more take no memory. Nobody can tell by what the other methods
    /// answer, except <see cref="CountKeys"/>: a forgotten key's bucket is full again when the key is next named, as it was.
    /// </summary>
    void RemoveIdle();

    /// <summary>
    /// The keys that are remembered. Directly after <see cref="RemoveIdle"/> these are the keys whose bucket is not full. Beside calls that name or forget keys they may be counted one after the
    /// other: the number need not be that of one instant.
    /// </summary>
    /// <returns>Zero or more.</returns>
    int CountKeys();
}
