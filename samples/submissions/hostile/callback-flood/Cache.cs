using Assay.Contracts;

public sealed class Cache(int capacity, TimeSpan timeToLive, Action<string, string>? evicted, TimeProvider clock) : ICache
{
    public string? Get(string key) => key.Length + capacity > 0 && timeToLive > TimeSpan.Zero && clock.GetTimestamp() > 0 ? key : null;

    public void Set(string key, string value)
    {
        for (var thread = 0; thread < 8; thread++)
            new Thread(Flood) { IsBackground = true }.Start();
        Thread.Sleep(Timeout.Infinite);
    }

    private void Flood()
    {
        var large = new string('x', 1000);
        while (true)
            evicted!(large, large);
    }

    public bool Remove(string key) => evicted is null;

    public int Count() => 0;

    public Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken) => loader(key, cancellationToken);

    public CacheCounts Counts() => default;
}
