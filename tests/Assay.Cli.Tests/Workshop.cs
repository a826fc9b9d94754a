using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace Assay.Cli.Tests;

/// <summary>What a run of the command line came to.</summary>
public sealed record Outcome(int ExitCode, string Output, string Error);

/// <summary>A temporary folder to put sources in and run the command line on, in this process.</summary>
public sealed class Workshop : IDisposable
{
    /// <summary>A class in which rule ASSAY3003 finds one thing.</summary>
    public const string Flagged = """
        class PriceFeed
        {
            public decimal Read(string path)
            {
                try
                {
                    return decimal.Parse(System.IO.File.ReadAllText(path));
                }
                catch (System.FormatException ex)
                {
                    throw ex;
                }
            }
        }

        """;

    public string Folder { get; } = Resolve(Directory.CreateTempSubdirectory("assay-tests-").FullName);

    /// <summary>The root of the repository whose tests run.</summary>
    public static string RepositoryRoot { get; } =
        typeof(Workshop).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "RepositoryRoot").Value!;

    public CliEnvironment Environment { get; set; } = CliEnvironment.OfProcess() with { OutputIsTerminal = false, ErrorIsTerminal = false, Width = 120 };

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public string Path(string name) => System.IO.Path.Combine(Folder, name);

    public Workshop Write(string name, string text) => Write(name, new UTF8Encoding(false).GetBytes(text));

    public Workshop Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(name))!);
        File.WriteAllBytes(Path(name), bytes);
        return this;
    }

    public string Read(string name) => File.ReadAllText(Path(name));

    /// <summary>Writes an SDK project.</summary>
    public Workshop Project(string name, string frameworks = "net10.0", string items = "", string properties = "") => Write(name, $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <{(frameworks.Contains(';', StringComparison.Ordinal) ? "TargetFrameworks" : "TargetFramework")}>{frameworks}</{(frameworks.Contains(';', StringComparison.Ordinal) ? "TargetFrameworks" : "TargetFramework")}>
            {properties}
          </PropertyGroup>
          <ItemGroup>
            {items}
          </ItemGroup>
        </Project>
        """);

    /// <summary>Writes an XML solution of these projects.</summary>
    public Workshop Solution(string name, params string[] projects) =>
        Write(name, $"<Solution>{string.Concat(projects.Select(project => $"""<Project Path="{project}" />"""))}</Solution>");

    /// <summary>Runs a command line with this folder as the working folder.</summary>
    public async Task<Outcome> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        output.NewLine = error.NewLine = "\n";
        var exitCode = await Cli.RunAsync(args, output, error, Environment with { Folder = Folder }, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("   at ", error.ToString(), StringComparison.Ordinal);
        return new Outcome(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Runs git in the folder.</summary>
    public void Git(params string[] args)
    {
        var start = new ProcessStartInfo("git", ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", .. args])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var git = Process.Start(start)!;
        git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
    }

    /// <summary>Makes the folder a git repository with everything in it committed.</summary>
    public void Commit()
    {
        Git("init", "--quiet");
        Git("add", "--all");
        Git("commit", "--quiet", "--message", "Start");
    }

    // Where the temporary folder is a link, the compiler names files by what it leads to.
    private static string Resolve(string folder) =>
        new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder;
}
