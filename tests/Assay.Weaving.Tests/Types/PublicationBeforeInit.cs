// The object is published before its fields are set.
public class PublicationBeforeInit
{
    private sealed class Config { public int Size; }
    private Config? _config;
    public int Size()
    {
        if (_config is null)
        {
            _config = new Config();
            _config.Size = 5;
        }
        return _config.Size;
    }
}

public class PublicationBeforeInitFixed
{
    private sealed class Config { public int Size; }
    private readonly object _gate = new();
    private Config? _config;
    public int Size()
    {
        lock (_gate)
        {
            if (_config is null)
            {
                var made = new Config { Size = 5 };
                _config = made;
            }
            return _config.Size;
        }
    }
}
