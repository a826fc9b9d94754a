using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class GuardedByBrokenTests : RuleTests<GuardedByBroken, GuardedByBrokenFix>
{
    private const string Attribute = """

        [System.AttributeUsage(System.AttributeTargets.All)]
        sealed class GuardedByAttribute(string guard) : System.Attribute { public string Guard { get; } = guard; }
        """;

    [Fact]
    public Task A_single_write_without_the_named_lock_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _gate = new();
            [{|#0:GuardedBy(nameof(_gate))|}] private int _n;
            public void Add() { [|_n|]++; }
        }
        """ + Attribute,
        messages: ["'_n' is written here without '_gate', which [GuardedBy] demands at line 4"]);

    [Fact]
    public Task A_read_under_another_lock_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            [GuardedBy(nameof(_gate))] private int _n;
            public void Add() { lock (_gate) _n++; }
            public int Get() { lock (_other) return [|_n|]; }
        }
        """ + Attribute,
        messages: ["'_n' is read here without '_gate', which [GuardedBy] demands at line 5"]);

    [Fact]
    public Task A_property_without_its_lock_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _gate = new();
            [GuardedBy(nameof(_gate))] private int N { get; set; }
            public void Add() { lock (_gate) N++; }
            public int Get() => [|N|];
        }
        """ + Attribute);

    [Fact]
    public Task A_call_without_the_lock_of_the_method_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _gate = new();
            private int _n;
            public void Add() { [|AddCore()|]; }
            [GuardedBy(nameof(_gate))] private void AddCore() { _n++; }
        }
        """ + Attribute,
        messages: ["'AddCore' is called here without '_gate', which [GuardedBy] demands at line 6"]);

    [Fact]
    public Task A_member_in_another_part_of_the_type_is_flagged() => Flags(
        """
        partial class C
        {
            private readonly object _gate = new();
            [GuardedBy(nameof(_gate))] private int _n;
            public void Add() { lock (_gate) _n++; }
        }
        // ==== Attribute.cs
        [System.AttributeUsage(System.AttributeTargets.All)]
        sealed class GuardedByAttribute(string guard) : System.Attribute { public string Guard { get; } = guard; }
        // ==== Part.cs
        partial class C
        {
            public void Reset() { [|_n|] = 0; }
        }
        """);

    [Fact]
    public Task Another_object_without_its_own_lock_is_flagged() => Flags(
        """
        class Account
        {
            private readonly object _gate = new();
            [GuardedBy(nameof(_gate))] private decimal _balance;
            public void Deposit(decimal amount) { lock (_gate) _balance += amount; }
            public static void Reset(Account account) { [|account._balance|] = 0; }
        }
        """ + Attribute);

    [Fact]
    public Task The_named_lock_is_ignored() => Ignores(
        """
        class C
        {
            private static readonly object s_gate = new();
            private readonly object _gate = new();
            [GuardedBy(nameof(_gate))] private int _n;
            [GuardedBy(nameof(s_gate))] private static int s_n;
            [GuardedBy("this")] private int _m;
            public C() { _n = 1; }
            public void Add() { lock (_gate) { _n++; Core(); } }
            public void Sum() { lock (s_gate) s_n++; lock (this) _m++; }
            [GuardedBy(nameof(_gate))] private void Core() { _n--; }
            private void Helper() { _n = 3; }
            public void Twice() { lock (_gate) { Helper(); Helper(); } }
        }
        """ + Attribute);

    [Fact]
    public Task A_semaphore_that_is_held_over_an_await_is_ignored() => Ignores(
        """
        class C
        {
            private readonly SemaphoreSlim _one = new(1, 1);
            [GuardedBy(nameof(_one))] private int _n;
            public async Task Add()
            {
                await _one.WaitAsync();
                try { await Task.Yield(); _n++; }
                finally { _one.Release(); }
            }
        }
        """ + Attribute);

    [Fact]
    public Task A_method_that_the_attribute_says_is_called_under_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            private readonly object _gate = new();
            [GuardedBy(nameof(_gate))] private int _n;
            [GuardedBy(nameof(_gate))] public void Core() { _n--; }
        }
        """ + Attribute);

    [Fact]
    public Task Half_typed_code_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _gate = new();
            [GuardedBy(nameof(_gate))] private int _n;
            public void Add() { [|_n|]++; Missing( }
        }
        """ + Attribute,
        allowErrors: true);

    [Fact]
    public Task The_write_becomes_a_locked_one() => Fixes(
        """
        class C
        {
            private readonly object _gate = new();
            [GuardedBy(nameof(_gate))] private int _n;

            public int Get()
            {
                lock (_gate)
                {
                    return _n;
                }
            }

            public void Add()
            {
                [|_n|]++;
            }
        }
        """ + Attribute,
        """
        class C
        {
            private readonly object _gate = new();
            [GuardedBy(nameof(_gate))] private int _n;

            public int Get()
            {
                lock (_gate)
                {
                    return _n;
                }
            }

            public void Add()
            {
                lock (_gate)
                {
                    _n++;
                }
            }
        }
        """ + Attribute);

    [Fact]
    public Task The_write_to_another_object_becomes_one_under_its_own_lock() => Fixes(
        """
        class Account
        {
            private readonly object _gate = new();
            [GuardedBy(nameof(_gate))] private decimal _balance;

            public void Deposit(decimal amount) { lock (_gate) _balance += amount; }

            public static void Reset(Account account)
            {
                [|account._balance|] = 0;
            }
        }
        """ + Attribute,
        """
        class Account
        {
            private readonly object _gate = new();
            [GuardedBy(nameof(_gate))] private decimal _balance;

            public void Deposit(decimal amount) { lock (_gate) _balance += amount; }

            public static void Reset(Account account)
            {
                lock (account._gate)
                {
                    account._balance = 0;
                }
            }
        }
        """ + Attribute);

    private const string Store = """
        public class Store
        {
            internal readonly object _gate = new();
            [GuardedBy(nameof(_gate))] internal int _n;
            [GuardedBy(nameof(_gate))] internal List<int> Items { get; } = [];
            internal static readonly object s_gate = new();
            [GuardedBy(nameof(s_gate))] internal static int s_all;
            [GuardedBy(nameof(_gate))] internal void Trim() { }
        }

        """;

    [Fact]
    public Task Uses_in_another_type_without_the_lock_are_flagged() => Flags(
        Store +
        """
        public class Night(Store store)
        {
            public void Add() { [|store._n|]++; }
            public int Get() => [|store.Items|].Count + [|Store.s_all|];
            public void Cut() { [|store.Trim()|]; }
        }
        """ + Attribute,
        messages:
        [
            "'_n' is written here without '_gate', which [GuardedBy] demands at line 4",
            "'Items' is read here without '_gate', which [GuardedBy] demands at line 5",
            "'s_all' is read here without 's_gate', which [GuardedBy] demands at line 7",
            "'Trim' is called here without '_gate', which [GuardedBy] demands at line 8",
        ]);

    [Fact]
    public Task Uses_in_another_type_under_the_lock_of_the_object_are_ignored() => Ignores(
        Store +
        """
        public class Night(Store store)
        {
            public void Add() { lock (store._gate) { store._n++; store.Trim(); } }
            public int Get() { lock (store._gate) return Count(); }
            private int Count() => store.Items.Count;
            public void All() { lock (Store.s_gate) Store.s_all++; }
        }
        """ + Attribute);

    [Fact]
    public Task A_use_under_the_lock_of_another_object_is_flagged() => Flags(
        Store +
        """
        public class Night
        {
            public void Add(Store store, Store other) { lock (other._gate) [|store._n|]++; }
        }
        """ + Attribute);

    [Fact]
    public Task Uses_of_a_new_object_in_another_type_are_ignored() => Ignores(
        Store +
        """
        public class Night
        {
            private readonly Store _store;
            public Night() { _store = new Store(); _store._n = 3; }
            public Store Make() { var store = new Store { _n = 1 }; store._n = 2; return store; }
            public string Name() => nameof(_store._n);
        }
        """ + Attribute);

    [Fact]
    public Task A_use_in_another_type_under_a_lock_that_cannot_be_named_is_ignored() => Ignores(
        Store +
        """
        public class Night
        {
            private Store? _store;
            public void Set(Store store) { _store = store; }
            public void Add() { lock (_store!._gate) _store._n++; }
        }
        """ + Attribute);
}
