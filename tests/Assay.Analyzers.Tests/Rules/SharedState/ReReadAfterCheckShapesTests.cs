using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

/// <summary>Second reads of events, and of arrays and lists that are replaced as a whole.</summary>
public sealed class ReReadAfterCheckShapesTests : RuleTests<ReReadAfterCheck, ReReadAfterCheckFix>
{
    [Fact]
    public Task An_event_that_a_timer_raises_is_flagged() => Flags(
        """
        class Watch
        {
            public event EventHandler? Changed;
            private readonly Timer _timer;
            public Watch() { _timer = new Timer(_ => Raise(), null, 0, 1000); }
            void Raise()
            {
                if ({|#0:Changed|} != null) [|Changed|](this, EventArgs.Empty);
            }
        }
        """,
        messages: ["'Changed' was checked at line 8 and is read again here; the last subscriber can leave in between: a lambda raises it on a timer at line 5"]);

    [Theory]
    [InlineData("if (Changed is not null) { [|Changed|].Invoke(this, EventArgs.Empty); }")]
    [InlineData("if (Changed == null) return; [|Changed|](this, EventArgs.Empty);")]
    [InlineData("if (this.Changed != null && _n > 0) [|this.Changed|](this, EventArgs.Empty);")]
    public Task An_event_of_a_type_for_all_threads_is_flagged(string statement) => Flags(Raiser(statement));

    [Theory]
    [InlineData("Changed?.Invoke(this, EventArgs.Empty);")]
    [InlineData("var changed = Changed; if (changed != null) changed(this, EventArgs.Empty);")]
    [InlineData("if (Changed is { } changed) changed(this, EventArgs.Empty);")]
    [InlineData("if (Changed != null) Console.WriteLine(_n);")]
    [InlineData("if (_n > 0) Changed(this, EventArgs.Empty);")]
    public Task An_event_that_is_read_once_is_ignored(string statement) => Ignores(Raiser(statement));

    [Fact]
    public Task An_event_of_a_type_that_no_thread_shares_is_ignored() => Ignores(
        """
        class Watch
        {
            public event EventHandler? Changed;
            int _n;
            public void Set(int n)
            {
                _n = n;
                if (Changed != null) Changed(this, EventArgs.Empty);
            }
        }
        """);

    [Fact]
    public Task An_event_under_the_lock_of_its_subscribers_is_ignored() => Ignores(
        """
        class Watch
        {
            readonly object _gate = new();
            event EventHandler? Changed;
            readonly Timer _timer;
            public Watch() { _timer = new Timer(_ => Raise(), null, 0, 1000); }
            public void Join(EventHandler handler) { lock (_gate) Changed += handler; }
            public void Leave(EventHandler handler) { lock (_gate) Changed -= handler; }
            void Raise()
            {
                lock (_gate)
                {
                    if (Changed != null) Changed(this, EventArgs.Empty);
                }
            }
        }
        """);

    [Theory]
    [InlineData("if (i < _items.Length) return [|_items|][i]; return 0;")]
    [InlineData("if (i >= _items.Length) return 0; return [|_items|][i];")]
    [InlineData("return _items.Length > 0 ? [|_items|][0] : 0;")]
    [InlineData("if (_items.Length == 0) return 0; return [|_items|][_items.Length - 1];")]
    [InlineData("for (var k = 0; k < _items.Length; k++) { if ([|_items|][k] == i) return k; } return 0;")]
    public Task An_element_of_an_array_that_others_replace_is_flagged(string body) => Flags(Table("int[]", body));

    [Fact]
    public Task The_message_names_what_replaces_it() => Flags(
        Table("int[]", "if (i < {|#0:_items|}.Length) return [|_items|][i]; return 0;").Replace("=> _items =", "=> {|#1:_items|} =", StringComparison.Ordinal),
        messages: ["'_items' was checked at line 5 and is read again here; 'Load' (line 4) can put a shorter one in its place in between: '_items' is volatile"]);

    [Fact]
    public Task An_element_of_a_list_that_is_only_replaced_is_flagged() => Flags(
        Table("List<int>", "if (i < _items.Count) return [|_items|][i]; return 0;"));

    [Theory]
    [InlineData("var items = _items; return i < items.Length ? items[i] : 0;")]
    [InlineData("if (i < 10) return _items[i]; return 0;")]
    [InlineData("if (i > _items.Length) return _items[i]; return 0;")]
    [InlineData("if (_items.Length == i) return _items[0]; return 0;")]
    public Task An_element_that_no_check_of_the_field_allows_is_ignored(string body) => Ignores(Table("int[]", body));

    [Fact]
    public Task An_array_that_only_grows_is_ignored() => Ignores(
        """
        class Table
        {
            volatile int[] _items = new int[4];
            public void Grow() { var next = new int[_items.Length * 2]; _items.CopyTo(next, 0); _items = next; }
            public void Add(int n) { _items = _items.Append(n).ToArray(); }
            public int Get(int i) => i < _items.Length ? _items[i] : 0;
        }
        """);

    [Fact]
    public Task A_list_that_is_changed_in_place_is_ignored() => Ignores(
        """
        class Table
        {
            volatile List<int> _items = new();
            public void Load(List<int> items) => _items = items;
            public void Drop() => _items.RemoveAt(0);
            public int Get(int i) => i < _items.Count ? _items[i] : 0;
        }
        """);

