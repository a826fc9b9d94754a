// A stack that reuses its nodes: the head is the same node again, with another next.
public class AbaStack
{
    private sealed class Node { public int Value; public Node? Next; }
    private Node? _head;
    private Node? _free;
    public void Push(int value)
    {
        var node = Interlocked.Exchange(ref _free, null) ?? new Node();
        node.Value = value;
        Node? head;
        do
        {
            head = Volatile.Read(ref _head);
            node.Next = head;
        }
        while (Interlocked.CompareExchange(ref _head, node, head) != head);
    }
    public int Pop()
    {
        while (true)
        {
            var head = Volatile.Read(ref _head);
            if (head is null)
                return 0;
            var next = head.Next;
            if (Interlocked.CompareExchange(ref _head, next, head) != head)
                continue;
            var value = head.Value;
            _free = head;
            return value;
        }
    }
}

public class AbaStackFixed
{
    private sealed class Node { public int Value; public Node? Next; }
    private Node? _head;
    public void Push(int value)
    {
        var node = new Node { Value = value };
        Node? head;
        do
        {
            head = Volatile.Read(ref _head);
            node.Next = head;
        }
        while (Interlocked.CompareExchange(ref _head, node, head) != head);
    }
    public int Pop()
    {
        while (true)
        {
            var head = Volatile.Read(ref _head);
            if (head is null)
                return 0;
            if (Interlocked.CompareExchange(ref _head, head.Next, head) == head)
                return head.Value;
        }
    }
}
