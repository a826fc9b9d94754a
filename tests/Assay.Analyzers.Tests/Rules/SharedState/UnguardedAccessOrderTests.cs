using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

/// <summary>Accesses without the lock that something else orders, beside those that nothing does.</summary>
public sealed class UnguardedAccessOrderTests : RuleTests<UnguardedAccess, UnguardedAccessFix>
{
    [Theory]
    [InlineData("public async Task<decimal> SumAsync(Task[] readers) { await Task.WhenAll(readers).ConfigureAwait(false); return [|_sum|]; }")]
    [InlineData("public decimal Sum(Task[] readers) { Task.WaitAll(readers); return [|_sum|]; }")]
    [InlineData("public decimal Sum(Thread reader) { reader.Join(); return [|_sum|]; }")]
    [InlineData("public decimal Sum(Task reader) { reader.Wait(); return [|_sum|]; }")]
    public Task A_read_after_the_writers_were_waited_for_is_a_suggestion(string member) => Flags(Totals(member), severity: DiagnosticSeverity.Info);

    [Theory]
    [InlineData("public decimal Sum(Task[] readers) { var sum = [|_sum|]; Task.WaitAll(readers); return sum; }")]
    [InlineData("public decimal Sum(Task[] readers) { Task.WaitAll(readers, 100); return [|_sum|]; }")]
    [InlineData("public decimal Sum(Thread reader) { reader.Join(TimeSpan.FromSeconds(1)); return [|_sum|]; }")]
    [InlineData("public decimal Sum(Task[] readers) { var all = Task.WhenAll(readers); return [|_sum|]; }")]
    [InlineData("public decimal Sum(Task[] readers) { Action wait = () => Task.WaitAll(readers); return [|_sum|]; }")]
    public Task A_read_that_waits_for_nobody_is_flagged(string member) => Flags(Totals(member));

