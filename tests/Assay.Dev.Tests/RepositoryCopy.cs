using System.Diagnostics;
using Assay.TestKit;

namespace Assay.Dev.Tests;

/// <summary>A copy of the repository's own files, as git lists them, in a temporary folder.</summary>
internal sealed class RepositoryCopy : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RepositoryCopy()
    {
        foreach (var file in Files())
        {
            var source = Path.Combine(TestReferences.RepositoryRoot, file);
            // Deleted in the working tree but not yet in the index.
            if (!File.Exists(source))
                continue;
            var target = PathOf(file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target);
        }
    }

    public string Root => _folder.Path;

    public string PathOf(string file) => _folder.PathOf(file);

    public Task<(int ExitCode, string Output)> DevAsync(params string[] arguments) =>
        DotNet.RunAsync(Root, ["run", "--project", "build/dev", "--", .. arguments]);

    public void Dispose() => _folder.Dispose();

    private static IReadOnlyList<string> Files()
    {
        var start = new ProcessStartInfo("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        {
            WorkingDirectory = TestReferences.RepositoryRoot,
            RedirectStandardOutput = true,
        };
        using var git = Process.Start(start) ?? throw new TestFailure("git did not start.");
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return output.Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }
}
