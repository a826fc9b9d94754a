using Assay.Analyzers.Suppressors;
using Assay.TestKit;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Analyzers.Tests.Suppressors;

/// <summary>Which findings of other analyzers are taken back; the places are those of a small analyzer with their IDs.</summary>
public sealed class SuppressorTests
{
    private const string CompletedTask =
        """
        class C
        {
            async Task<int> M(Task<int> task, Task<int> other)
            {
                await task;
                await Task.WhenAll(other);
                return task.Result + other.GetAwaiter().GetResult();
            }
        }
        """;

    private const string SupervisedLoop =
        """
        using Microsoft.Extensions.Hosting;
        using Microsoft.Extensions.Logging;
        class Worker(ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    try { await Task.Delay(1000, stoppingToken); }
                    catch (Exception ex) when (ex is not OperationCanceledException) { logger.LogError(ex, "A turn failed"); }
                }
            }
        }
        """;

    [Fact]
    public Task Waits_for_completed_tasks_are_suppressed() => LeavesAsync(CompletedTask, ["CA2007", "CA2007"]);

    [Fact]
    public Task The_option_keeps_them() =>
        LeavesAsync(CompletedTask, ["CA1849", "CA1849", "CA2007", "CA2007", "MA0042", "MA0042", "VSTHRD103", "VSTHRD103"], "assay.suppress_completed_waits = false");

    [Fact]
    public Task Waits_for_tasks_that_may_run_are_kept() => LeavesAsync(
        """
        class C { async Task<int> M(Task<int> task, bool fast) { if (fast) await task; return task.Result; } }
        """,
        ["CA1849", "CA2007", "MA0042", "VSTHRD103"]);

    [Fact]
    public Task A_completed_task_inside_a_call_that_waits_proves_nothing_of_the_call() => LeavesAsync(
        """
        class C { async Task<int> M(Task<int> task) { await task; return Load(task.Result).Result; } Task<int> Load(int i) => Task.Run(() => i); }
        """,
        ["CA1849", "CA2007", "CA2007", "MA0042", "VSTHRD103"]);

    [Fact]
    public Task Catches_around_the_turns_of_a_service_are_suppressed() => LeavesAsync(SupervisedLoop, []);

    [Fact]
    public Task The_option_keeps_the_catches() => LeavesAsync(SupervisedLoop, ["CA1031", "S2221"], "assay.suppress_supervised_catches = false");

    [Fact]
    public Task The_catch_at_the_end_of_a_program_is_suppressed() => LeavesAsync(
        """
        static class Program { static int Main() { try { return 0; } catch (Exception ex) { Console.Error.WriteLine(ex); return 1; } } }
        """,
        []);

    [Fact]
    public Task Catches_that_leave_no_trace_are_kept() => LeavesAsync(
        """
        using Microsoft.Extensions.Hosting;
        class Worker : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested) { try { await Task.Delay(1000, stoppingToken); } catch (Exception) { } }
            }
        }
        """,
        ["CA1031", "S2221"]);

    [Fact]
    public Task Catches_elsewhere_are_kept() => LeavesAsync(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger) { void M() { try { M(); } catch (Exception ex) { logger.LogError(ex, "It failed"); } } }
        """,
        ["CA1031", "S2221"]);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_no_matter() => LeavesAsync(
        """
        class C { async Task M(Task<int> task) { try { task.Result; } catch (Exc ) { } await } }
        """,
        ["CA1031", "CA1849", "CA2007", "MA0042", "S2221", "VSTHRD103"],
        allowErrors: true);

    [Fact]
    public void No_suppressor_takes_back_CA2007()
    {
        DiagnosticSuppressor[] all = [new CompletedWaitSuppressor(), new SupervisedCatchSuppressor()];
        Assert.DoesNotContain(all.SelectMany(s => s.SupportedSuppressions), s => s.SuppressedDiagnosticId == "CA2007");
        Assert.Distinct(all.SelectMany(s => s.SupportedSuppressions).Select(s => s.Id));
    }

    private static async Task LeavesAsync(string source, string[] left, string? editorConfig = null, bool allowErrors = false)
    {
        var project = TestProject.Create(TestProject.Files(source), editorConfig);
        var findings = await project.AnalyzeAsync([new PeerAnalyzer(), new CompletedWaitSuppressor(), new SupervisedCatchSuppressor()], allowErrors);
        Assert.Equal(left, findings.Select(f => f.Id).Order(StringComparer.Ordinal));
    }
}
