public sealed class Registry
{
    private volatile string[] _names = [];
    private readonly object _gate = new();
    public void Add(string name)
    {
        lock (_gate)
        {
            var copy = new string[_names.Length + 1];
            _names.CopyTo(copy, 0);
            copy[^1] = name;
            _names = copy;
        }
    }
    public bool Has(string name) => Array.IndexOf(_names, name) >= 0;
    public int Count => _names.Length;
    public IReadOnlyList<string> All => _names;
}
public sealed class RegistryBad
{
    private volatile string[] _names = [];
    public void Add(string name)
    {
        var copy = new string[_names.Length + 1];
        _names.CopyTo(copy, 0);
        copy[^1] = name;
        _names = copy;
    }
    public int Count => _names.Length;
}