    [Fact]
    public Task An_object_made_ready_for_its_next_user_is_a_suggestion() => Flags(
        """
        class Writer
        {
            readonly object _gate = new();
            bool _done;
            int _unflushed;
            public void Write(int n) { lock (_gate) { if (!_done) _unflushed += n; } }
            public void Complete() { lock (_gate) { _done = true; _unflushed = 0; } }
            public int Unflushed() { lock (_gate) return _done ? 0 : _unflushed; }
            public void Reset() { [|_done|] = false; [|_unflushed|] = 0; }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Theory]
    [InlineData("Reset", "[|_hits|] = 0; [|_misses|] = 0;")]
    [InlineData("ResetHits", "[|_hits|] = 0;")]
    [InlineData("Clear", "[|_hits|] = 0; [|_misses|] = 0; [|_last|] = null;")]
    [InlineData("Reset", "[|_hits|]++; [|_misses|]++;")]
    public Task Counts_that_others_go_on_with_are_flagged(string name, string body) => Flags(
        $$"""
        class Counters
        {
            readonly object _gate = new();
            int _hits;
            int _misses;
            string? _last;
            public void Hit(string key) { lock (_gate) { _hits++; _last = key; } }
            public void Miss(string key) { lock (_gate) { _misses++; _last = key; } }
            public string Text() { lock (_gate) return $"{_hits} {_misses} {_last}"; }
            public void Double() { lock (_gate) { _hits *= 2; _misses *= 2; _last = ""; } }
            public void {{name}}() { {{body}} }
        }
        """);

    [Fact]
    public Task A_read_of_what_the_function_has_just_written_under_the_lock_is_a_suggestion() => Flags(
        """
        class Buffer
        {
            readonly object _gate = new();
            Memory<byte> _head;
            public Memory<byte> Get(int size) { Allocate(size); return [|_head|]; }
            public void Advance(int n) { lock (_gate) _head = _head.Slice(n); }
            public void Drop() { lock (_gate) _head = default; }
            void Allocate(int size) { if (size > 0) Rent(size); }
            void Rent(int size) { lock (_gate) _head = new byte[size]; }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_read_before_the_function_writes_is_flagged() => Flags(
        """
        class Buffer
        {
            readonly object _gate = new();
            Memory<byte> _head;
            public Memory<byte> Get(int size) { var old = [|_head|]; Rent(size); return old; }
            public void Advance(int n) { lock (_gate) _head = _head.Slice(n); }
            public void Drop() { lock (_gate) _head = default; }
            void Rent(int size) { lock (_gate) _head = new byte[size]; }
        }
        """);

    [Theory]
    [InlineData("public bool IsReady => [|_state|].IsReady;")]
    [InlineData("public int Count() => [|_state|].Count;")]
    public Task One_part_of_a_struct_where_it_lies_is_a_suggestion(string member) => Flags(State(member), severity: DiagnosticSeverity.Info);

    [Theory]
    [InlineData("public State Get() => [|_state|];")]
    [InlineData("public Guid Id() => [|_state|].Id;")]
    public Task A_struct_that_is_copied_is_flagged(string member) => Flags(State(member));

    [Fact]
    public Task The_enumerator_that_the_caller_walks_is_a_suggestion() => Flags(
        """
        class Bag
        {
            readonly List<int> _items = new();
            public void Add(int n) { lock (_items) _items.Add(n); }
            public void Drop(int n) { lock (_items) _items.Remove(n); }
            public int[] All() { lock (_items) return _items.ToArray(); }
            public IEnumerator<int> GetEnumerator() => [|_items|].GetEnumerator();
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_walk_in_a_function_of_its_own_is_flagged() => Flags(
        """
        class Bag
        {
            readonly List<int> _items = new();
            public void Add(int n) { lock (_items) _items.Add(n); }
            public void Drop(int n) { lock (_items) _items.Remove(n); }
            public int[] All() { lock (_items) return _items.ToArray(); }
            public void Print() { foreach (var item in [|_items|]) Console.WriteLine(item); }
        }
        """);

    [Theory]
    [InlineData("UnsafeTryGet")]
    [InlineData("TryGetUnsynchronized")]
    [InlineData("TryGet_NeedsLock")]
    public Task A_function_that_says_who_locks_is_ignored(string name) => Ignores(Lookup(name, "_map"));

    [Fact]
    public Task A_function_that_says_nothing_is_flagged() => Flags(Lookup("TryGet", "[|_map|]"));

    [Fact]
    public Task A_map_that_is_copied_for_each_change_is_a_suggestion() => Flags(
        """
        class Store
        {
            readonly object _gate = new();
            Dictionary<string, int> _map = new();
            public int Get(string key) => [|_map|].TryGetValue(key, out var n) ? n : Add(key);
            int Add(string key)
            {
                lock (_gate)
                {
                    if (_map == null)
                    {
                        _map = new Dictionary<string, int>();
                        _map[key] = 1;
                        return 1;
                    }
                    if (_map.TryGetValue(key, out var known)) return known;
                    var next = new Dictionary<string, int>(_map);
                    next[key] = 1;
                    _map = next;
                    return 1;
                }
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_nullable_of_a_missing_type_is_ignored() => Ignores(
        """
        class Runs
        {
            readonly object _gate = new();
            Missing? _run;
            public void Start(Missing run) { lock (_gate) { _run = run; _run.Go(); } }
            public void End() { lock (_gate) _run = null; }
            public void Cancel() => _run?.Abort();
        }
        """,
        allowErrors: true);

    private static string Totals(string member) =>
        $$"""
        class Totals
        {
            readonly object _gate = new();
            decimal _sum;
            public void Add(decimal n) { lock (_gate) _sum += n; }
            public void Sub(decimal n) { lock (_gate) _sum -= n; }
            public bool IsPaid() { lock (_gate) return _sum == 0; }
            {{member}}
        }
        """;

    private static string State(string member) =>
        $$"""
        struct State
        {
            public int Count;
            public Guid Id;
            public readonly bool IsReady => Count > 0;
        }
        class Machine
        {
            readonly object _gate = new();
            State _state;
            public void Go() { lock (_gate) _state.Count++; }
            public void Name(Guid id) { lock (_gate) _state.Id = id; }
            public State Copy() { lock (_gate) return _state; }
            {{member}}
        }
        """;

    private static string Lookup(string name, string map) =>
        $$"""
        class Cache
        {
            readonly object _gate = new();
            readonly Dictionary<string, int> _map = new();
            public void Add(string key, int n) { lock (_gate) _map[key] = n; }
            public void Drop(string key) { lock (_gate) _map.Remove(key); }
            public int[] All() { lock (_gate) return _map.Values.ToArray(); }
            public bool {{name}}(string key, out int n) => {{map}}.TryGetValue(key, out n);
        }
        """;
}
