// A field is passed by reference and changed there.
public class ByReference
{
    private (int Left, int Right) _pair;
    public void Add() => Increase(ref _pair.Left);
    public void AddBoth() { _pair.Left++; _pair.Right++; }
    public int Left => _pair.Left;
    private static void Increase(ref int value) => value++;
}

public class ByReferenceFixed
{
    private int _left;
    public void Add() => Increase(ref _left);
    public int Left => Volatile.Read(ref _left);
    private static void Increase(ref int value)
    {
        while (true)
        {
            var seen = Volatile.Read(ref value);
            if (Interlocked.CompareExchange(ref value, seen + 1, seen) == seen)
                break;
        }
    }
}
