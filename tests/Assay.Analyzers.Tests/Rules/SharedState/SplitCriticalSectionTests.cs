using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class SplitCriticalSectionTests : RuleTests<SplitCriticalSection, SplitCriticalSectionFix>
{
    [Fact]
    public Task A_sum_over_two_sections_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _gate = new();
            private int _n;
            public void Add(int i)
            {
                int before;
                lock (_gate) { before = {|#0:_n|}; }
                lock (_gate) { [|_n|] = before + i; }
            }
        }
        """,
        messages: ["'_n' is written here from what 'Add' read at line 8, but '_gate' was given back in between: a change that another thread made meanwhile is lost"]);

    [Fact]
    public Task A_creation_between_check_and_publication_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _gate = new();
            private object? _connection;
            public void Open()
            {
                bool missing;
                lock (_gate) { missing = _connection == null; }
                if (missing)
                {
                    var made = new object();
                    lock (_gate) { [|_connection|] = made; }
                }
            }
        }
        """);

    [Fact]
    public Task An_addition_to_a_dictionary_that_throws_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _gate = new();
            private readonly Dictionary<string, int> _byName = [];
            public void Add(string name, int value)
            {
                bool known;
                lock (_gate) { known = _byName.ContainsKey(name); }
                if (known)
                    return;
                lock (_gate) { [|_byName|].Add(name, value); }
            }
        }
        """,
        messages: ["'_byName' is written here from what 'Add' read at line 8, but '_gate' was given back in between: a change that another thread made meanwhile is not seen, and this throws"]);

    [Fact]
    public Task A_cache_that_two_threads_may_fill_is_a_suggestion() => Flags(
        """
        class C
        {
            private readonly object _gate = new();
            private readonly Dictionary<string, int> _byName = [];
            public int Get(string name)
            {
                bool known;
                int value;
                lock (_gate) { known = _byName.TryGetValue(name, out value); }
                if (!known)
                {
                    value = name.Length;
                    lock (_gate) { [|_byName|][name] = 3; }
                }
                return value;
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_balance_over_two_semaphore_sections_is_flagged() => Flags(
        """
        class C
        {
            private readonly SemaphoreSlim _one = new(1, 1);
            private int _n;
            public async Task Add(int i)
            {
                await _one.WaitAsync();
                int before;
                try { before = _n; } finally { _one.Release(); }
                await Task.Yield();
                await _one.WaitAsync();
                try { [|_n|] = before + i; } finally { _one.Release(); }
            }
        }
        """);

    [Fact]
    public Task A_second_look_is_ignored() => Ignores(
        """
        class C
        {
            private readonly object _gate = new();
            private object? _connection;
            public void Open()
            {
                bool missing;
                lock (_gate) { missing = _connection == null; }
                if (!missing)
                    return;
                var made = new object();
                lock (_gate) { if (_connection == null) _connection = made; }
            }
        }
        """);

    [Fact]
    public Task One_section_is_ignored() => Ignores(
        """
        class C
        {
            private readonly object _gate = new();
            private int _n;
            public void Add(int i) { lock (_gate) { var before = _n; _n = before + i; } }
            public void Sub(int i) { lock (_gate) { var before = _n; lock (_gate) { _n = before - i; } } }
        }
        """);

    [Fact]
    public Task An_increment_in_the_later_section_is_ignored() => Ignores(
        """
        class C
        {
            private readonly object _gate = new();
            private int _n;
            public void Add(int i)
            {
                int before;
                lock (_gate) { before = _n; }
                if (before > 3)
                    lock (_gate) { _n -= 3; }
            }
        }
        """);

    [Fact]
    public Task A_value_that_has_nothing_to_do_with_the_read_is_ignored() => Ignores(
        """
        class C
        {
            private readonly object _gate = new();
            private int _n;
            public int Exchange(int i)
            {
                int before;
                lock (_gate) { before = _n; }
                lock (_gate) { _n = i; }
                return before;
            }
        }
        """);

    [Fact]
    public Task Half_typed_code_is_flagged() => Flags(
        """
        class C
        {
            private readonly object _gate = new();
            private int _n;
            public void Add(int i)
            {
                int before;
                lock (_gate) { before = _n; }
                lock (_gate) { [|_n|] = before + i; }
                Missing(
            }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task Two_sections_become_one() => Fixes(
        """
        class C
        {
            private readonly object _gate = new();
            private int _n;

            public void Add(int i)
            {
                int before;
                lock (_gate)
                {
                    before = _n;
                }
                // The sum may not overflow.
                var after = checked(before + i);
                lock (_gate)
                {
                    [|_n|] = after;
                }
            }

            public void Set(int i)
            {
                int before;
                lock (_gate)
                {
                    before = _n;
                }

                lock (_gate)
                {
                    [|_n|] = before * i;
                }
            }
        }
        """,
        """
        class C
        {
            private readonly object _gate = new();
            private int _n;

            public void Add(int i)
            {
                int before;
                lock (_gate)
                {
                    before = _n;
                    // The sum may not overflow.
                    var after = checked(before + i);
                    _n = after;
                }
            }

            public void Set(int i)
            {
                int before;
                lock (_gate)
                {
                    before = _n;

                    _n = before * i;
                }
            }
        }
        """);

    [Fact]
    public Task No_fix_over_an_await()
    {
        const string source = """
            class C
            {
                private readonly object _gate = new();
                private int _n;
                public async Task Add(int i)
                {
                    int before;
                    lock (_gate) { before = _n; }
                    await Task.Yield();
                    lock (_gate) { [|_n|] = before + i; }
                }
            }
            """;
        return Fixes(source, source);
    }

    [Fact]
    public Task A_flag_that_was_claimed_where_it_was_read_is_ignored() => Ignores(
        """
        class Pump
        {
            private readonly Queue<Action> _queue = new();
            private bool _isRunning;
            public void Post(Action work)
            {
                bool isOwner;
                lock (_queue)
                {
                    _queue.Enqueue(work);
                    isOwner = !_isRunning;
                    _isRunning = true;
                }
                if (!isOwner)
                    return;
                while (true)
                {
                    Action next;
                    lock (_queue)
                    {
                        if (_queue.Count == 0)
                        {
                            _isRunning = false;
                            return;
                        }
                        next = _queue.Dequeue();
                    }
                    next();
                }
            }
        }
        """);

    [Fact]
    public Task A_value_put_back_over_what_was_added_since_is_flagged() => Flags(
        """
        class Totals
        {
            private readonly object _gate = new();
            private int _open;
            public void Add() { lock (_gate) _open++; }
            public void Flush(Func<int, bool> send)
            {
                int taken;
                lock (_gate) { taken = {|#0:_open|}; _open = 0; }
                if (!send(taken))
                    lock (_gate) { [|_open|] = taken; }
            }
        }
        """);
}
