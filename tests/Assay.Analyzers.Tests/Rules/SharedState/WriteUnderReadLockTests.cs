using Assay.Analyzers.Rules.SharedState;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class WriteUnderReadLockTests : RuleTests<WriteUnderReadLock>
{
    [Fact]
    public Task A_dictionary_filled_under_a_read_lock_is_flagged() => Flags(In(
        """
        public int Of(string key)
        {
            _rw.EnterReadLock();
            try { if (!{|#0:_map|}.ContainsKey(key)) [|_map|][key] = 1; return 1; }
            finally { _rw.ExitReadLock(); }
        }
        """),
        messages: ["'_map' is written here while '_rw' is held for reading, which lets other readers in; 'Of' can read it at the same moment, line 12"]);

    [Fact]
    public Task A_counter_under_a_read_lock_is_flagged() => Flags(In("public void Hit() { _rw.EnterReadLock(); try { [|_hits|]++; } finally { _rw.ExitReadLock(); } } public void Reset() { _rw.EnterWriteLock(); try { _hits = 0; } finally { _rw.ExitWriteLock(); } }"));

    [Fact]
    public Task A_field_assigned_under_a_tried_read_lock_is_flagged() => Flags(In("public void Hit() { if (!_rw.TryEnterReadLock(5)) return; try { if (_hits < 9) [|_hits|] = 9; } finally { _rw.ExitReadLock(); } }"));

    [Fact]
    public Task A_write_in_a_private_helper_under_a_read_lock_is_flagged() => Flags(In("public int Get() { _rw.EnterReadLock(); try { Count(); return _hits; } finally { _rw.ExitReadLock(); } } void Count() => [|_hits|]++;"));

    [Fact]
    public Task A_write_under_an_upgradeable_lock_that_is_not_upgraded_is_flagged() => Flags(In("public int Get() { _rw.EnterReadLock(); try { return {|#0:_hits|}; } finally { _rw.ExitReadLock(); } } public void Set() { _rw.EnterUpgradeableReadLock(); try { [|_hits|] = 1; } finally { _rw.ExitUpgradeableReadLock(); } }"),
        messages: ["'_hits' is written here while '_rw' is held upgradeable, which lets readers in; 'Get' can read it at the same moment, line 9"]);

    [Theory]
    [InlineData("Write_lock", "public void Set() { _rw.EnterWriteLock(); try { _hits = 1; } finally { _rw.ExitWriteLock(); } } public int Get() { _rw.EnterReadLock(); try { return _hits; } finally { _rw.ExitReadLock(); } }")]
    [InlineData("Upgraded", "public void Set() { _rw.EnterUpgradeableReadLock(); try { if (_hits == 0) { _rw.EnterWriteLock(); try { _hits = 1; } finally { _rw.ExitWriteLock(); } } } finally { _rw.ExitUpgradeableReadLock(); } } public int Get() { _rw.EnterReadLock(); try { return _hits; } finally { _rw.ExitReadLock(); } }")]
    [InlineData("Upgradeable_only_meets_upgradeable", "public void Set() { _rw.EnterUpgradeableReadLock(); try { _hits++; } finally { _rw.ExitUpgradeableReadLock(); } }")]
    [InlineData("Interlocked", "public void Hit() { _rw.EnterReadLock(); try { Interlocked.Increment(ref _hits); } finally { _rw.ExitReadLock(); } }")]
    [InlineData("Another_lock_inside", "public void Hit() { _rw.EnterReadLock(); try { lock (_gate) _hits++; } finally { _rw.ExitReadLock(); } } public int Get() { _rw.EnterReadLock(); try { lock (_gate) return _hits; } finally { _rw.ExitReadLock(); } }")]
    [InlineData("Released_before", "public void Hit() { _rw.EnterReadLock(); var n = _hits; _rw.ExitReadLock(); _rw.EnterWriteLock(); try { _hits = n + 1; } finally { _rw.ExitWriteLock(); } }")]
    [InlineData("Volatile_snapshot", "volatile string? _last; public void Hit(string s) { _rw.EnterReadLock(); try { _last = s; } finally { _rw.ExitReadLock(); } }")]
    [InlineData("Local_only", "public int Hit() { _rw.EnterReadLock(); try { var n = _hits; n++; return n; } finally { _rw.ExitReadLock(); } }")]
    [InlineData("State_that_the_lock_does_not_guard", "int _seen; public void Hit() { _rw.EnterReadLock(); try { _seen = 1; } finally { _rw.ExitReadLock(); } }")]
    [InlineData("A_static_lock_and_an_instance_field", "static readonly ReaderWriterLockSlim s_rw = new(); int _mine; public void Hit() { s_rw.EnterReadLock(); try { _mine++; } finally { s_rw.ExitReadLock(); } } public void Add() { s_rw.EnterWriteLock(); try { _mine++; } finally { s_rw.ExitWriteLock(); } }")]
    [InlineData("Construction", "int _seen; public C() { _rw.EnterReadLock(); _seen = 1; _rw.ExitReadLock(); } public int Get() { _rw.EnterReadLock(); try { return _seen; } finally { _rw.ExitReadLock(); } }")]
    public Task A_write_that_nobody_meets_is_ignored(string shape, string member)
    {
        Assert.NotEmpty(shape);
        return Ignores(
            In(member));
    }

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        In("public void Hit() { _rw.EnterReadLock(; _hits = }"), allowErrors: true);

    private static string In(string member) =>
        """
        class C
        {
            readonly ReaderWriterLockSlim _rw = new();
            readonly object _gate = new();
            readonly Dictionary<string, int> _map = [];
            int _hits;
            public object Gate => _gate;

            MEMBER
        }
        """.Replace("MEMBER", member, StringComparison.Ordinal);
}
