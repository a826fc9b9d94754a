using Assay.Analyzers.Rules.SharedState;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Semantics.SharedState;

/// <summary>Correct code that looks like a race: what the engine has to see through.</summary>
public sealed class GuardTrapTests : RuleTests<UnguardedAccess>
{
    [Fact]
    public Task The_constructor_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public C() { _n = 5; }
        }
        """);

    [Fact]
    public Task An_initialiser_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n = 4;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public int Zero() => 0;
        }
        """);

    [Fact]
    public Task An_object_initialiser_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public static C Make() => new() { _n = 3 };
        }
        """);

    [Fact]
    public Task A_fresh_object_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public static C Make() { var c = new C(); c._n = 3; return c; }
        }
        """);

    [Fact]
    public Task A_private_function_called_under_the_lock_is_ignored() => Ignores(
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
    public Task A_private_function_two_calls_below_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { lock (_gate) Do(); }
            private void Do() { Deeper(); }
            private void Deeper() { _n = 1; }
        }
        """);

    [Fact]
    public Task A_recursive_private_function_under_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { lock (_gate) Do(3); }
            private void Do(int i) { _n = 1; if (i > 0) Do(i - 1); }
        }
        """);

    [Fact]
    public Task A_private_property_read_under_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public int Hit() { lock (_gate) return Twice; }
            private int Twice { get { _n++; return _n; } }
        }
        """);

    [Fact]
    public Task A_private_function_of_the_constructor_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public C() { Do(); }
            private void Do() { _n = 1; }
        }
        """);

    [Fact]
    public Task A_private_function_of_constructor_and_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public C() { Do(); }
            public void Hit() { lock (_gate) Do(); }
            private void Do() { _n = 1; }
        }
        """);

    [Fact]
    public Task A_private_function_locked_by_some_callers_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { lock (_gate) Do(); }
            public void Other() { Do(); }
            private void Do() { _n = 1; }
        }
        """);

    [Fact]
    public Task A_private_function_nobody_calls_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            private void Do() { _n = 1; }
        }
        """);

    [Fact]
    public Task A_private_function_handed_to_unknown_code_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit(Action<Action> run) { run(Do); }
            private void Do() { _n = 1; }
        }
        """);

    [Fact]
    public Task A_local_function_called_under_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { lock (_gate) { Do(); void Do() { _n = 1; } } }
        }
        """);

    [Fact]
    public Task A_lambda_run_at_once_under_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit(List<int> xs) { lock (_gate) xs.ForEach(x => _n = x); }
        }
        """);

    [Fact]
    public Task A_lambda_of_unknown_use_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public Action Hit() => () => _n = 1;
        }
        """);

    [Fact]
    public Task A_task_that_locks_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { Task.Run(() => { lock (_gate) _n = 1; }); }
        }
        """);

    [Fact]
    public Task A_volatile_field_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            volatile int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { _n = 1; }
        }
        """);

    [Fact]
    public Task A_field_that_Interlocked_touches_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { Interlocked.Increment(ref _n); }
            public void Reset() { _n = 0; }
        }
        """);

    [Fact]
    public Task A_field_read_by_Volatile_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public int Peek() => Volatile.Read(ref _n);
            public void Reset() { _n = 0; }
        }
        """);

    [Fact]
    public Task A_finalizer_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            ~C() { _n = 0; }
        }
        """);

    [Fact]
    public Task ToString_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public override string ToString() => $"{_n++}";
        }
        """);

    [Fact]
    public Task A_remark_on_the_function_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            // The caller holds the lock.
            internal void Hit() { _n = 1; }
        }
        """);

    [Fact]
    public Task A_remark_on_the_statement_is_ignored() => Ignores(
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
                // A race here is harmless.
                _n = 1;
            }
        }
        """);

    [Fact]
    public Task A_remark_behind_the_statement_is_ignored() => Ignores(
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
                _n = 1; // benign race
            }
        }
        """);

    [Fact]
    public Task An_internal_function_named_for_its_callers_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            internal void HitLocked() { _n = 1; }
        }
        """);

    [Fact]
    public Task A_protected_override_is_ignored() => Ignores(
        """
        class B { protected virtual void OnHit() { } }
        class C : B
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            protected override void OnHit() { _n = 1; }
        }
        """);

    [Fact]
    public Task A_using_of_an_unknown_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public IDisposable EnterLock() => null!;
            public void Hit() { using (EnterLock()) _n = 1; }
        }
        """);

    [Fact]
    public Task A_lock_on_a_returned_object_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public object Pick() => _gate;
            public void Hit() { lock (Pick()) _n = 1; }
        }
        """);

    [Fact]
    public Task A_try_enter_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { if (Monitor.TryEnter(_gate)) { try { _n = 1; } finally { Monitor.Exit(_gate); } } }
        }
        """);

    [Fact]
    public Task A_try_enter_with_early_return_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { if (!Monitor.TryEnter(_gate)) return; try { _n = 1; } finally { Monitor.Exit(_gate); } }
        }
        """);

    [Fact]
    public Task An_enter_and_exit_without_try_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { Monitor.Enter(_gate); _n = 1; Monitor.Exit(_gate); }
        }
        """);

    [Fact]
    public Task Acquire_and_release_in_two_functions_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Enter() { Monitor.Enter(_gate); }
            public void Exit() { Monitor.Exit(_gate); }
            public void Hit() { Enter(); _n = 1; Exit(); }
        }
        """);

    [Fact]
    public Task An_assertion_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { System.Diagnostics.Debug.Assert(_n++ > 0); }
        }
        """);

    [Fact]
    public Task A_synchronized_method_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.Synchronized)]
            public void Hit() { _n = 1; }
        }
        """);

    [Fact]
    public Task A_protected_function_that_the_type_calls_under_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { lock (_gate) Do(); }
            protected virtual void Do() { _n = 1; }
        }
        """);

    [Fact]
    public Task A_protected_function_two_calls_below_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { lock (_gate) Do(); }
            protected virtual void Do() { Deeper(); }
            protected internal virtual void Deeper() { _n = 1; }
        }
        """);

    [Fact]
    public Task A_function_told_that_the_lock_is_held_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit(bool gateHeld) { if (!gateHeld) throw new InvalidOperationException(); _n = 1; }
        }
        """);

    [Fact]
    public Task A_function_that_asserts_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { if (!Monitor.IsEntered(_gate)) throw new InvalidOperationException(); _n = 1; }
        }
        """);

    [Fact]
    public Task A_reset_for_tests_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            internal void ResetForTests() { _n = 1; }
        }
        """);

    [Fact]
    public Task A_list_filled_once_by_its_initialiser_is_ignored() => Ignores(
        """
        class C
        {
            static readonly object s_gate = new();
            static readonly List<int> s_items = new();
            public static void EnsureInitialized() { lock (s_gate) { if (s_items.Count > 0) return; s_items.Add(1); s_items.Add(2); s_items.Add(3); } }
            public static int First() { EnsureInitialized(); return s_items[0]; }
        }
        """);

    [Fact]
    public Task nameof_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public string Name() => nameof(_n);
        }
        """);

    [Fact]
    public Task An_access_under_another_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            readonly object _other = new();
            public void Hit() { lock (_other) _n = 1; }
        }
        """);

    [Fact]
    public Task An_access_to_another_object_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public static void Copy(C a, C b) { a._n = b._n; }
        }
        """);

    [Fact]
    public Task A_minority_that_holds_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void X() { _n = 1; }
            public void Y() { _n = 2; }
            public void Z() { _n = 3; }
        }
        """);

    [Fact]
    public Task A_field_that_is_only_read_under_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n = 3;
            public int A() { lock (_gate) return _n; }
            public int B() { lock (_gate) return _n; }
            public int D() { lock (_gate) return _n; }
            public int Peek() => _n;
        }
        """);

    [Fact]
    public Task A_double_checked_creation_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            object? _made;
            public object Get()
            {
                if (_made is null)
                {
                    lock (_gate)
                    {
                        if (_made is null)
                            _made = new object();
                    }
                }
                return _made;
            }
            public void Reset() { lock (_gate) _made = null; }
        }
        """);

    [Fact]
    public Task A_snapshot_that_is_swapped_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            List<int> _items = new();
            public void Add(int i) { lock (_gate) { var copy = new List<int>(_items); copy.Add(i); _items = copy; } }
            public void Cut(int i) { lock (_gate) { var copy = new List<int>(_items); copy.Remove(i); _items = copy; } }
            int[] _all = [];
            public void Grow(int i) { lock (_gate) _all = [.. _all, i]; }
            public void Shrink() { lock (_gate) _all = [.. _all.Skip(1)]; }
            public int Sum() => _all.Sum();
        }
        """);

    [Fact]
    public Task A_delegate_field_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            Action? _done;
            public void Add(Action a) { lock (_gate) _done += a; }
            public void Cut(Action a) { lock (_gate) _done -= a; }
            public void Wipe() { lock (_gate) _done = null; }
            public void Raise() { _done?.Invoke(); }
        }
        """);

    [Fact]
    public Task An_instance_lock_over_a_static_field_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            static int s_n;
            public void Add() { lock (_gate) s_n++; }
            public void Sub() { lock (_gate) s_n--; }
            public int Get() { lock (_gate) return s_n; }
            public void Hit() { s_n++; }
        }
        """);

    [Fact]
    public Task A_thread_static_field_is_ignored() => Ignores(
        """
        class C
        {
            static readonly object s_gate = new();
            [ThreadStatic] static int s_n;
            public void Add() { lock (s_gate) s_n++; }
            public void Sub() { lock (s_gate) s_n--; }
            public int Get() { lock (s_gate) return s_n; }
            public void Hit() { s_n++; }
        }
        """);

    [Fact]
    public Task A_lock_that_is_replaced_is_ignored() => Ignores(
        """
        class C
        {
            object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Swap() { _gate = new(); }
            public void Hit() { _n++; }
        }
        """);

    [Fact]
    public Task A_semaphore_that_lets_several_in_is_ignored() => Ignores(
        """
        class C
        {
            readonly SemaphoreSlim _gate = new(3);
            int _n;
            public async Task Add() { await _gate.WaitAsync(); try { _n++; } finally { _gate.Release(); } }
            public async Task Sub() { await _gate.WaitAsync(); try { _n--; } finally { _gate.Release(); } }
            public async Task<int> Get() { await _gate.WaitAsync(); try { return _n; } finally { _gate.Release(); } }
            public void Hit() { _n++; }
        }
        """);

    [Fact]
    public Task A_semaphore_of_unknown_count_is_ignored() => Ignores(
        """
        class C(SemaphoreSlim gate)
        {
            readonly SemaphoreSlim _gate = gate;
            int _n;
            public async Task Add() { await _gate.WaitAsync(); try { _n++; } finally { _gate.Release(); } }
            public async Task Sub() { await _gate.WaitAsync(); try { _n--; } finally { _gate.Release(); } }
            public void Hit() { _n++; }
        }
        """);

    [Fact]
    public Task A_lock_class_of_the_project_is_ignored() => Ignores(
        """
        class AsyncLock { public IDisposable Take() => null!; }
        class C
        {
            readonly AsyncLock _slow = new();
            readonly object _gate = new();
            int _n;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public void Hit() { using (_slow.Take()) _n++; }
        }
        """);

    [Fact]
    public Task A_concurrent_collection_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            readonly System.Collections.Concurrent.ConcurrentDictionary<int, int> _items = new();
            public void Add(int i) { lock (_gate) _items[i] = i; }
            public void Cut(int i) { lock (_gate) _items.TryRemove(i, out _); }
            public void Wipe() { lock (_gate) _items.Clear(); }
            public void Hit() { _items.TryAdd(1, 1); }
        }
        """);
}
