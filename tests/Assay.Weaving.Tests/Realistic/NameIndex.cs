public sealed class NameIndex
{
    private readonly ConcurrentDictionary<string, int> _ages = new();
    public void Add(string name, int age) => _ages.TryAdd(name, age);
    public IEnumerable<string> Names => _ages.Keys.OrderBy(name => name);
    public IEnumerable<string> Adults() => _ages.Where(pair => pair.Value > 1).Select(pair => pair.Key);
    public bool Remove(string name) => _ages.TryRemove(name, out _);
}
