namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Events, their accessors, their raisers and handlers that meet timers.</summary>
internal static class Events
{
    public static readonly Case An_event_is_raised_under_the_lock = new(Primitive.LockStatement, """
        public sealed class StockLevel
        {
            private readonly object _gate = new();
            private int _count;

            public event EventHandler<int>? Changed;

            public void Take(int count)
            {
                lock (_gate)
                {
                    _count -= count;
                    Changed?{|Info2011:.Invoke(this, _count)|};
                }
            }

            public int Count { get { lock (_gate) return _count; } }
        }
        """);

    public static readonly Case An_event_is_raised_after_the_lock = new(Primitive.LockStatement, """
        public sealed class StockLevel
        {
            private readonly object _gate = new();
            private int _count;

            public event EventHandler<int>? Changed;

            public void Take(int count)
            {
                int left;
                lock (_gate)
                    left = _count -= count;
                Changed?.Invoke(this, left);
            }

            public int Count { get { lock (_gate) return _count; } }
        }
        """);

    public static readonly Case Custom_accessors_lock_and_the_raiser_does_not = new(Primitive.ThreadingLock, """
        public sealed class Bell
        {
            private readonly Lock _gate = new();
            private readonly List<Action> _listeners = new();

            public event Action Rung
            {
                add { lock (_gate) {|#0:_listeners|}.Add(value); }
                remove { lock (_gate) _listeners.Remove(value); }
            }

            public int Listeners { get { lock (_gate) return _listeners.Count; } }

            public void Ring()
            {
                foreach (var listener in {|ASSAY2001:_listeners|})
                    listener();
            }
        }
        """);

    public static readonly Case Custom_accessors_lock_and_the_raiser_copies = new(Primitive.ThreadingLock, """
        public sealed class Bell
        {
            private readonly Lock _gate = new();
            private readonly List<Action> _listeners = new();

            public event Action Rung
            {
                add { lock (_gate) _listeners.Add(value); }
                remove { lock (_gate) _listeners.Remove(value); }
            }

            public void Ring()
            {
                Action[] listeners;
                lock (_gate)
                    listeners = [.. _listeners];
                foreach (var listener in listeners)
                    listener();
            }
        }
        """);

    public static readonly Case Accessors_swap_the_delegate_by_compare_exchange = new(Primitive.Interlocked, """
        public sealed class Beacon
        {
            private Action? _blinked;

            public event Action Blinked
            {
                add
                {
                    Action? seen, next;
                    do
                    {
                        seen = _blinked;
                        next = (Action?)Delegate.Combine(seen, value);
                    }
                    while (Interlocked.CompareExchange(ref _blinked, next, seen) != seen);
                }
                remove
                {
                    Action? seen, next;
                    do
                    {
                        seen = _blinked;
                        next = (Action?)Delegate.Remove(seen, value);
                    }
                    while (Interlocked.CompareExchange(ref _blinked, next, seen) != seen);
                }
            }

            public void Blink() => _blinked?.Invoke();
        }
        """);

    public static readonly Case A_handler_field_is_checked_and_then_called = new(Primitive.Volatile, """
        public sealed class Connection
        {
            private volatile Action<string>? _received;

            public void Attach(Action<string> handler) => _received = handler;

            public void Detach() => {|#1:_received|} = null;

            public void Dispatch(string message)
            {
                if ({|#0:_received|} != null)
                    {|ASSAY2023:_received|}(message);
            }
        }
        """);

    public static readonly Case A_handler_field_is_copied_and_then_called = new(Primitive.Volatile, """
        public sealed class Connection
        {
            private volatile Action<string>? _received;

            public void Attach(Action<string> handler) => _received = handler;

            public void Detach() => _received = null;

            public void Dispatch(string message)
            {
                if (_received is { } handler)
                    handler(message);
            }
        }
        """);
}
