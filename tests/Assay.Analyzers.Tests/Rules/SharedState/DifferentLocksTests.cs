using Assay.Analyzers.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class DifferentLocksTests : RuleTests<DifferentLocks>
{
    [Fact]
    public Task A_write_under_another_lock_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            private int _n;
            public void Add() { lock (_a) {|#0:_n|}++; }
            public int Get() { lock (_a) return _n; }
            public void Sub() { lock (_b) [|_n|]--; }
        }
        """,
        messages: ["'_n' is written here under '_b', but 'Add' writes it under '_a' at line 6: the two locks do not keep each other out"]);

    [Fact]
    public Task A_walk_under_another_lock_is_flagged() => Flags(
        """
        class C
        {
            private readonly Lock _a = new();
            private readonly object _b = new();
            private readonly List<int> _items = [];
            public void Add(int i) { lock (_a) _items.Add(i); }
            public void Cut(int i) { lock (_a) _items.Remove(i); }
            public int Sum() { lock (_b) return [|_items|].Sum(); }
        }
        """);

    [Fact]
    public Task A_plain_read_under_another_lock_is_a_suggestion() => Flags(
        """
        class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            private int _n;
            public void Add() { lock (_a) _n++; }
            public void Sub() { lock (_a) _n--; }
            public int Get() { lock (_b) return [|_n|]; }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task The_lock_of_an_instance_around_a_static_beside_the_static_lock_is_flagged() => Flags(
        """
        class C
        {
            private static readonly object s_a = new();
            private readonly object _b = new();
            private static int s_n;
            public void Add() { lock (s_a) s_n++; }
            public void Sub() { lock (s_a) s_n--; }
            public void Reset() { lock (_b) [|s_n|] = 0; }
        }
        """);

    [Fact]
    public Task A_semaphore_beside_a_lock_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _a = new();
            private readonly SemaphoreSlim _b = new(1, 1);
            private int _n;
            public void Add() { lock (_a) _n++; }
            public void Sub() { lock (_a) _n--; }
            public async Task ResetAsync() { await _b.WaitAsync(); try { [|_n|] = 0; } finally { _b.Release(); } }
        }
        """);

    [Fact]
    public Task A_synchronized_method_beside_a_private_lock_is_flagged() => Flags(
        """
        using System.Runtime.CompilerServices;
        class C
        {
            private readonly object _a = new();
            private int _n;
            public void Add() { lock (_a) _n++; }
            public void Sub() { lock (_a) _n--; }
            [MethodImpl(MethodImplOptions.Synchronized)] public void Reset() { [|_n|] = 0; }
        }
        """);

    [Fact]
    public Task A_helper_whose_only_caller_holds_the_other_lock_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            private int _n;
            public void Add() { lock (_a) _n++; }
            public void Sub() { lock (_a) _n--; }
            public void Reset() { lock (_b) Core(); }
            private void Core() { [|_n|] = 0; }
        }
        """);

    [Fact]
    public Task A_write_in_another_file_under_another_lock_is_flagged() => Flags(
        """
        partial class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            private int _n;
            public void Add() { lock (_a) {|#0:_n|}++; }
            public void Sub() { lock (_a) _n--; }
        }
        // ==== Other.cs
        partial class C
        {
            public void Reset() { lock (_b) [|_n|] = 0; }
        }
        """,
        messages: ["'_n' is written here under '_b', but 'Add' writes it under '_a' at line 6 of Test0.cs: the two locks do not keep each other out"]);

    [Fact]
    public Task A_writer_that_takes_both_locks_of_its_readers_is_ignored() => Ignores(
        """
        class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            private int _n;
            public void Add() { lock (_a) lock (_b) _n++; }
            public int Get() { lock (_a) return _n; }
            public int Peek() { lock (_b) return _n; }
            public int Look() { lock (_a) return _n; }
        }
        """);

    [Fact]
    public Task The_same_lock_of_each_object_is_ignored() => Ignores(
        """
        class Account
        {
            private readonly object _gate = new();
            private decimal _balance;
            public void Deposit(decimal amount) { lock (_gate) _balance += amount; }
            public static void Reset(Account other) { lock (other._gate) other._balance = 0; }
            public void Take(Account other) { lock (other._gate) { other._balance--; } lock (_gate) { _balance++; } }
        }
        """);

    [Fact]
    public Task Lock_this_and_synchronized_are_one_lock_and_ignored() => Ignores(
        """
        using System.Runtime.CompilerServices;
        class C
        {
            private int _n;
            public void Add() { lock (this) _n++; }
            public void Sub() { lock (this) _n--; }
            [MethodImpl(MethodImplOptions.Synchronized)] public void Reset() { _n = 0; }
        }
        """);

    [Fact]
    public Task Two_fields_with_a_lock_each_are_ignored() => Ignores(
        """
        class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            private int _n;
            private int _m;
            public void Add() { lock (_a) _n++; }
            public int Get() { lock (_a) return _n; }
            public void Sub() { lock (_b) _m++; }
            public int GetM() { lock (_b) return _m; }
        }
        """);

    [Fact]
    public Task Readers_and_writers_of_one_lock_are_ignored() => Ignores(
        """
        class C
        {
            private readonly ReaderWriterLockSlim _rw = new();
            private int _n;
            public void Add() { _rw.EnterWriteLock(); try { _n++; } finally { _rw.ExitWriteLock(); } }
            public int Get() { _rw.EnterReadLock(); try { return _n; } finally { _rw.ExitReadLock(); } }
        }
        """);

    [Fact]
    public Task A_collection_that_is_itself_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            private readonly Queue<int> _packets = new();
            private readonly object _other = new();
            public void Add(int i) { lock (_packets) _packets.Enqueue(i); }
            public int Take() { lock (_packets) return _packets.Dequeue(); }
            public void Twice(int i) { lock (_other) { lock (_packets) { _packets.Enqueue(i); _packets.Enqueue(i); } } }
        }
        """);

    [Fact]
    public Task Half_typed_code_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            private int _n;
            public void Add() { lock (_a) _n++; }
            public int Get() { lock (_a) return _n; }
            public void Sub() { lock (_b) [|_n|]--; Missing( }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task One_use_under_each_of_two_locks_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _reading = new();
            private readonly object _writing = new();
            private readonly Queue<int> _items = new();
            public void Put(int item) { lock (_writing) { {|#0:_items|}.Enqueue(item); } }
            public int Take() { lock (_reading) { return [|_items|].Dequeue(); } }
        }
        """);
}
