using System.ComponentModel;
using System.Diagnostics;

namespace Assay.Cli.Fixing;

/// <summary>Whether git could undo what a fix does.</summary>
internal static class WorkTree
{
    /// <summary>Why files below <paramref name="folder"/> must not be changed, or what to know when they may; null when all is well.</summary>
    public static async Task<(string? Refusal, string? Note)> CheckAsync(string folder, CancellationToken cancellationToken)
    {
        var status = await GitAsync(folder, ["status", "--porcelain", "--untracked-files=all", "--", "."], cancellationToken);
        if (status is null)
            return (null, "git is not installed here, so nothing but your own copy can undo the fixes");
        if (status is not { ExitCode: 0 })
            return (null, "this is no git repository, so nothing but your own copy can undo the fixes");
        var dirty = status.Value.Lines.Where(IsWork).ToList();
        return dirty.Count == 0
            ? (null, null)
            : ($"the git tree has changes that are not committed ({Counted.Of(dirty.Count, "file")}): commit or stash them first, or give --force", null);
    }

    // Untracked build output is no work of anybody's.
    private static bool IsWork(string line) =>
        !line.StartsWith("??", StringComparison.Ordinal) || line.TrimEnd('"').EndsWith(".cs", StringComparison.OrdinalIgnoreCase);

    private static async Task<(int ExitCode, string[] Lines)?> GitAsync(string folder, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return null;
        }
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await errors;
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
