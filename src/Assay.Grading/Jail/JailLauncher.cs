using System.Diagnostics;
using System.Globalization;

namespace Assay.Grading.Jail;

/// <summary>Starts jails. Which walls stand is decided once, by trial, and said in every report.</summary>
public abstract class JailLauncher : IDisposable
{
    private const int FirstSlotUser = 60_000;
    private const int SlotUsers = 4_000;

    private static int _slots;

    private protected JailLauncher(JailLimits limits, JailProgram program)
    {
        Limits = limits;
        Program = program;
        Stage = new JailStage(program.Folder);
        Descriptors.CloseOnStart();
    }

    /// <summary>How the candidate's code is kept in.</summary>
    public abstract IsolationRecord Isolation { get; }

    /// <summary>What a jail may use.</summary>
    public JailLimits Limits { get; }

    private protected JailProgram Program { get; }

    private protected JailStage Stage { get; }

    /// <summary>Starts a jail with its driver.</summary>
    /// <exception cref="JailUnavailableException">It cannot be started: our fault, never the candidate's.</exception>
    public JailProcess Start()
    {
        var group = Group();
        try
        {
            var process = Process.Start(Command(group)) ?? throw new JailUnavailableException("the system started no process");
            return new JailProcess(process, group, Limits);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            group?.Dispose();
            throw new JailUnavailableException($"the jail could not be started: {e.Message}");
        }
    }

    /// <inheritdoc />
    public void Dispose() => Stage.Dispose();

    private protected abstract ControlGroup? Group();

    private protected abstract ProcessStartInfo Command(ControlGroup? group);

    private protected static ProcessStartInfo Bare(string program) => new(program)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
        WorkingDirectory = "/",
        Environment = { },
    };

    /// <summary>A user that owns nothing else, so that its process count is the jail's own.</summary>
    private protected static int SlotUser() => FirstSlotUser + (int)((uint)Interlocked.Increment(ref _slots) % SlotUsers);

    private protected string[] ResourceLimits(bool ownUser)
    {
        // The soft limit is announced by a signal, which tells a busy loop from other ends; the hard one kills.
        var cpu = (long)Math.Ceiling(Limits.Cpu.TotalSeconds);
        List<string> options =
        [
            string.Create(CultureInfo.InvariantCulture, $"--cpu={cpu}:{cpu + 1}"),
            string.Create(CultureInfo.InvariantCulture, $"--fsize={Limits.Disk}"),
            "--core=0",
            "--nofile=256",
        ];
        // Above the group's own limit where there is one: only the group says that it was met.
        if (ownUser)
            options.Add(string.Create(CultureInfo.InvariantCulture, $"--nproc={2 * Limits.Tasks}"));
        return [.. options];
    }

    private protected IEnumerable<(string Name, string Value)> RuntimeSettings() =>
    [
        ("DOTNET_EnableDiagnostics", "0"),
        ("DOTNET_gcServer", "0"),
        ("DOTNET_gcConcurrent", "0"),
        ("DOTNET_GCHeapHardLimit", Limits.Heap.ToString("X", CultureInfo.InvariantCulture)),
        // Four megabytes, hexadecimal: memory that is used again costs less than the kernel takes to give new.
        ("DOTNET_GCgen0size", "400000"),
        ("DOTNET_TieredPGO", "0"),
        // Calls come one after the other over a pipe: a pool thread that spins for the next one burns what the answer to this one needs.
        ("DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "0"),
        ("DOTNET_EnableWriteXorExecute", "0"),
        ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"),
        ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"),
        ("DOTNET_DbgEnableMiniDump", "0"),
        ("TZ", "UTC"),
        ("LANG", "C.UTF-8"),
        .. Program.Settings,
    ];
}

/// <summary>What runs in a jail.</summary>
/// <param name="Folder">The folder beside this assembly.</param>
/// <param name="Entry">The program's assembly in it.</param>
internal sealed record JailProgram(string Folder, string Entry)
{
    /// <summary>Calls a submission.</summary>
    public static JailProgram Driver { get; } = new("jail", "Assay.Jail.dll")
    {
        // In milliseconds, hexadecimal: what is over sooner is compiled once, quickly; what computes for long is compiled again, well.
        Settings = [("DOTNET_TC_CallCountingDelayMs", "3E8")],
    };

    /// <summary>Compiles and analyses one.</summary>
    public static JailProgram Compiler { get; } = new("compiler", "Assay.Compiler.dll");

    /// <summary>What its runtime is told besides what all are told.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [];
}

/// <summary>A jail cannot be had on this machine now.</summary>
public sealed class JailUnavailableException(string message) : Exception(message);
