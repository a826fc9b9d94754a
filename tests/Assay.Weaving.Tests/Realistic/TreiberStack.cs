public sealed class TreiberStack<T>
{
    private sealed class Node(T value) { public readonly T Value = value; public Node? Next; }
    private Node? _top;
    public void Push(T value)
    {
        var node = new Node(value);
        do node.Next = Volatile.Read(ref _top);
        while (Interlocked.CompareExchange(ref _top, node, node.Next) != node.Next);
    }
    public bool TryPop(out T? value)
    {
        while (true)
        {
            var top = Volatile.Read(ref _top);
            if (top is null) { value = default; return false; }
            if (Interlocked.CompareExchange(ref _top, top.Next, top) == top) { value = top.Value; return true; }
        }
    }
    public bool IsEmpty => Volatile.Read(ref _top) is null;
}
