using Assay.Analyzers.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Semantics.SharedState;

/// <summary>Functions that only the compilation can call: what their callers in other types hold.</summary>
public sealed class OutsideCallerTests : RuleTests<UnguardedAccess>
{
    [Fact]
    public Task An_internal_function_whose_callers_hold_its_lock_is_ignored() => Ignores(
        """
        public class Store
        {
            internal readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            internal void Reset() { _n = 0; }
        }
        public class Night
        {
            public void Run(Store store) { lock (store._gate) store.Reset(); }
        }
        public class Day
        {
            readonly Store _store = new();
            public void Run() { lock (_store._gate) { _store.Reset(); } }
        }
        """);

    [Fact]
    public Task A_private_lock_of_all_callers_is_ignored() => Ignores(
        """
        internal class Store
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Reset() { _n = 0; }
        }
        public class Night
        {
            readonly object _door = new();
            readonly Store _store = new();
            public void Run() { lock (_door) _store.Reset(); }
            public void Walk() { lock (_door) Step(); }
            private void Step() { _store.Reset(); }
        }
        """);

    [Fact]
    public Task A_lock_behind_two_calls_is_ignored() => Ignores(
        """
        internal class Store
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Reset() { Clear(); }
            private void Clear() { _n = 0; }
        }
        internal class Shelf
        {
            readonly Store _store = new();
            public void Sweep() { _store.Reset(); }
        }
        public class Night
        {
            readonly SemaphoreSlim _door = new(1, 1);
            readonly Shelf _shelf = new();
            public async Task Run() { await _door.WaitAsync(); try { _shelf.Sweep(); } finally { _door.Release(); } }
        }
        """);

    [Fact]
    public Task One_caller_without_a_lock_is_flagged() => Flags(
        """
        internal class Store
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Reset() { [|_n|] = 0; }
        }
        public class Night
        {
            readonly object _door = new();
            readonly Store _store = new();
            public void Run() { lock (_door) _store.Reset(); }
            public void Walk() { _store.Reset(); }
        }
        """);

    [Fact]
    public Task A_public_function_of_a_public_type_is_flagged() => Flags(
        """
        public class Store
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Reset() { [|_n|] = 0; }
        }
        public class Night
        {
            readonly object _door = new();
            public void Run(Store store) { lock (_door) store.Reset(); }
        }
        """);

    [Fact]
    public Task A_function_called_through_a_public_interface_is_flagged() => Flags(
        """
        public interface IStore { void Reset(); }
        internal class Store : IStore
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Reset() { [|_n|] = 0; }
        }
        public class Night
        {
            readonly object _door = new();
            readonly Store _store = new();
            public void Run() { lock (_door) _store.Reset(); }
        }
        """);

    [Fact]
    public Task A_function_called_through_an_internal_interface_under_a_lock_is_ignored() => Ignores(
        """
        internal interface IStore { void Reset(); }
        internal class Store : IStore
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Reset() { _n = 0; }
        }
        public class Night
        {
            readonly object _door = new();
            readonly IStore _store = new Store();
            public void Run() { lock (_door) _store.Reset(); }
        }
        """);

    [Fact]
    public Task A_function_handed_out_as_a_delegate_is_flagged() => Flags(
        """
        internal class Store
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Reset() { [|_n|] = 0; }
        }
        public class Night
        {
            readonly object _door = new();
            readonly Store _store = new();
            public Action Run() { lock (_door) { _store.Reset(); return _store.Reset; } }
        }
        """);

    [Fact]
    public Task A_call_on_another_thread_started_under_a_lock_is_flagged() => Flags(
        """
        internal class Store
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Reset() { [|_n|] = 0; }
        }
        public class Night
        {
            readonly object _door = new();
            readonly Store _store = new();
            public void Run() { lock (_door) Task.Run(() => _store.Reset()); }
        }
        """);

    [Fact]
    public Task Another_object_locked_by_the_caller_does_not_prove_the_lock_and_is_ignored_for_the_doubt() => Ignores(
        """
        public class Store
        {
            internal readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            internal void Reset() { _n = 0; }
        }
        public class Night
        {
            public void Run(Store store, Store other) { lock (other._gate) store.Reset(); }
        }
        """);

    [Fact]
    public Task A_lock_that_all_callers_hold_counts_for_the_guard_and_the_bare_access_is_flagged() => Flags(
        """
        public class Store
        {
            internal readonly object _gate = new();
            int _n;
            internal void Add() { _n++; }
            internal void Sub() { _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Reset() { [|_n|] = 0; }
        }
        public class Night
        {
            public void Run(Store store) { lock (store._gate) { store.Add(); store.Sub(); } }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Friends_may_call_without_the_lock_so_that_it_is_not_proven_and_is_ignored() => Ignores(
        """
        [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("Friend")]
        public class Store
        {
            internal readonly object _gate = new();
            int _n;
            internal void Add() { _n++; }
            internal void Sub() { _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Reset() { _n = 0; }
        }
        public class Night
        {
            public void Run(Store store) { lock (store._gate) { store.Add(); store.Sub(); } }
        }
        """);

    [Fact]
    public Task Calls_from_a_constructor_do_not_count_and_the_locked_one_is_ignored() => Ignores(
        """
        internal class Store
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Reset() { _n = 0; }
        }
        public class Night
        {
            readonly object _door = new();
            readonly Store _store = new();
            public Night() { _store.Reset(); }
            public void Run() { lock (_door) _store.Reset(); }
        }
        """);

    [Fact]
    public Task Functions_that_call_each_other_end_and_are_flagged() => Flags(
        """
        internal class Store
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Reset(int i) { [|_n|] = 0; if (i > 0) new Night(this).Run(i - 1); }
        }
        internal class Night(Store store)
        {
            public void Run(int i) => store.Reset(i);
        }
        """);

    [Fact]
    public Task A_lock_of_each_caller_does_not_guard_what_is_static_and_the_access_is_flagged() => Flags(
        """
        internal static class Store
        {
            static readonly object s_gate = new();
            static int s_n;
            public static void Add() { lock (s_gate) s_n++; }
            public static void Sub() { lock (s_gate) s_n--; }
            public static int Get() { lock (s_gate) return s_n; }
            public static void Reset() { [|s_n|] = 0; }
        }
        public class Night
        {
            readonly object _door = new();
            public void Run() { lock (_door) Store.Reset(); }
        }
        """);

    [Fact]
    public Task A_static_lock_of_all_callers_guards_what_is_static_and_is_ignored() => Ignores(
        """
        internal static class Store
        {
            static readonly object s_gate = new();
            static int s_n;
            public static void Add() { lock (s_gate) s_n++; }
            public static void Sub() { lock (s_gate) s_n--; }
            public static int Get() { lock (s_gate) return s_n; }
            public static void Reset() { s_n = 0; }
        }
        public class Night
        {
            static readonly object s_door = new();
            public void Run() { lock (s_door) Store.Reset(); }
        }
        """);
}
