public struct Quantity { public int Units; public decimal Price; }

public class Inventory
{
    private readonly Lock _gate = new();
    private readonly int[] _onHand = new int[3];
    private Quantity _last;

    public Inventory() => _onHand[1] = 2;

    public int this[int index]
    {
        get { using (_gate.EnterScope()) return _onHand[index]; }
        set { using (_gate.EnterScope()) _onHand[index] = value; }
    }

    public bool Reserve(params int[] units)
    {
        using var scope = _gate.EnterScope();
        foreach (var unit in units)
            if (_onHand[unit] == 0) return false;
        foreach (var unit in units)
            _onHand[unit]--;
        return true;
    }

    public void Restock(int index, ref int units)
    {
        lock (_gate) { _onHand[index] += units + 1; units = _onHand[index]; }
    }

    public Quantity Last { get { lock (_gate) return _last; } set { lock (_gate) _last = value; } }
}

public class InventoryBad
{
    private readonly Lock _gate = new();
    private readonly int[] _onHand = new int[3];

    public InventoryBad() => _onHand[1] = 2;

    public int this[int index] { get => _onHand[index]; set => _onHand[index] = value; }

    public bool Reserve(params int[] units)
    {
        foreach (var unit in units)
            if (_onHand[unit] == 0) return false;
        lock (_gate)
            foreach (var unit in units)
                _onHand[unit]--;
        return true;
    }
}
