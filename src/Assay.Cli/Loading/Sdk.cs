using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;

namespace Assay.Cli.Loading;

/// <summary>Runs `dotnet` and listens to it.</summary>
internal static class Sdk
{
    // Left behind by a `dotnet run` or `dotnet test` around this process; they would bind the child to that SDK's folders.
    private static readonly string[] LeftByAnOuterSdk = ["MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH", "MSBuildLoadMicrosoftTargetsReadOnly", "DOTNET_CLI_TELEMETRY_SESSIONID", "MSBUILDUSESERVER"];

    /// <summary>What `dotnet` said; null lines when there is no `dotnet` here.</summary>
    public static async Task<(int ExitCode, ImmutableArray<string> Lines)?> RunAsync(
        IEnumerable<string> arguments,
        string folder,
        IReadOnlyDictionary<string, string> variables,
        CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = StartInfo(arguments, folder, variables) };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return null;
        }
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            var both = output + await errors;
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, [.. both.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static ProcessStartInfo StartInfo(IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo(variables.GetValueOrDefault("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        foreach (var name in LeftByAnOuterSdk)
            start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        return start;
    }
}
