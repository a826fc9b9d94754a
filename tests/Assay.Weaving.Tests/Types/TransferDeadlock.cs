// A transfer locks the source, then the target.
public class TransferDeadlock
{
    private readonly object[] _gates = [new(), new()];
    private readonly int[] _money = [5, 5];
    public void Transfer(bool forth)
    {
        var (from, to) = forth ? (0, 1) : (1, 0);
        lock (_gates[from])
            lock (_gates[to])
            {
                _money[from]--;
                _money[to]++;
            }
    }
    public int Total() { lock (_gates[0]) lock (_gates[1]) return _money[0] + _money[1]; }
}

public class TransferDeadlockFixed
{
    private readonly object[] _gates = [new(), new()];
    private readonly int[] _money = [5, 5];
    public void Transfer(bool forth)
    {
        var (from, to) = forth ? (0, 1) : (1, 0);
        lock (_gates[0])
            lock (_gates[1])
            {
                _money[from]--;
                _money[to]++;
            }
    }
    public int Total() { lock (_gates[0]) lock (_gates[1]) return _money[0] + _money[1]; }
}