    [Fact]
    public Task An_array_of_an_object_that_nobody_shares_is_ignored() => Ignores(
        """
        class Table
        {
            int[] _items = new int[4];
            public void Load(int[] items) => _items = items;
            public int Get(int i) => i < _items.Length ? _items[i] : 0;
        }
        """);

    [Fact]
    public Task Half_typed_code_is_flagged() => Flags(
        """
        class Table
        {
            volatile int[] _items = new int[4];
            public void Load(int[] items) => _items = items;
            public int Get(int i) => i < _items.Length ? [|_items|][i] : 0;
            public void Next() { if (_items.Length > 0) [|_items|][
        }
        """,
        allowErrors: true);

    [Fact]
    public Task A_raised_event_becomes_a_conditional_call() => Fixes(
        """
        class Watch
        {
            public event EventHandler? Changed;
            private readonly Timer _timer;

            public Watch() => _timer = new Timer(_ => Raise(), null, 0, 1000);

            private void Raise()
            {
                // Whoever listens.
                if (Changed != null)
                {
                    [|Changed|](this, EventArgs.Empty);
                }
            }
        }
        """,
        """
        class Watch
        {
            public event EventHandler? Changed;
            private readonly Timer _timer;

            public Watch() => _timer = new Timer(_ => Raise(), null, 0, 1000);

            private void Raise()
            {
                // Whoever listens.
                Changed?.Invoke(this, EventArgs.Empty);
            }
        }
        """,
        title: "Raise the event with '?.'");

    [Fact]
    public Task An_event_with_more_to_do_becomes_a_local() => Fixes(
        """
        class Watch
        {
            public event EventHandler? Changed;
            private readonly Timer _timer;
            private int _count;

            public Watch() => _timer = new Timer(_ => Raise(), null, 0, 1000);

            private void Raise()
            {
                if (Changed != null)
                {
                    Interlocked.Increment(ref _count);
                    [|Changed|](this, EventArgs.Empty);
                }
            }
        }
        """,
        """
        class Watch
        {
            public event EventHandler? Changed;
            private readonly Timer _timer;
            private int _count;

            public Watch() => _timer = new Timer(_ => Raise(), null, 0, 1000);

            private void Raise()
            {
                var changed = Changed;
                if (changed != null)
                {
                    Interlocked.Increment(ref _count);
                    changed(this, EventArgs.Empty);
                }
            }
        }
        """,
        title: "Read the field once");

    [Fact]
    public Task A_loop_over_an_array_becomes_a_loop_over_a_local() => Fixes(
        """
        class Table
        {
            private volatile int[] _items = new int[4];

            public void Load(int[] items) => _items = items;

            public int Sum()
            {
                var sum = 0;
                for (var i = 0; i < _items.Length; i++)
                    sum += [|_items|][i];
                return sum;
            }
        }
        """,
        """
        class Table
        {
            private volatile int[] _items = new int[4];

            public void Load(int[] items) => _items = items;

            public int Sum()
            {
                var sum = 0;
                var items = _items;
                for (var i = 0; i < items.Length; i++)
                    sum += items[i];
                return sum;
            }
        }
        """);

    [Theory]
    [InlineData("Build(); if (_log != null) [|_log|].Flush();")]
    [InlineData("Build(); Report();")]
    public Task A_look_at_what_an_own_call_left_is_a_suggestion(string body) => Flags(Builder(body), severity: DiagnosticSeverity.Info);

    [Theory]
    [InlineData("if (_log != null) [|_log|].Flush(); Build();")]
    [InlineData("Report(); Build();")]
    public Task A_look_before_the_own_call_is_flagged(string body) => Flags(Builder(body));

    [Fact]
    public Task A_field_that_the_function_and_the_clean_up_empty_is_a_suggestion() => Flags(
        """
        class Connector
        {
            volatile Stream? _spare;
            public void Keep(Stream spare) => _spare = spare;
            public void Reset()
            {
                if (_spare == null) return;
                [|_spare|].Flush();
                _spare = null;
            }
            void Cleanup() { _spare = null; }
            public void Break() => Cleanup();
        }
        """,
        severity: DiagnosticSeverity.Info);

    private static string Builder(string body) =>
        $$"""
        class Builder
        {
            volatile Stream? _log;
            public void Start(Stream log) { _log = log; }
            public void Run() { {{body}} }
            void Build() { _log = null; }
            {{(body.Contains("Report", StringComparison.Ordinal) ? "void Report() { if (_log != null) [|_log|].Flush(); }" : "")}}
        }
        """;

    private static string Raiser(string statement) =>
        $$"""
        /// <summary>This type is thread-safe.</summary>
        class Watch
        {
            public event EventHandler? Changed;
            volatile int _n;
            public void Set(int n)
            {
                _n = n;
                {{statement}}
            }
        }
        """;

    private static string Table(string type, string body) =>
        $$"""
        class Table
        {
            volatile {{type}} _items = new {{(type == "int[]" ? "int[4]" : type + "()")}};
            public void Load({{type}} items) => _items = items;
            public int Get(int i) { {{body}} }
        }
        """;
}
