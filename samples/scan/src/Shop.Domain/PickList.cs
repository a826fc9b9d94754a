namespace Shop.Domain;

/// <summary>The parcels that are being picked, each order once.</summary>
public sealed class PickList
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, string> _pickers = [];

    public bool TryAssign(int order, string picker)
    {
        if (_pickers.ContainsKey(order))
            return false;
        lock (_gate)
        {
            _pickers.Add(order, picker);
        }
        return true;
    }

    public void Finish(int order)
    {
        lock (_gate)
        {
            _pickers.Remove(order);
        }
    }

    public int CountOpen()
    {
        lock (_gate)
        {
            return _pickers.Count;
        }
    }
}
