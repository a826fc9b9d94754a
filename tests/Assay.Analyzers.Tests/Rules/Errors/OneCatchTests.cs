using Assay.CodeFixes;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Errors;

/// <summary>How the three rules that look at the same catch clause share it: never three reports, and never two of the same loss.</summary>
public sealed class OneCatchTests
{
    [Fact]
    public Task A_swallowed_exception_is_told_once() => Reports(
        "class C { void M(Action work) { try { work(); } catch (Exception) { } } }",
        "ASSAY3001");

    [Fact]
    public Task A_lost_record_is_told_by_the_rule_for_records_alone() => Reports(
        """
        record Row(int Id);
        class C { void M(Row[] rows, Action<Row> book) { foreach (var row in rows) { try { book(row); } catch { } } } }
        """,
        "ASSAY3005");

    [Fact]
    public Task A_logged_cancellation_is_told_by_the_rule_for_cancellations_alone() => Reports(
        "class C { async Task M(CancellationToken token) { try { await Task.Delay(1, token); } catch (Exception ex) { Console.WriteLine(ex); } } }",
        "ASSAY3002");

    [Fact]
    public Task A_cancellation_stands_beside_the_failure_it_is_swallowed_with() => Reports(
        "class C { async Task M(CancellationToken token) { try { await Task.Delay(1, token); } catch (Exception) { } } }",
        "ASSAY3001",
        "ASSAY3002");

    [Fact]
    public Task A_cancellation_stands_beside_the_record_it_is_lost_with() => Reports(
        """
        record Row(int Id);
        class C
        {
            async Task M(Row[] rows, Func<Row, CancellationToken, Task> book, CancellationToken token)
            {
                foreach (var row in rows)
                {
                    try { await book(row, token); }
                    catch (Exception ex) { Console.WriteLine(ex); }
                }
            }
        }
        """,
        "ASSAY3002",
        "ASSAY3005");

    private static async Task Reports(string source, params string[] expected)
    {
        string[] rules = ["ASSAY3001", "ASSAY3002", "ASSAY3005"];
        var analyzers = RuleCatalogue.CreateAnalyzers().Where(a => a.SupportedDiagnostics.Any(d => rules.Contains(d.Id)));
        var findings = await TestProject.Create([("Test0.cs", source)]).AnalyzeAsync([.. analyzers]);
        Assert.Equal(expected, findings.Select(f => f.Id).Order(StringComparer.Ordinal));
    }
}
