using System;
using System.Threading;
using System.Threading.Tasks;
using Assay.Contracts;

namespace Candidate;

/// <summary>Your cache. The promises to keep are the doc comments of ICache.</summary>
public sealed class Cache : ICache
{
    private readonly int _capacity;
    private readonly TimeSpan _timeToLive;
    private readonly Action<string, string>? _evicted;
    private readonly TimeProvider _clock;

    public Cache(int capacity, TimeSpan timeToLive, Action<string, string>? evicted, TimeProvider clock)
    {
        _capacity = capacity;
        _timeToLive = timeToLive;
        _evicted = evicted;
        _clock = clock;
    }

    public string? Get(string key) => throw new NotImplementedException("Stage 1");

    public void Set(string key, string value) => throw new NotImplementedException("Stage 1");

    public bool Remove(string key) => throw new NotImplementedException("Stage 1");

    public int Count() => throw new NotImplementedException("Stage 1");

    public Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken) =>
        throw new NotImplementedException("Stage 3");

    public CacheCounts Counts() => throw new NotImplementedException("Stage 3");
}
