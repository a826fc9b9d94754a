// Arrays of several dimensions, and values that others see whole or by halves.
public class Grid
{
    private readonly int[,] _cells = new int[2, 2];
    private readonly object _gate = new();

    public int Add(int amount)
    {
        lock (_gate)
        {
            _cells[0, 1] = _cells[0, 1] + amount;
            return _cells[0, 1];
        }
    }

    public int Sum()
    {
        lock (_gate)
            return _cells.Cast<int>().Sum();
    }
}

public class GridBad
{
    private readonly int[,] _cells = new int[2, 2];

    public void Add(int amount) => _cells[0, 1] = _cells[0, 1] + amount;

    public int At() => _cells[0, 1];
}

public class CubeBad
{
    private readonly long[,,] _cells = new long[1, 2, 1];

    public void Count() => _cells[0, 1, 0]++;

    public long At() => _cells[0, 1, 0];
}

public class SeatsBad
{
    private readonly string?[,] _seats = new string?[1, 2];

    public bool Take(string who)
    {
        if (_seats[0, 1] is not null)
            return false;
        _seats[0, 1] = who;
        return true;
    }
}

public class PriceTag
{
    private readonly Lock _gate = new();
    private decimal _price;
    private Guid _by;

    public void Set(decimal price, Guid by)
    {
        lock (_gate)
            (_price, _by) = (price, by);
    }

    public (decimal Price, Guid By) Get()
    {
        lock (_gate)
            return (_price, _by);
    }
}

public class PriceTagBad
{
    private decimal _price;

    public void Set(decimal price) => _price = price;

    public decimal Get() => _price;
}

public class OwnerBad
{
    private Guid _owner;

    public void Hand(Guid to) => _owner = to;

    public Guid Owner => _owner;
}
