namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Parameters of primary constructors that methods capture, as state and as locks.</summary>
internal static class PrimaryConstructors
{
    public static readonly Case A_captured_parameter_is_counted_up = new(Primitive.LockStatement, """
        public sealed class Tickets(int left)
        {
            private readonly object _gate = new();

            public bool TryTake()
            {
                lock (_gate)
                {
                    if ({|#0:left|} == 0)
                        return false;
                    left--;
                    return true;
                }
            }

            public void Refund()
            {
                lock (_gate)
                    left++;
            }

            public void Release(int count) => {|ASSAY2001:left|} += count;
        }
        """);

    public static readonly Case A_captured_parameter_is_only_read = new(Primitive.LockStatement, """
        public sealed class Throttle(int limit, TimeProvider clock)
        {
            private readonly object _gate = new();
            private readonly Queue<DateTimeOffset> _calls = new();

            public bool TryCall()
            {
                var now = clock.GetUtcNow();
                lock (_gate)
                {
                    while (_calls.TryPeek(out var oldest) && now - oldest > TimeSpan.FromSeconds(1))
                        _calls.Dequeue();
                    if (_calls.Count >= limit)
                        return false;
                    _calls.Enqueue(now);
                    return true;
                }
            }
        }
        """);

    public static readonly Case A_captured_list_is_guarded_by_a_field = new(Primitive.ThreadingLock, """
        public sealed class Ring(int capacity)
        {
            private readonly Lock _gate = new();
            private readonly List<string> _items = new(capacity);

            public void Add(string item)
            {
                lock (_gate)
                {
                    if (_items.Count == capacity)
                        _items.RemoveAt(0);
                    _items.Add(item);
                }
            }

            public string[] ToArray()
            {
                lock (_gate)
                    return [.. _items];
            }
        }
        """);

    public static readonly Case A_singleton_counts_in_its_parameter = new(Primitive.None, """
        using Microsoft.Extensions.DependencyInjection;

        public static class Startup
        {
            public static void Configure(IServiceCollection services) => {|#0:services.AddSingleton<Numbering>()|};
        }

        public sealed class Numbering(int next = 1)
        {
            public int Take() => {|ASSAY2005:next++|};
        }
        """);

    public static readonly Case A_semaphore_parameter_guards_a_field = new(Primitive.AsyncSemaphore, """
        public sealed class Printer(SemaphoreSlim turn)
        {
            private int _pages;

            public async Task PrintAsync(Func<Task> print)
            {
                await turn.WaitAsync();
                try
                {
                    _pages++;
                    await print();
                }
                finally
                {
                    turn.Release();
                }
            }
        }
        """);
}
