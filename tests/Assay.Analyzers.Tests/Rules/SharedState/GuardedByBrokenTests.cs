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
}
