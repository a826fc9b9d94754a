// The balance is checked, then changed; between the two another withdrawal fits.
public class CheckThenAct
{
    private readonly object _gate = new();
    private int _balance = 1;
    public int Balance { get { lock (_gate) return _balance; } }
    public bool Withdraw()
    {
        if (Balance < 1)
            return false;
        lock (_gate)
            _balance--;
        return true;
    }
}

public class CheckThenActFixed
{
    private readonly object _gate = new();
    private int _balance = 1;
    public int Balance { get { lock (_gate) return _balance; } }
    public bool Withdraw()
    {
        lock (_gate)
        {
            if (_balance < 1)
                return false;
            _balance--;
            return true;
        }
    }
}
