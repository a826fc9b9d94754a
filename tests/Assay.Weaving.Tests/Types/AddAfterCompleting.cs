// Adding is completed between the look and the add.
public class AddAfterCompleting
{
    private readonly BlockingCollection<int> _items = new(4);
    public bool Put()
    {
        if (_items.IsAddingCompleted)
            return false;
        _items.Add(1);
        return true;
    }
    public void Close() => _items.CompleteAdding();
}

public class AddAfterCompletingFixed
{
    private readonly BlockingCollection<int> _items = new(4);
    public bool Put()
    {
        try
        {
            return _items.TryAdd(1);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
    public void Close() => _items.CompleteAdding();
}
