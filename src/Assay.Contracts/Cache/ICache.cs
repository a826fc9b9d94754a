namespace Assay.Contracts;

/// <summary>
/// Keeps a bounded number of values by key for a while. All methods may be called by several threads at once, and each takes effect at one instant
/// between its call and its return; a load takes effect at two: when it is begun or joined, and when its value is stored.
/// </summary>
/// <remarks>
/// The implementing class has one public constructor: <c>(int capacity, TimeSpan timeToLive, Action&lt;string, string&gt;? evicted, TimeProvider clock)</c>. It
/// throws <see cref="ArgumentOutOfRangeException"/> unless both the capacity and the time to live are positive.
/// Never more than <c>capacity</c> entries are held. When a new key needs room, expired entries make room first, and then the entry that was used least
/// recently: used means set, or found by <see cref="Get"/> or <see cref="GetOrLoadAsync"/>. A new entry is always stored.
/// An entry lives for the time to live after it was set; when exactly this time has passed it has expired, and is as if it had never been. Reading does not
/// lengthen its life, setting it again does. A time to live of <see cref="TimeSpan.MaxValue"/> has no end. Time is what the clock's timestamps say
/// (<see cref="TimeProvider.GetTimestamp"/>); when somebody sets the wall clock, nothing changes.
/// <c>evicted</c>, when there is one, is told the key and the value of each entry that made room for another before it had expired: once, after the entry has left,
/// and before the call of <see cref="Set"/> that needed the room returns; soon after the load that needed it has ended. It may use the cache, wait for others who
/// do, and throw: that leaves a trace (<see cref="System.Diagnostics.Trace"/> or the error stream will do) and changes nothing. Entries that are replaced, removed
/// or expired are not told of.
/// Keys are compared ordinally. A null key, value or loader is an <see cref="ArgumentNullException"/>.
/// </remarks>
[Contract]
public interface ICache
{
    /// <summary>Reads a value.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The value, or null when there is none that has not expired.</returns>
    string? Get(string key);

    /// <summary>Adds or replaces a value. A load of the key that runs meanwhile is overtaken: it answers those who wait for it, but its value is not stored.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    void Set(string key, string value);

    /// <summary>
    /// Removes a key. A load of the key that runs meanwhile is overtaken: it answers those who wait for it, but its value is not stored, and whoever asks after
    /// the removal does not wait for it but loads anew.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <returns>Whether there was a value that had not expired.</returns>
    bool Remove(string key);

    /// <summary>The entries that have not expired.</summary>
    /// <returns>From zero to the capacity.</returns>
    int Count();

    /// <summary>
    /// Reads a value, or loads and sets it: one loader runs for a key at a time (besides those that were overtaken or left), and everybody who asks meanwhile waits for it. What a loader throws reaches
    /// all who wait and is not kept: whoever asks next loads anew. Loads of different keys do not wait for each other. Whoever cancels leaves alone, and the load goes on for the others; when the last
    /// one has left, the loader's token is cancelled, what it still brings is not stored, and whoever asks next loads anew.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="loader">
    /// Gets the key and a token, and makes the value. It may use the cache for other keys, and may set and remove any.
    /// </param>
    /// <param name="cancellationToken">Ends this caller's wait: his task is cancelled.</param>
    /// <returns>The value.</returns>
    Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken);

    /// <summary>What the cache has done so far.</summary>
    /// <returns>Numbers that only grow.</returns>
    CacheCounts Counts();
}

/// <summary>What a cache has done so far.</summary>
/// <param name="Hits">Calls of Get and GetOrLoadAsync that found a value.</param>
/// <param name="Misses">Calls of Get and GetOrLoadAsync that found none.</param>
/// <param name="Evictions">Entries that made room for others before they had expired.</param>
[Contract]
public readonly record struct CacheCounts(long Hits, long Misses, long Evictions);
