using Assay.Analyzers.Rules.SharedState;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class AnalysisLimitTests : RuleTests<AnalysisLimit>
{
    [Fact]
    public Task More_acquires_than_a_state_can_hold_are_flagged() => Flags(
        $$"""
        class C
        {
            readonly object _gate = new();
            int _n;
            public void [|M|]()
            {
                {{Repeat(61, _ => "Monitor.Enter(_gate); try { _n++; } finally { Monitor.Exit(_gate); }")}}
            }
        }
        """,
        messages: ["'M' takes locks in 61 places, and at most 60 are followed, so no rule judges what it does under its locks, nor whether it releases them"]);

    [Fact]
    public Task As_many_acquires_as_a_state_can_hold_are_ignored() => Ignores(
        $$"""
        class C
        {
            readonly object _gate = new();
            int _n;
            public void M()
            {
                {{Repeat(48, _ => "Monitor.Enter(_gate); try { _n++; } finally { Monitor.Exit(_gate); }")}}
            }
        }
        """);

    [Fact]
    public Task Lock_statements_need_no_paths_and_are_ignored() => Ignores(
        $$"""
        class C
        {
            readonly object _gate = new();
            int _n;
            public void M()
            {
                {{Repeat(100, _ => "lock (_gate) _n++;")}}
            }
        }
        """);

    [Fact]
    public Task Many_tries_in_a_row_are_flagged_and_end() => Flags(
        $$"""
        class C
        {
            {{Repeat(40, i => $"readonly object _g{i} = new();")}}
            public void [|M|]()
            {
                {{Repeat(40, i => $"bool t{i} = false;")}}
                {{Repeat(40, i => $"Monitor.TryEnter(_g{i}, ref t{i});")}}
                {{Repeat(40, i => $"if (t{i}) Monitor.Exit(_g{i});")}}
            }
        }
        """,
        messages: ["'M' has more than 20,000 combinations of locks and conditions, so no rule judges what it does under its locks, nor whether it releases them"]);

    [Fact]
    public Task More_conditions_than_can_be_told_apart_are_flagged() => Flags(
        $$"""
        class C
        {
            readonly object _gate = new();
            public int [|N|]({{Repeat(16, i => $"bool b{i}, ")}} bool last)
            {
                int n = 0;
                Monitor.Enter(_gate);
                {{Repeat(16, i => $"if (b{i}) n++;")}}
                {{Repeat(16, i => $"if (b{i}) n--;")}}
                Monitor.Exit(_gate);
                return n;
            }
        }
        """,
        messages: ["'N' tests more conditions around its locks than can be told apart, so no rule judges whether it releases what it takes"]);

    [Fact]
    public Task A_lambda_with_too_many_acquires_is_flagged_at_the_first() => Flags(
        $$"""
        class C
        {
            readonly object _gate = new();
            int _n;
            public Action M() => () =>
            {
                [|Monitor.Enter(_gate)|]; try { _n++; } finally { Monitor.Exit(_gate); }
                {{Repeat(60, _ => "Monitor.Enter(_gate); try { _n++; } finally { Monitor.Exit(_gate); }")}}
            };
        }
        """);

    [Fact]
    public Task Large_code_without_acquires_is_ignored() => Ignores(
        $$"""
        class C
        {
            int _n;
            public void M(bool b)
            {
                {{Repeat(80, _ => "if (b) _n++;")}}
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void M()
            {
                Monitor.Enter(_gate); try { _n++; } finally { Monitor.
            }
        }
        """,
        allowErrors: true);

    private static string Repeat(int count, Func<int, string> line) =>
        string.Concat(Enumerable.Range(0, count).Select(line));
}
