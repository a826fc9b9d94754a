// Two threads create, and get different objects.
public class RacyLazyInit
{
    private object? _value;
    public object Get() => _value ??= new object();
}

public class RacyLazyInitFixed
{
    private readonly Lazy<object> _value = new(() => new object());
    public object Get() => _value.Value;
}
