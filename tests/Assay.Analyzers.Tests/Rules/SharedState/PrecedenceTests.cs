using Assay.CodeFixes;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class PrecedenceTests
{
    private static async Task<string[]> RulesIn(string source)
    {
        var project = TestProject.Create([("Test0.cs", source)]);
        var findings = await project.AnalyzeAsync([.. RuleCatalogue.CreateAnalyzers()]);
        return [.. findings.Where(d => d.Id.StartsWith("ASSAY20", StringComparison.Ordinal)).Select(d => d.Id).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task A_missing_second_check_is_reported_once() => Assert.Equal(
        ["ASSAY2017"],
        await RulesIn(
            """
            class C
            {
                readonly object _gate = new();
                List<int>? _list;
                public List<int> Get()
                {
                    if (_list == null)
                        lock (_gate)
                            _list = new List<int>();
                    return _list;
                }
            }
            """));

    [Fact]
    public async Task A_racy_creation_is_reported_once() => Assert.Equal(
        ["ASSAY2018"],
        await RulesIn(
            """
            class C
            {
                static CancellationTokenSource? s_stop;
                public static CancellationTokenSource Stop => s_stop ??= new CancellationTokenSource();
            }
            """));

    [Fact]
    public async Task A_racy_flag_is_reported_once() => Assert.Equal(
        ["ASSAY2024"],
        await RulesIn(
            """
            class C
            {
                readonly Lock _gate = new();
                bool _open;
                public void Close() { lock (_gate) { _open = false; Tell(); } }
                public bool IsOpen { get { lock (_gate) return _open; } }
                public void Open()
                {
                    if (_open) return;
                    _open = true;
                    Tell();
                }
                void Tell() { }
            }
            """));

    [Fact]
    public async Task A_sum_over_an_await_is_reported_once() => Assert.Equal(
        ["ASSAY2006"],
        await RulesIn(
            """
            class C
            {
                volatile int _total;
                public async Task AddAsync() => _total += await Task.FromResult(1);
            }
            """));
}
