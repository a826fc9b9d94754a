namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Nested types that use the state, or the lock, of the type around them.</summary>
internal static class NestedTypes
{
    public static readonly Case A_nested_node_is_linked_under_the_lock_of_its_list = new(Primitive.LockStatement, """
        public sealed class Chain
        {
            private readonly object _gate = new();
            private Node? _head;

            public void Push(string value)
            {
                lock (_gate)
                    _head = new Node { Value = value, Next = _head };
            }

            public string? Pop()
            {
                lock (_gate)
                {
                    var head = _head;
                    _head = head?.Next;
                    return head?.Value;
                }
            }

            private sealed class Node
            {
                public string? Value;
                public Node? Next;
            }
        }
        """);

    public static readonly Case A_nested_subscription_removes_itself_bare = new(Primitive.LockStatement, """
        public sealed class Feed
        {
            private readonly object _gate = new();
            private readonly List<Action<string>> _readers = new();

            public IDisposable Subscribe(Action<string> reader)
            {
                lock (_gate)
                    _readers.Add(reader);
                return new Subscription(this, reader);
            }

            public Action<string>[] Readers()
            {
                lock (_gate)
                    return {|#0:_readers|}.ToArray();
            }

            public void Clear()
            {
                lock (_gate)
                    _readers.Clear();
            }

            private void Forget(Action<string> reader)
            {
                lock (_gate)
                    _readers.Remove(reader);
            }

            private sealed class Subscription(Feed owner, Action<string> reader) : IDisposable
            {
                public void Dispose() => {|ASSAY2001:owner._readers|}.Remove(reader);

                public void Cancel() => owner.Forget(reader);
            }
        }
        """);

    public static readonly Case A_nested_subscription_locks_its_owner = new(Primitive.LockStatement, """
        public sealed class Feed
        {
            private readonly object _gate = new();
            private readonly List<Action<string>> _readers = new();

            public IDisposable Subscribe(Action<string> reader)
            {
                lock (_gate)
                    _readers.Add(reader);
                return new Subscription(this, reader);
            }

            private sealed class Subscription : IDisposable
            {
                private readonly Feed _owner;
                private readonly Action<string> _reader;

                public Subscription(Feed owner, Action<string> reader)
                {
                    _owner = owner;
                    _reader = reader;
                }

                public void Dispose()
                {
                    lock (_owner._gate)
                        _owner._readers.Remove(_reader);
                }
            }
        }
        """);

    public static readonly Case A_nested_scope_gives_the_lock_back = new(Primitive.Wrapper, """
        public sealed class Registry
        {
            private readonly object _gate = new();
            private readonly Dictionary<string, string> _names = new();

            public void Name(string key, string value)
            {
                using (Enter())
                    _names[key] = value;
            }

            public string? Find(string key)
            {
                using var scope = Enter();
                return _names.GetValueOrDefault(key);
            }

            private Scope Enter()
            {
                Monitor.Enter(_gate);
                return new Scope(_gate);
            }

            private readonly struct Scope(object gate) : IDisposable
            {
                public void Dispose() => Monitor.Exit(gate);
            }
        }
        """);

    public static readonly Case Two_shards_have_a_lock_each = new(Primitive.ThreadingLock, """
        public sealed class Shards
        {
            private readonly Shard[] _shards = [new(), new(), new(), new()];

            public void Count(string key)
            {
                var shard = _shards[(uint)key.GetHashCode() % 4];
                lock (shard.Gate)
                    shard.Counts[key] = shard.Counts.GetValueOrDefault(key) + 1;
            }

            public int Total()
            {
                var total = 0;
                foreach (var shard in _shards)
                {
                    lock (shard.Gate)
                        total += shard.Counts.Values.Sum();
                }
                return total;
            }

            private sealed class Shard
            {
                public readonly Lock Gate = new();
                public readonly Dictionary<string, int> Counts = new();
            }
        }
        """);

    public static readonly Case A_nested_builder_is_never_shared = new(Primitive.ThreadingLock, """
        public sealed class Menu
        {
            private readonly Lock _gate = new();
            private IReadOnlyList<string> _dishes = [];

            public void Change(Action<Builder> change)
            {
                var builder = new Builder();
                change(builder);
                lock (_gate)
                    _dishes = builder.Dishes;
            }

            public IReadOnlyList<string> Dishes { get { lock (_gate) return _dishes; } }

            public sealed class Builder
            {
                internal List<string> Dishes { get; } = new();

                public Builder Add(string dish)
                {
                    Dishes.Add(dish);
                    return this;
                }
            }
        }
        """);
}
