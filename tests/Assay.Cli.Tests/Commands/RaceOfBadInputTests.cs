namespace Assay.Cli.Tests.Commands;

/// <summary>`assay race` over code that means no good: a verdict with its line, an exit code, and a process that lives to tell it.</summary>
public sealed class RaceOfBadInputTests : IDisposable
{
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Theory]
    [InlineData(1, "endless: no end after 5000 steps (line 4)", "private long _n;\n    public void Go() { while (true) _n++; }")]
    [InlineData(1, "endless: no end after 5000 steps (line 4)", "private bool _on;\n    public void Go() { while (!Volatile.Read(ref _on)) Thread.SpinWait(20); }")]
    [InlineData(1, "endless: no end of calls: the stack is used up (line 3)", "public int Go(int n) => Go(n + 1) + 1;")]
    [InlineData(1, "endless: no end of calls: the stack is used up (line 3)", "public async Task<int> Go(int n) => await Go(n + 1) + 1;")]
    [InlineData(1, "violation: InvalidOperationException: x (line 4)", "public void Go() => Later();\n    private async void Later() { await Task.Delay(1); throw new InvalidOperationException(\"x\"); }")]
    [InlineData(1, "violation: InvalidOperationException: x (line 3)", "public void Go() => new Thread(() => throw new InvalidOperationException(\"x\")).Start();")]
    [InlineData(0, "nothing found", "public void Go() => throw new InvalidOperationException(\"x\");")]
    [InlineData(2, "not controlled: Environment.Exit is not controlled (line 3)", "public void Go() => Environment.Exit(3);")]
    [InlineData(2, "not controlled: Environment.FailFast is not controlled (line 3)", "public void Go() => Environment.FailFast(\"x\");")]
    [InlineData(2, "not controlled: Thread.Interrupt is not controlled (line 3)", "public void Go() => Thread.CurrentThread.Interrupt();")]
    [InlineData(2, "not controlled: Case.pause is not controlled (line 4)", "[System.Runtime.InteropServices.DllImport(\"libc\")] private static extern int pause();\n    public int Go() => pause();")]
    [InlineData(2, "TypeInitializationException", "static Case() => throw new InvalidOperationException(\"x\");\n    public int Go() => 1;")]
    public Task A_verdict_is_told_with_its_line(int exitCode, string verdict, string members) => TellsAsync(exitCode, verdict, members);

    [Fact]
    public async Task A_module_that_does_not_end_its_beginning_is_told_with_its_line()
    {
        // Ends with the test: the thread that is given up would keep a processor busy while all others are tested.
        const string Over = "Assay.Tests.CaseIsOver";
        try
        {
            await TellsAsync(
                2, "not controlled: the code waits for, or computes, something without end, after line 3",
                $"[System.Runtime.CompilerServices.ModuleInitializer] internal static void Begin() {{ while (!AppContext.TryGetSwitch(\"{Over}\", out _)) {{ }} }}\n    public int Go() => 1;");
        }
        finally
        {
            AppContext.SetSwitch(Over, true);
        }
    }

    private async Task TellsAsync(int exitCode, string verdict, string members)
    {
        _shop.Write("Case.cs", $"public class Case\n{{\n    {members}\n}}");
        // A verdict ends the search, however busy the machine is; where nothing is found it takes all it gets.
        var outcome = await _shop.RunAsync(["race", "Case.cs", "--budget", exitCode == 0 ? "2" : "120"]);

        Assert.Equal((exitCode, ""), (outcome.ExitCode, outcome.Error));
        Assert.StartsWith("Case: ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(verdict, outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Output, StringComparison.Ordinal);
    }
}
