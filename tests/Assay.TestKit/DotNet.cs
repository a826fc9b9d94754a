using System.Diagnostics;

namespace Assay.TestKit;

/// <summary>Runs the dotnet command as a user would.</summary>
public static class DotNet
{
    /// <summary>Runs <c>dotnet</c> to its end and returns its exit code and everything it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A build server left behind would keep the test's folder open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_NOLOGO"] = "1";
        // Set by the test host, and wrong for a child that builds.
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBuildExtensionsPath");
        using var process = Process.Start(start) ?? throw new TestFailure("dotnet did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>As <see cref="RunAsync"/>, and fails the test when the exit code is not 0.</summary>
    public static async Task<string> SucceedAsync(string folder, params string[] arguments)
    {
        var (exitCode, output) = await RunAsync(folder, arguments);
        return exitCode == 0 ? output : throw new TestFailure($"dotnet {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
    }
}
