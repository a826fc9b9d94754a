// The count is looked at before the item is taken, and another takes it.
public class CountThenTake
{
    private readonly BlockingCollection<int> _items = new();
    public void Put() => _items.Add(1);
    public int TakeOrNothing() => _items.Count > 0 ? _items.Take() : -1;
}

public class CountThenTakeFixed
{
    private readonly BlockingCollection<int> _items = new();
    public void Put() => _items.Add(1);
    public int TakeOrNothing() => _items.TryTake(out var item) ? item : -1;
}
