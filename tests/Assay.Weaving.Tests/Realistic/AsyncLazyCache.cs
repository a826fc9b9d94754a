public sealed class AsyncLazyCache
{
    private readonly ConcurrentDictionary<string, Lazy<Task<int>>> _tasks = new();
    public Task<int> GetAsync(string key, Func<string, Task<int>> load) =>
        _tasks.GetOrAdd(key, one => new Lazy<Task<int>>(() => load(one))).Value;
    public bool Contains(string key) => _tasks.ContainsKey(key);
}
public sealed class AsyncLazyCacheBad
{
    private readonly Dictionary<string, int> _values = new();
    private readonly SemaphoreSlim _gate = new(1);
    private int _loads;
    public int Loads => _loads;
    public async Task<int> GetAsync(string key, Func<string, Task<int>> load)
    {
        if (_values.TryGetValue(key, out var known)) return known;
        var value = await load(key);
        await _gate.WaitAsync();
        try { _loads++; _values[key] = value; return value; }
        finally { _gate.Release(); }
    }
}
