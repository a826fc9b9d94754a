using System.Diagnostics;

namespace Assay.Grading.Jail;

/// <summary>The weak jail: a child process with an empty environment and what limits the machine offers. It stops accidents, not attacks, and every report says so.</summary>
internal sealed class PlainLauncher(JailLimits limits, JailProgram program) : JailLauncher(limits, program)
{
    private static bool HasLimits => OperatingSystem.IsLinux() && Tools.PrLimit is not null;

    public override IsolationRecord Isolation => new("weak", ["child process", HasLimits ? "rlimits" : "no limits but time", "killed by wall clock"]);

    private protected override ControlGroup? Group() => null;

    private protected override ProcessStartInfo Command(ControlGroup? group)
    {
        var dotnet = Path.Combine(JailStage.RuntimeRoot, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        string[] command = [dotnet, "exec", Path.Combine(Stage.DriverFolder, Program.Entry)];
        if (HasLimits)
            command = [Tools.PrLimit!, .. ResourceLimits(ownUser: false), .. command];
        var start = Bare(command[0]);
        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in RuntimeSettings())
            start.Environment[name] = value;
        return start;
    }
}
