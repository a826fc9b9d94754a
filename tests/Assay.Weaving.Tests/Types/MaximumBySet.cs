// The maximum is compared and then set.
public class MaximumBySet
{
    private int _maximum;
    public void Offer(int value) { if (value > Volatile.Read(ref _maximum)) Volatile.Write(ref _maximum, value); }
    public int Maximum => Volatile.Read(ref _maximum);
}

public class MaximumBySetFixed
{
    private int _maximum;
    public void Offer(int value)
    {
        var seen = Volatile.Read(ref _maximum);
        while (value > seen)
        {
            var before = Interlocked.CompareExchange(ref _maximum, value, seen);
            if (before == seen)
                break;
            seen = before;
        }
    }
    public int Maximum => Volatile.Read(ref _maximum);
}
