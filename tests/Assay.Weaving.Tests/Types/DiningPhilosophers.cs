// Each takes the left fork first.
public class DiningPhilosophers
{
    private readonly SemaphoreSlim[] _forks = [new(1), new(1), new(1)];
    public void Eat0() => Eat(0);
    public void Eat1() => Eat(1);
    public void Eat2() => Eat(2);
    private void Eat(int seat)
    {
        _forks[seat].Wait();
        _forks[(seat + 1) % 3].Wait();
        _forks[(seat + 1) % 3].Release();
        _forks[seat].Release();
    }
}

public class DiningPhilosophersFixed
{
    private readonly SemaphoreSlim[] _forks = [new(1), new(1), new(1)];
    public void Eat0() => Eat(0);
    public void Eat1() => Eat(1);
    public void Eat2() => Eat(2);
    private void Eat(int seat)
    {
        var (low, high) = (Math.Min(seat, (seat + 1) % 3), Math.Max(seat, (seat + 1) % 3));
        _forks[low].Wait();
        _forks[high].Wait();
        _forks[high].Release();
        _forks[low].Release();
    }
}
