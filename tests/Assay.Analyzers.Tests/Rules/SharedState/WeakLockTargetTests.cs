using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class WeakLockTargetTests : RuleTests<WeakLockTarget, WeakLockTargetFix>
{
    [Fact]
    public Task Locking_this_of_a_visible_type_is_flagged() => Flags(
        """
        public class OrderBook
        {
            int _count;
            public void Add() { lock ([|this|]) { _count++; } }
            public void AddLater() { Action a = () => { lock ([|this|]) { _count++; } }; a(); }
            public void Enter()
            {
                var taken = false;
                try { Monitor.Enter([|this|], ref taken); _count++; }
                finally { if (taken) Monitor.Exit(this); }
            }
            public bool Try() => Monitor.TryEnter([|this|], 10);
            protected class Part { public void M() { lock ([|this|]) { } } }
        }
        """,
        messages:
        [
            .. Enumerable.Repeat("The lock on 'this' is weak: any code that holds this 'OrderBook' can lock it too, and then blocks this code or deadlocks with it", 4),
            "The lock on 'this' is weak: any code that holds this 'Part' can lock it too, and then blocks this code or deadlocks with it",
        ]);

    [Fact]
    public Task Locking_this_of_a_type_that_only_this_assembly_can_hold_is_ignored() => Ignores(
        """
        internal class Counter { int _n; void M() { lock (this) { _n++; } } }
        public class Outer
        {
            private class Inner { void M() { lock (this) { } } }
            private protected class Inner2 { void M() { lock (this) { } } }
        }
        internal class Wide { public class Inner { void M() { lock (this) { } } } }
        """);

    [Fact]
    public Task Locking_a_type_object_is_flagged() => Flags(
        """
        using System.Reflection;
        class C
        {
            static readonly Type s_type = typeof(C);
            readonly object _boxOfType = typeof(C);
            void M(ParameterInfo parameter, MethodInfo method, Assembly assembly)
            {
                lock ([|typeof(C)|]) { }
                lock ([|typeof(List<>)|]) { }
                lock ([|GetType()|]) { }
                lock ([|s_type|]) { }
                lock ([|_boxOfType|]) { }
                lock ([|parameter|]) { }
                lock ([|method|]) { }
                lock ([|assembly|]) { }
                lock ([|Thread.CurrentThread|]) { }
            }
        }
        """);

    [Fact]
    public Task The_message_for_a_type_object_says_who_shares_it() => Flags(
        "class C { void M() { lock ([|typeof(C)|]) { } } }",
        messages: ["The lock on 'typeof(C)' is weak: the whole process shares this Type object, so unrelated code can hold the lock"]);

    [Fact]
    public Task Locking_the_type_object_of_a_private_type_is_a_suggestion() => Flags(
        "class C { private class Gate; void M() { lock ([|typeof(Gate)|]) { } } }",
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Locking_a_string_is_flagged() => Flags(
        """
        class C
        {
            const string Name = "gate";
            readonly string _key = Guid.NewGuid().ToString();
            readonly object _gate = "gate";
            void M(string account)
            {
                lock ([|"gate"|]) { }
                lock ([|Name|]) { }
                lock ([|_key|]) { }
                lock ([|account|]) { }
                lock ([|string.Intern(account)|]) { }
                lock ([|(object)$"order-{account}"|]) { }
                lock ([|_gate|]) { }
            }
        }
        """);

    [Fact]
    public Task Locking_a_boxed_value_is_flagged() => Flags(
        """
        struct Point { void M() { Monitor.Enter([|this|]); } }
        class C
        {
            int _state;
            readonly Guid _id = Guid.NewGuid();
            void M(DayOfWeek day)
            {
                Monitor.Enter([|_state|]);
                Monitor.TryEnter([|_id|]);
                lock ([|(object)day|]) { }
                lock ([|(IComparable)1|]) { }
            }
            void N<T>(T value) where T : struct { lock ([|(object)value|]) { } }
        }
        """);

    [Fact]
    public Task Locking_a_fresh_object_is_flagged() => Flags(
        """
        class C
        {
            object Gate => new object();
            object Other { get { return new(); } }
            static object Make() => new();
            void M<T>() where T : class, new()
            {
                lock ([|new object()|]) { }
                lock ([|new int[1]|]) { }
                lock ([|new { A = 1 }|]) { }
                lock ([|new T()|]) { }
                lock ([|Gate|]) { }
                lock ([|this.Other|]) { }
                lock ([|Make()|]) { }
            }
        }
        """);

    [Fact]
    public Task Locking_a_local_object_that_never_leaves_the_call_is_flagged() => Flags(
        """
        class C
        {
            int _n;
            void M()
            {
                var gate = {|#0:new object()|};
                lock ([|gate|]) { _n++; }
                lock ([|gate|]) { _n--; }
            }
            async Task N()
            {
                object boxed = {|#1:5|};
                await Task.Yield();
                lock ([|boxed|]) { _n++; }
            }
            void O()
            {
                var list = {|#2:new List<int>()|};
                lock ([|list|]) { list.Add(1); _n = list.Count; }
            }
            void P() => Parallel.For(0, 10, i =>
            {
                var gate = {|#3:new object()|};
                lock ([|gate|]) { _n++; }
            });
        }
        """,
        messages:
        [
            "The lock on 'gate' is weak: every call creates its own object at line 6 and no other thread sees it, so nothing is excluded",
            "The lock on 'gate' is weak: every call creates its own object at line 6 and no other thread sees it, so nothing is excluded",
            "The lock on 'boxed' is weak: every call creates its own object at line 12 and no other thread sees it, so nothing is excluded",
            "The lock on 'list' is weak: every call creates its own object at line 18 and no other thread sees it, so nothing is excluded",
            "The lock on 'gate' is weak: every call creates its own object at line 23 and no other thread sees it, so nothing is excluded",
        ]);

    [Fact]
    public Task A_local_object_that_other_threads_can_see_is_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        class Worker { public void Start() { } }
        class C
        {
            readonly ConcurrentDictionary<int, object> _gates = new();
            object? _last;
            int _n;
            void Captured()
            {
                var gate = new object();
                Parallel.For(0, 10, i => { lock (gate) { _n++; } });
            }
            void CapturedByLocalFunction()
            {
                var gate = new object();
                Parallel.For(0, 10, Add);
                void Add(int i) { lock (gate) { _n++; } }
            }
            void Stored() { var gate = new object(); _last = gate; lock (gate) { _n++; } }
            void Kept(int id) { var gate = new object(); _gates[id] = gate; lock (gate) { _n++; } }
            void GotOrAdded(int id) { var gate = _gates.GetOrAdd(id, _ => new object()); lock (gate) { _n++; } }
            object Returned() { var gate = new object(); lock (gate) { _n++; } return gate; }
            void Waits() { var worker = new Worker(); worker.Start(); lock (worker) { Monitor.Wait(worker); } }
        }
        """);

    [Fact]
    public Task Locking_a_field_that_is_reassigned_is_flagged() => Flags(
        """
        class C
        {
            List<int> _items = new();
            static object? s_gate;
            object _next = new();
            object Gate { get; set; } = new();
            event Action? Changed;
            void Add(int n) { lock ([|_items|]) { _items.Add(n); } }
            void Reset() { lock ([|_items|]) { {|#0:_items|} = new(); } }
            static void Lazy() { {|#1:s_gate|} ??= new object(); lock ([|s_gate|]) { } }
            void Swap(object other) { (other, {|#2:this._next|}) = (_next, other); lock ([|_next|]) { } }
            void Replace() { {|#3:Gate|} = new(); lock ([|Gate|]) { } }
            void Raise() { lock ([|Changed|]!) { Changed(); } }
        }
        """,
        messages:
        [
            "The lock on '_items' is weak: '_items' is given another object at line 9, so two threads can hold the lock at once",
            "The lock on '_items' is weak: '_items' is given another object at line 9, so two threads can hold the lock at once",
            "The lock on 's_gate' is weak: 's_gate' is given another object at line 10, so two threads can hold the lock at once",
            "The lock on '_next' is weak: '_next' is given another object at line 11, so two threads can hold the lock at once",
            "The lock on 'Gate' is weak: 'Gate' is given another object at line 12, so two threads can hold the lock at once",
            "The lock on 'Changed' is weak: 'Changed' is another object after every subscription, so two threads can hold the lock at once",
        ]);

    [Fact]
    public Task A_field_reassigned_in_another_part_of_the_type_is_flagged() => Flags(
        """
        partial class C
        {
            object _gate = new();
            void M() { lock ([|_gate|]) { } }
        }
        // ==== Other.cs
        partial class C
        {
            void Shadowed(object _gate) { _gate = new(); }
            void Reset() { _gate = new(); }
        }
        """);

    [Fact]
    public Task A_writable_field_that_nothing_reassigns_is_a_suggestion() => Flags(
        """
        class C
        {
            private object _gate = new();
            private static object s_gate;
            private object _built;
            private object _components;
            public object Open { get; private set; } = new();
            static C() { s_gate = new(); }
            public C() { _built = new(); Initialize(); }
            [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_components))]
            private void Initialize() { _components = new(); }
            void M()
            {
                lock ([|_gate|]) { }
                lock ([|s_gate|]) { }
                lock ([|_built|]) { }
                lock ([|_components|]) { }
                lock ([|Open|]) { }
            }
        }
        """,
        severity: DiagnosticSeverity.Info,
        messages:
        [
            "The lock on '_gate' is weak: nothing keeps '_gate' from being given another object while a thread holds the lock",
            "The lock on 's_gate' is weak: nothing keeps 's_gate' from being given another object while a thread holds the lock",
            "The lock on '_built' is weak: nothing keeps '_built' from being given another object while a thread holds the lock",
            "The lock on '_components' is weak: nothing keeps '_components' from being given another object while a thread holds the lock",
            "The lock on 'Open' is weak: nothing keeps 'Open' from being given another object while a thread holds the lock",
        ]);

    [Fact]
    public Task A_field_that_gets_its_only_object_late_is_a_suggestion() => Flags(
        """
        class C
        {
            private Dictionary<int, string>? _index;
            private object? _gate;
            private object? _built;
            public void Open() { {|#0:_index|} = new(); }
            public void Close() { _index = null; }
            void Use() { lock ([|_index!|]) { } lock ([|_gate!|]) { } }
            void Lazy() { lock (this) { {|#1:_gate|} ??= new object(); } }
            protected void Setup() => {|#2:_built|} = new();
            void Built() { lock ([|_built!|]) { } }
        }
        """.Replace("!|]", "|]!"),
        severity: DiagnosticSeverity.Info,
        messages:
        [
            "The lock on '_index' is weak: '_index' gets its object only at line 6, and a second run of that line gives it another",
            "The lock on '_gate' is weak: '_gate' gets its object only at line 9, and a second run of that line gives it another",
            "The lock on '_built' is weak: '_built' gets its object only at line 10, and a second run of that line gives it another",
        ]);

    [Fact]
    public Task A_field_created_once_by_compare_exchange_is_a_suggestion_only() => Flags(
        """
        class C
        {
            private object? _sync;
            private object? _lazy;
            object Sync
            {
                get
                {
                    if (_sync == null) Interlocked.CompareExchange(ref _sync, new object(), null);
                    return _sync;
                }
            }
            void M()
            {
                lock (Sync) { }
                LazyInitializer.EnsureInitialized(ref _lazy);
                lock ([|_lazy|]) { }
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_Lock_locked_as_an_object_is_flagged() => Flags(
        """
        #pragma warning disable CS9216
        class C
        {
            readonly Lock _gate = new();
            void M()
            {
                lock ([|(object)_gate|]) { }
                Monitor.Enter([|_gate|]);
                lock (_gate) { }
                using (_gate.EnterScope()) { }
            }
        }
        """,
        messages: [.. new[] { "(object)_gate", "_gate" }.Select(t => $"The lock on '{t}' is weak: converted to another type the Lock is locked as a plain object, and code that enters the Lock itself is not excluded")]);

    [Fact]
    public Task A_synchronized_method_is_flagged_at_its_attribute() => Flags(
        """
        using System.Runtime.CompilerServices;
        public class C
        {
            int _n;
            [[|MethodImpl(MethodImplOptions.Synchronized)|]]
            public void M() => _n++;
            [[|MethodImpl(MethodImplOptions.Synchronized | MethodImplOptions.NoInlining)|]]
            public static void S() { }
            public int P { [[|MethodImplAttribute(MethodImplOptions.Synchronized)|]] get => _n; }
            [MethodImpl(MethodImplOptions.NoInlining)]
            public void N() => _n++;
        }
        class Closed
        {
            int _n;
            [MethodImpl(MethodImplOptions.Synchronized)]
            public void M() => _n++;
        }
        """,
        messages:
        [
            "The lock on 'this' is weak: any code that holds this 'C' can lock it too, and then blocks this code or deadlocks with it",
            "The lock on 'typeof(C)' is weak: the whole process shares this Type object, so unrelated code can hold the lock",
            "The lock on 'this' is weak: any code that holds this 'C' can lock it too, and then blocks this code or deadlocks with it",
        ]);

    [Fact]
    public Task A_private_readonly_object_is_ignored() => Ignores(
        """
        using System.Collections;
        public class C(object shared)
        {
            private readonly object _gate = new();
            private readonly object _boxed = 5;
            private static readonly object s_gate = new();
            private readonly Lock _lock = new();
            private readonly List<int> _items = [];
            private readonly Stream _stream = Stream.Null;
            public object SyncRoot { get; } = new();
            public object Fixed { get; init; } = new();
            private object Same => _gate;
            void M(ICollection collection, object parameter, C other, Dictionary<int, object> gates)
            {
                lock (_gate) { }
                lock (_boxed) { }
                lock (s_gate) { }
                lock (_lock) { }
                lock (_items) { }
                lock (_stream) { }
                lock (SyncRoot) { }
                lock (Fixed) { }
                lock (Same) { }
                lock (collection.SyncRoot) { }
                lock (((ICollection)_items).SyncRoot) { }
                lock (parameter) { }
                lock (other) { }
                lock (other._gate) { }
                lock (gates[1]) { }
                lock (shared) { }
                Monitor.Exit(this);
                Monitor.PulseAll(typeof(C));
            }
            void N<T>(T value) where T : class { lock (value) { } }
        }
        """);

    [Fact]
    public Task A_field_that_gets_back_what_was_taken_from_it_is_a_suggestion_and_is_flagged() => Flags(
        """
        interface ITranslator { void Translate(ref IDictionary<int, string> map); }
        class Results
        {
            private Dictionary<int, string> _results = new();
            public string? Find(int id) { lock ([|_results|]) return _results.GetValueOrDefault(id); }
            public void Translate(ITranslator translator)
            {
                IDictionary<int, string> results = _results;
                translator.Translate(ref results);
                _results = (Dictionary<int, string>)results;
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_field_that_gets_another_object_through_a_local_is_flagged() => Flags(
        """
        class Results
        {
            private Dictionary<int, string> _results = new();
            public string? Find(int id) { lock ([|_results|]) return _results.GetValueOrDefault(id); }
            public void Clear()
            {
                var results = _results;
                results = new();
                _results = results;
            }
        }
        """,
        severity: DiagnosticSeverity.Warning);

    [Fact]
    public Task A_builder_of_emitted_code_is_ignored() => Ignores(
        """
        using System.Reflection.Emit;
        class C
        {
            readonly AssemblyBuilder _assembly = AssemblyBuilder.DefineDynamicAssembly(new("Proxies"), AssemblyBuilderAccess.Run);
            void M() { lock (_assembly) { } }
        }
        """);

    [Fact]
    public Task Members_that_may_return_anything_are_ignored() => Ignores(
        """
        abstract class Base
        {
            protected virtual object Gate => new object();
            protected abstract object Sync { get; set; }
            object? _cached;
            object Lazy => _cached ??= new object();
            object Make() { var gate = new object(); return gate; }
            void M() { lock (Gate) { } lock (Sync) { } lock (Lazy) { } lock (Make()) { } }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        public class C
        {
            void M() { lock () { } lock (missing) { } lock (this.) { } Monitor.Enter(); Monitor.Enter(missing); lock (new Missing().Gate) { } }
            [System.Runtime.CompilerServices.MethodImpl(] void N() { }
        """,
        allowErrors: true);

    [Fact]
    public Task All_locks_on_this_become_locks_on_one_Lock() => Fixes(
        """
        public class OrderBook
        {
            // How many orders there are.
            int _count;

            public void Add() { lock ([|this|]) { _count++; } }

            public void Remove()
            {
                // Another thread may add.
                lock ([|this|] /* whole book */)
                {
                    _count--;
                }
            }
        }
        """,
        """
        public class OrderBook
        {
            private readonly Lock _gate = new();
            // How many orders there are.
            int _count;

            public void Add() { lock (_gate) { _count++; } }

            public void Remove()
            {
                // Another thread may add.
                lock (_gate /* whole book */)
                {
                    _count--;
                }
            }
        }
        """,
        title: "Lock a private object");

    [Fact]
    public Task Locks_in_all_parts_of_a_type_become_locks_on_one_object() => Fixes(
        """
        public partial class C
        {
            void M()
            {
                lock ([|this|]) { Monitor.PulseAll(this); }
            }
        }
        // ==== Other.cs
        partial class C
        {
            void N()
            {
                Monitor.Enter([|this|]);
                try { Monitor.Wait(this); }
                finally { Monitor.Exit(this); }
            }
        }
        """,
        """
        public partial class C
        {
            private readonly object _gate = new();

            void M()
            {
                lock (_gate) { Monitor.PulseAll(_gate); }
            }
        }
        // ==== Other.cs
        partial class C
        {
            void N()
            {
                Monitor.Enter(_gate);
                try { Monitor.Wait(_gate); }
                finally { Monitor.Exit(_gate); }
            }
        }
        """);

    [Fact]
    public Task A_lock_on_the_type_becomes_a_static_gate() => Fixes(
        """
        namespace Shop;

        internal static class Registry
        {
            static int s_count;

            public static void Add()
            {
                lock ([|typeof(Registry)|])
                {
                    s_count++;
                }
            }
        }

        internal class Other
        {
            static int _count;

            void Add()
            {
                lock ([|typeof(Other)|])
                    _count++;
            }
        }
        """,
        """
        namespace Shop;

        internal static class Registry
        {
            private static readonly Lock s_gate = new();
            static int s_count;

            public static void Add()
            {
                lock (s_gate)
                {
                    s_count++;
                }
            }
        }

        internal class Other
        {
            private static readonly Lock _gate = new();
            static int _count;

            void Add()
            {
                lock (_gate)
                    _count++;
            }
        }
        """);

    [Fact]
    public Task A_string_constant_or_fresh_object_or_own_local_becomes_a_gate() => Fixes(
        """
        class Text
        {
            int _n;

            void M() { lock ([|"n"|]) { _n++; } }
        }

        class Fresh
        {
            int _n;

            void M() { lock ([|new object()|]) { _n++; } }
        }

        class Local
        {
            int _n;

            void M()
            {
                var gate = new object();
                lock ([|gate|]) { _n++; }
                lock ([|gate|]) { _n--; }
            }
        }
        """,
        """
        class Text
        {
            private static readonly Lock _gate = new();
            int _n;

            void M() { lock (_gate) { _n++; } }
        }

        class Fresh
        {
            private readonly Lock _gate = new();
            int _n;

            void M() { lock (_gate) { _n++; } }
        }

        class Local
        {
            private readonly Lock _gate = new();
            int _n;

            void M()
            {
                lock (_gate) { _n++; }
                lock (_gate) { _n--; }
            }
        }
        """);

    [Fact]
    public Task A_lock_on_a_replaced_collection_becomes_a_gate() => Fixes(
        """
        class C
        {
            private List<int> _items = new();

            void Add(int n) { lock ([|_items|]) { _items.Add(n); } }

            void Take(C other)
            {
                lock ([|other._items|])
                {
                    _items = other._items;
                }
            }
        }
        """,
        """
        class C
        {
            private readonly Lock _gate = new();
            private List<int> _items = new();

            void Add(int n) { lock (_gate) { _items.Add(n); } }

            void Take(C other)
            {
                lock (other._gate)
                {
                    _items = other._items;
                }
            }
        }
        """);

    [Fact]
    public Task A_field_that_is_only_set_where_it_is_built_becomes_readonly() => Fixes(
        """
        class C
        {
            private object _gate = new();
            // Shared by all.
            static object s_gate = new();
            private object _built;

            public C() => _built = new();

            void M()
            {
                lock ([|_gate|]) { }
                lock ([|s_gate|]) { }
                lock ([|_built|]) { }
            }
        }
        """,
        """
        class C
        {
            private readonly object _gate = new();
            // Shared by all.
            static readonly object s_gate = new();
            private readonly object _built;

            public C() => _built = new();

            void M()
            {
                lock (_gate) { }
                lock (s_gate) { }
                lock (_built) { }
            }
        }
        """,
        title: "Make the locked field readonly");

    [Fact]
    public Task A_property_that_creates_becomes_one_that_keeps() => Fixes(
        """
        class C
        {
            private object Gate => new object(); // for both

            void M() { lock ([|Gate|]) { } lock ([|Gate|]) { } }
        }
        """,
        """
        class C
        {
            private object Gate { get; } = new object(); // for both

            void M() { lock (Gate) { } lock (Gate) { } }
        }
        """,
        title: "Create the locked object once");

    [Fact]
    public Task The_gate_is_an_object_where_a_Lock_does_not_work() => Fixes(
        """
        class Iterator
        {
            int _n;

            object Twin => 1;

            void M() { lock ([|new object()|]) { _n++; } }
        }

        [Serializable]
        public class Saved
        {
            int _gate;

            void M() { lock ([|this|]) { _gate++; } }
        }
        """,
        """
        class Iterator
        {
            private readonly object _gate = new();
            int _n;

            object Twin => 1;

            void M() { lock (_gate) { _n++; } }
        }

        [Serializable]
        public class Saved
        {
            private readonly object _lock = new();
            int _gate;

            void M() { lock (_lock) { _gate++; } }
        }
        """,
        languageVersion: LanguageVersion.CSharp12);

    [Fact]
    public Task Old_syntax_gets_a_gate_in_old_syntax() => Fixes(
        """
        public class C
        {
            private int _n;

            public void M() { lock ([|this|]) { _n++; } }
        }
        """,
        """
        public class C
        {
            private readonly object _gate = new object();
            private int _n;

            public void M() { lock (_gate) { _n++; } }
        }
        """,
        languageVersion: LanguageVersion.CSharp7_3);

    private const string NotOffered =
        """
        public class Shared
        {
            int _n;
            void M() { lock ([|this|]) { _n++; } }
        }
        class User
        {
            void M(Shared shared) { lock (shared) { } }
        }
        public class Base
        {
            int _n;
            void M() { lock ([|this|]) { _n++; } }
        }
        public class Derived : Base
        {
            int _m;
            void N() { lock ([|this|]) { _m++; } }
        }
        public record Value(int A)
        {
            void M() { lock ([|this|]) { } }
        }
        class Strings(string key)
        {
            readonly string _key = key;
            void M(string account)
            {
                lock ([|_key|]) { }
                lock ([|account|]) { }
                lock ([|typeof(Base)|]) { }
                lock ([|GetType()|]) { }
                Monitor.Enter([|5|]);
            }
        }
        class First { void M() { lock ([|"same"|]) { } } }
        class Second { void M() { lock ([|"same"|]) { } } }
        class UsedLocal
        {
            void M() { var list = new List<int>(); lock ([|list|]) { list.Add(1); } }
        }
        """;

    [Fact]
    public Task A_lock_that_other_code_may_share_keeps_its_object() => Fixes(NotOffered, NotOffered);

    private const string Synchronized =
        """
        using System.Runtime.CompilerServices;
        public class C
        {
            int _n;
            [[|MethodImpl(MethodImplOptions.Synchronized)|]]
            public void M() => _n++;
            public void N() { lock ([|this|]) { _n++; } }
        }
        """;

    [Fact]
    public Task A_lock_that_synchronized_methods_share_keeps_its_object() => Fixes(Synchronized, Synchronized);
}
