using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class UnguardedAccessTests : RuleTests<UnguardedAccess, UnguardedAccessFix>
{
    [Fact]
    public Task An_increment_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return {|#0:_n|}; }
            public void Hit() { [|_n|]++; }
        }
        """,
        messages: ["'_n' is written here without '_gate', which 3 of its 4 accesses hold; 'Get' reads it under the lock at line 7"]);

    [Fact]
    public Task A_compound_assignment_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { [|_n|] += 5; }
        }
        """);

    [Fact]
    public Task A_plain_write_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Reset() { [|_n|] = 0; }
        }
        """);

    [Fact]
    public Task A_write_through_this_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Reset() { [|this._n|] = 0; }
        }
        """);

    [Fact]
    public Task A_write_after_the_lock_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { lock (_gate) { } [|_n|] = 0; }
        }
        """);

    [Fact]
    public Task A_write_before_the_lock_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { [|_n|] = 0; lock (_gate) { } }
        }
        """);

    [Fact]
    public Task A_write_by_deconstruction_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { (var x, [|_n|]) = (1, 2); }
        }
        """);

    [Fact]
    public Task A_write_as_out_argument_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { int.TryParse("1", out [|_n|]); }
        }
        """);

    [Fact]
    public Task A_write_in_an_expression_body_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() => [|_n|] = 3;
        }
        """);

    [Fact]
    public Task A_write_in_a_setter_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public int P { set { [|_n|] = value; } }
        }
        """);

    [Fact]
    public Task A_write_in_a_task_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { Task.Run(() => { [|_n|] = 1; }); }
        }
        """);

    [Fact]
    public Task A_write_in_a_task_started_under_the_lock_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { lock (_gate) { Task.Run(() => { [|_n|] = 1; }); } }
        }
        """);

    [Fact]
    public Task A_write_in_a_timer_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { var t = new System.Threading.Timer(_ => [|_n|] = 1); }
        }
        """);

    [Fact]
    public Task A_write_in_a_task_of_the_constructor_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public C() { Task.Run(() => { [|_n|] = 1; }); }
        }
        """);

    [Fact]
    public Task A_private_function_that_no_caller_locks_for_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { Do(); }
            private void Do() { [|_n|] = 1; }
        }
        """);

    [Fact]
    public Task A_local_function_that_no_caller_locks_for_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { Do(); void Do() { [|_n|] = 1; } }
        }
        """);

    [Fact]
    public Task A_callback_of_a_timer_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public System.Threading.Timer Make() => new(Do);
            private void Do(object? o) { [|_n|] = 1; }
        }
        """);

    [Fact]
    public Task An_addition_to_a_list_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            readonly List<int> _items = new();
            public void Add(int i) { lock (_gate) _items.Add(i); }
            public void Cut(int i) { lock (_gate) _items.Remove(i); }
            public void Wipe() { lock (_gate) _items.Clear(); }
            public void Hit() { [|_items|].Add(1); }
        }
        """);

    [Fact]
    public Task An_enumeration_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            readonly List<int> _items = new();
            public void Add(int i) { lock (_gate) _items.Add(i); }
            public void Cut(int i) { lock (_gate) _items.Remove(i); }
            public void Wipe() { lock (_gate) _items.Clear(); }
            public int Sum() { var s = 0; foreach (var i in [|_items|]) s += i; return s; }
        }
        """);

    [Fact]
    public Task A_query_over_a_list_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            readonly List<int> _items = new();
            public void Add(int i) { lock (_gate) _items.Add(i); }
            public void Cut(int i) { lock (_gate) _items.Remove(i); }
            public void Wipe() { lock (_gate) _items.Clear(); }
            public int Sum() => [|_items|].Sum();
        }
        """);

    [Fact]
    public Task A_copy_of_a_list_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            readonly List<int> _items = new();
            public void Add(int i) { lock (_gate) _items.Add(i); }
            public void Cut(int i) { lock (_gate) _items.Remove(i); }
            public void Wipe() { lock (_gate) _items.Clear(); }
            public List<int> Copy() => new List<int>([|_items|]);
        }
        """);

    [Fact]
    public Task An_indexer_read_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            readonly List<int> _items = new();
            public void Add(int i) { lock (_gate) _items.Add(i); }
            public void Cut(int i) { lock (_gate) _items.Remove(i); }
            public void Wipe() { lock (_gate) _items.Clear(); }
            public int First() => [|_items|][0];
        }
        """);

    [Fact]
    public Task An_indexer_write_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            readonly List<int> _items = new();
            public void Add(int i) { lock (_gate) _items.Add(i); }
            public void Cut(int i) { lock (_gate) _items.Remove(i); }
            public void Wipe() { lock (_gate) _items.Clear(); }
            public void Put() { [|_items|][0] = 1; }
        }
        """);

    [Fact]
    public Task A_conditional_access_to_a_list_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            readonly List<int> _items = new();
            public void Add(int i) { lock (_gate) _items.Add(i); }
            public void Cut(int i) { lock (_gate) _items.Remove(i); }
            public void Wipe() { lock (_gate) _items.Clear(); }
            public void Hit() { [|_items|]?.Add(1); }
        }
        """);

    [Fact]
    public Task A_join_of_a_list_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            readonly List<int> _items = new();
            public void Add(int i) { lock (_gate) _items.Add(i); }
            public void Cut(int i) { lock (_gate) _items.Remove(i); }
            public void Wipe() { lock (_gate) _items.Clear(); }
            public string Text() => string.Join(",", [|_items|]);
        }
        """);

    [Fact]
    public Task A_write_inside_a_framework_callback_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit(List<int> xs) { xs.ForEach(x => [|_n|] = x); }
        }
        """);

    [Fact]
    public Task A_second_write_under_no_lock_in_an_async_method_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public async Task Hit() { await Task.Yield(); [|_n|] = 1; }
        }
        """);

    [Fact]
    public Task A_static_field_of_a_static_lock_is_flagged() => Flags(
        """
        static class C
        {
            static readonly object s_gate = new();
            static int s_n;
            public static void Add() { lock (s_gate) s_n++; }
            public static void Sub() { lock (s_gate) s_n--; }
            public static int Get() { lock (s_gate) return s_n; }
            public static void Hit() { [|s_n|]++; }
        }
        """);

    [Fact]
    public Task A_field_of_a_Lock_is_flagged() => Flags(
        """
        class C
        {
            readonly Lock _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { using (_gate.EnterScope()) _n--; }
            public int Get() { using var scope = _gate.EnterScope(); return _n; }
            public void Hit() { [|_n|]++; }
        }
        """);

    [Fact]
    public Task A_field_of_an_async_lock_is_flagged() => Flags(
        """
        class C
        {
            readonly SemaphoreSlim _gate = new(1, 1);
            int _n;
            public async Task Add() { await _gate.WaitAsync(); try { _n++; } finally { _gate.Release(); } }
            public async Task Sub() { await _gate.WaitAsync().ConfigureAwait(false); try { _n--; } finally { _gate.Release(); } }
            public int Get() { _gate.Wait(); try { return _n; } finally { _gate.Release(); } }
            public void Hit() { [|_n|]++; }
        }
        """);

    [Fact]
    public Task A_field_of_explicit_monitor_calls_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { Monitor.Enter(_gate); try { _n++; } finally { Monitor.Exit(_gate); } }
            public void Sub() { var taken = false; try { Monitor.Enter(_gate, ref taken); _n--; } finally { if (taken) Monitor.Exit(_gate); } }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { Monitor.Enter(_gate); try { _n++; } finally { Monitor.Exit(_gate); } [|_n|] = 1; }
        }
        """);

    [Fact]
    public Task A_field_of_a_reader_writer_lock_is_flagged() => Flags(
        """
        class C
        {
            readonly ReaderWriterLockSlim _gate = new();
            int _n;
            public void Add() { _gate.EnterWriteLock(); try { _n++; } finally { _gate.ExitWriteLock(); } }
            public void Sub() { _gate.EnterWriteLock(); try { _n--; } finally { _gate.ExitWriteLock(); } }
            public int Get() { _gate.EnterReadLock(); try { return _n; } finally { _gate.ExitReadLock(); } }
            public void Hit() { [|_n|]++; }
        }
        """);

    [Fact]
    public Task A_field_of_synchronized_this_lock_is_flagged() => Flags(
        """
        class C
        {
            int _n;
            public void Add() { lock (this) _n++; }
            public void Sub() { lock (this) _n--; }
            public int Get() { lock (this) return _n; }
            public void Hit() { [|_n|]++; }
        }
        """);

    [Fact]
    public Task A_field_locked_through_an_alias_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { var g = _gate; lock (g) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { [|_n|]++; }
        }
        """);

    [Fact]
    public Task A_helper_under_the_lock_counts_and_another_access_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) Bump(); }
            public void Sub() { lock (_gate) { Bump(); } }
            private void Bump() { _n++; _n--; _n += 2; }
            public void Hit() { [|_n|]++; }
        }
        """);

    [Fact]
    public Task A_field_of_a_partial_type_is_flagged() => Flags(
        """
        partial class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
        }
        // ==== Other.cs
        partial class C
        {
            public void Hit() { [|_n|]++; }
        }
        """);

    [Fact]
    public Task An_auto_property_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int N { get; set; }
            public void Add() { lock (_gate) N++; }
            public void Sub() { lock (_gate) N--; }
            public int Get() { lock (_gate) return N; }
            public void Hit() { [|N|]++; }
        }
        """);

    [Fact]
    public Task A_nullable_struct_read_whole_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            decimal _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public decimal Get() { lock (_gate) return _n; }
            public decimal Peek() => [|_n|];
        }
        """);

    [Fact]
    public Task A_plain_read_of_a_number_is_a_suggestion() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public int Peek() => [|_n|];
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_write_under_a_lock_that_others_can_take_is_a_suggestion() => Flags(
        """
        class C
        {
            internal readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { [|_n|] = 1; }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_count_is_a_suggestion() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            readonly List<int> _items = new();
            public void Add(int i) { lock (_gate) _items.Add(i); }
            public void Cut(int i) { lock (_gate) _items.Remove(i); }
            public void Wipe() { lock (_gate) _items.Clear(); }
            public int Size() => [|_items|].Count;
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_disposal_is_a_suggestion() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            readonly List<int> _items = new();
            public void Add(int i) { lock (_gate) _items.Add(i); }
            public void Cut(int i) { lock (_gate) _items.Remove(i); }
            public void Wipe() { lock (_gate) _items.Clear(); }
            public void Dispose() { [|_items|].Clear(); }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_write_while_starting_is_a_suggestion() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Start() { [|_n|] = 0; }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) { _n. } }
            public void Hit() { lock ( }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task A_private_function_under_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { lock (_gate) Do(); }
            private void Do() { _n = 1; }
        }
        """);

    [Fact]
    public Task A_statement_becomes_locked() => Fixes(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit()
            {
                // Counts twice.
                [|_n|] += 2;
                Console.WriteLine();
            }
        }
        """,
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit()
            {
                lock (_gate)
                {
                    // Counts twice.
                    _n += 2;
                }
                Console.WriteLine();
            }
        }
        """,
        title: "Wrap in 'lock (_gate)'");

    [Fact]
    public Task A_declaration_becomes_locked_to_its_last_use() => Fixes(
        """
        class C
        {
            readonly object _gate = new();
            readonly List<int> _items = new();
            public void Add(int i) { lock (_gate) _items.Add(i); }
            public void Cut(int i) { lock (_gate) _items.Remove(i); }
            public void Wipe() { lock (_gate) _items.Clear(); }
            public int Hit()
            {
                var first = [|_items|][0];
                Console.WriteLine(first);
                return first;
            }
        }
        """,
        """
        class C
        {
            readonly object _gate = new();
            readonly List<int> _items = new();
            public void Add(int i) { lock (_gate) _items.Add(i); }
            public void Cut(int i) { lock (_gate) _items.Remove(i); }
            public void Wipe() { lock (_gate) _items.Clear(); }
            public int Hit()
            {
                lock (_gate)
                {
                    var first = _items[0];
                    Console.WriteLine(first);
                    return first;
                }
            }
        }
        """);

    [Fact]
    public Task An_embedded_statement_becomes_locked() => Fixes(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit(bool b)
            {
                if (b)
                    [|_n|]++;
            }
        }
        """,
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit(bool b)
            {
                if (b)
                    lock (_gate)
                    {
                        _n++;
                    }
            }
        }
        """);

    [Fact]
    public Task A_statement_that_awaits_stays() => Fixes(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public async Task Hit() { [|_n|] = await Task.FromResult(1); }
        }
        """,
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public async Task Hit() { [|_n|] = await Task.FromResult(1); }
        }
        """);

    [Fact]
    public Task An_expression_body_stays() => Fixes(
        """
        class C
        {
            readonly object _gate = new();
            readonly List<int> _items = new();
            public void Add(int i) { lock (_gate) _items.Add(i); }
            public void Cut(int i) { lock (_gate) _items.Remove(i); }
            public void Wipe() { lock (_gate) _items.Clear(); }
            public int First() => [|_items|][0];
        }
        """,
        """
        class C
        {
            readonly object _gate = new();
            readonly List<int> _items = new();
            public void Add(int i) { lock (_gate) _items.Add(i); }
            public void Cut(int i) { lock (_gate) _items.Remove(i); }
            public void Wipe() { lock (_gate) _items.Clear(); }
            public int First() => [|_items|][0];
        }
        """);

    [Fact]
    public Task A_constructor_that_registers_its_object_is_over_for_what_follows() => Flags(
        """
        class Registry
        {
            private readonly List<Meter> _meters = [];
            private readonly Lock _gate = new();
            public void Add(Meter meter) { lock (_gate) _meters.Add(meter); }
        }
        class Meter
        {
            private readonly Lock _gate = new();
            private long _sum;
            public Meter(Registry registry)
            {
                _sum = 1;
                registry.Add(this);
                [|_sum|] = 2;
            }
            public void Count(long value) { lock (_gate) _sum += value; }
            public void Reset() { lock (_gate) _sum = 0; }
            public long Sum() { lock (_gate) return _sum; }
        }
        """);

    [Fact]
    public Task A_constructor_whose_object_is_only_looked_at_is_alone_with_it() => Ignores(
        """
        class Rules
        {
            public bool Accepts(Meter meter) => meter.GetHashCode() != 0;
        }
        class Meter
        {
            private readonly Lock _gate = new();
            private long _sum;
            public Meter(Rules rules)
            {
                if (!rules.Accepts(this)) throw new InvalidOperationException();
                GC.SuppressFinalize(this);
                _sum = 2;
            }
            public void Count(long value) { lock (_gate) _sum += value; }
            public void Reset() { lock (_gate) _sum = 0; }
            public long Sum() { lock (_gate) return _sum; }
        }
        """);

    [Fact]
    public Task A_semaphore_in_a_property_is_a_lock_like_one_in_a_field() => Flags(
        """
        class Stock
        {
            private SemaphoreSlim Gate { get; } = new(initialCount: 1, maxCount: 1);
            private int _items;
            public async Task AddAsync() { await Gate.WaitAsync(); try { _items++; } finally { Gate.Release(); } }
            public async Task TakeAsync() { await Gate.WaitAsync(); try { _items--; } finally { Gate.Release(); } }
            public int Count() { Gate.Wait(); try { return _items; } finally { Gate.Release(); } }
            public void Hit() { [|_items|]++; }
        }
        """);

    [Fact]
    public Task What_never_changes_about_a_guarded_collection_is_ignored() => Ignores(
        """
        class Names : IEnumerable<string>
        {
            private readonly List<string> _names = [];
            public bool IsReadOnly => ((ICollection<string>)_names).IsReadOnly;
            public bool IsSynchronized => ((System.Collections.ICollection)_names).IsSynchronized;
            public void Add(string name) { lock (_names) _names.Add(name); }
            public void Remove(string name) { lock (_names) _names.Remove(name); }
            public bool Has(string name) { lock (_names) return _names.Contains(name); }
            public IEnumerator<string> GetEnumerator() { lock (_names) return _names.ToList().GetEnumerator(); }
            System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
        }
        """);

    [Fact]
    public Task A_torn_read_of_what_all_writes_guard_is_suggested() => Flags(
        """
        class Account
        {
            private readonly object _gate = new();
            private decimal _total;
            private int _count;
            public void Pay(decimal amount) { lock (_gate) { {|#0:_total|} += amount; _count++; } }
            public void Refund(decimal amount) { lock (_gate) { _total -= amount; _count--; } }
            public decimal Total => [|_total|];
            public int Count => _count;
        }
        """,
        messages: ["'_total' is read here without '_gate', which 2 of its 3 accesses hold; 'Pay' writes it under the lock at line 6"],
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task The_field_behind_a_property_is_flagged_by_the_name_of_the_property() => Flags(
        """
        class Gauge
        {
            private readonly object _gate = new();
            public int Level
            {
                get { lock (_gate) { return field; } }
                set { lock (_gate) { if (value > field) field = value; } }
            }
            public bool IsSet { get; private set; }
            public int Peak
            {
                get { lock (_gate) { if ({|#0:field|} < 0) field = 0; return field; } }
                set { [|field|] = value; }
            }
            public void Raise() { lock (_gate) { IsSet = true; } }
        }
        """,
        messages: ["'Peak' is written here without '_gate', which 3 of its 4 accesses hold; 'Peak' reads it under the lock at line 12"]);

    [Fact]
    public Task A_property_whose_accessors_lock_may_be_used_anywhere_and_is_ignored() => Ignores(
        """
        class Gauge
        {
            private readonly object _gate = new();
            public int Level { get { lock (_gate) return field; } set { lock (_gate) field = value; } }
            public void Raise() { lock (_gate) { Level++; Level += 2; } }
            public void Reset() { Level = 0; }
        }
        """);
}
