namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Records, `with` copies and tuples as state.</summary>
internal static class Records
{
    public static readonly Case A_snapshot_record_is_replaced_from_its_own_value = new(Primitive.Volatile, """
        public sealed record Limits(int Requests, int Burst);

        public sealed class LimitSettings
        {
            private volatile Limits _current = new(100, 10);

            public Limits Current => _current;

            public void Raise(int by) => {|ASSAY2005:_current = _current with { Requests = _current.Requests + by }|};
        }
        """);

    public static readonly Case A_snapshot_record_is_replaced_by_compare_exchange = new(Primitive.Interlocked, """
        public sealed record Limits(int Requests, int Burst);

        public sealed class LimitSettings
        {
            private Limits _current = new(100, 10);

            public Limits Current => Volatile.Read(ref _current);

            public void Raise(int by)
            {
                Limits seen, next;
                do
                {
                    seen = Volatile.Read(ref _current);
                    next = seen with { Requests = seen.Requests + by };
                }
                while (Interlocked.CompareExchange(ref _current, next, seen) != seen);
            }
        }
        """);

    public static readonly Case A_snapshot_record_is_replaced_under_a_lock_and_read_bare = new(Primitive.LockStatement, """
        public sealed record Limits(int Requests, int Burst);

        public sealed class LimitSettings
        {
            private readonly object _gate = new();
            private volatile Limits _current = new(100, 10);

            public Limits Current => _current;

            public void Raise(int by)
            {
                lock (_gate)
                    _current = _current with { Requests = _current.Requests + by };
            }

            public void Reset()
            {
                lock (_gate)
                    _current = new(100, 10);
            }
        }
        """);

    public static readonly Case A_record_with_a_lock_guards_its_list = new(Primitive.LockStatement, """
        public sealed record Conversation(string Id)
        {
            private readonly object _gate = new();
            private readonly List<string> _messages = new();

            public void Say(string message)
            {
                lock (_gate)
                    {|#0:_messages|}.Add(message);
            }

            public int Length { get { lock (_gate) return _messages.Count; } }

            public void Forget()
            {
                lock (_gate)
                    _messages.Clear();
            }

            public string? Last() => {|ASSAY2001:_messages|}.LastOrDefault();
        }
        """);

    public static readonly Case A_tuple_field_is_torn_by_a_bare_read = new(Primitive.LockStatement, """
        public sealed class Spread
        {
            private readonly object _gate = new();
            private (decimal Bid, decimal Ask) _quote;

            public void Update(decimal bid, decimal ask)
            {
                lock (_gate)
                    {|#0:_quote|} = (bid, ask);
            }

            public void Widen(decimal by)
            {
                lock (_gate)
                    _quote = (_quote.Bid - by, _quote.Ask + by);
            }

            public decimal Width()
            {
                lock (_gate)
                    return _quote.Ask - _quote.Bid;
            }

            public (decimal Bid, decimal Ask) Quote => {|ASSAY2001:_quote|};
        }
        """);

    public static readonly Case A_tuple_assignment_swaps_two_fields_bare = new(Primitive.ThreadingLock, """
        public sealed class DoubleBuffer
        {
            private readonly Lock _gate = new();
            private List<string> _front = new();
            private List<string> _back = new();

            public void Write(string line)
            {
                lock (_gate)
                    _back.Add(line);
            }

            public List<string> Flip()
            {
                lock (_gate)
                {
                    (_front, _back) = (_back, _front);
                    _back = new();
                    return _front;
                }
            }
        }
        """);

    public static readonly Case A_readonly_record_struct_is_immutable_state = new(Primitive.None, """
        using Microsoft.Extensions.DependencyInjection;

        public readonly record struct Money(decimal Amount, string Currency);

        public static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton(new Tariff(new Money(9.99m, "EUR")));
        }

        public sealed class Tariff(Money price)
        {
            public Money Price { get; } = price;

            public Money For(int months) => Price with { Amount = Price.Amount * months };
        }
        """);
}
