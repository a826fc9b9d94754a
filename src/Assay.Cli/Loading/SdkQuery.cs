using System.Collections.Immutable;
using System.Security;
using Assay.Cli.Scanning;

namespace Assay.Cli.Loading;

/// <summary>What the SDK told about a set of projects.</summary>
/// <param name="Reports">One for each project and target framework, of the projects asked for and those they reference.</param>
/// <param name="Errors">All errors of restoring and evaluating.</param>
/// <param name="Unusable">Why the SDK could not be asked at all; null when it could.</param>
internal sealed record SdkAnswer(ImmutableArray<ProjectReport> Reports, ImmutableArray<SdkError> Errors, string? Unusable = null);

/// <summary>
/// Asks the SDK for the compiler's own arguments. All projects go through one build engine process, which shares what it
/// evaluates; a second one runs only for references that the project files do not name literally.
/// </summary>
internal sealed class SdkQuery : IDisposable
{
    private const string Report = "AssayReport";
    private const int ProjectsWorthASecondNode = 6;

    private readonly string _folder = Directory.CreateTempSubdirectory("assay-").FullName;
    private readonly string _workingFolder;
    private readonly IReadOnlyDictionary<string, string> _variables;
    private readonly Progress _progress;
    private readonly List<SdkError> _errors = [];
    private string? _unusable;

    /// <param name="workingFolder">Where `dotnet` runs, which decides the global.json it obeys.</param>
    /// <param name="variables">The environment of `dotnet`.</param>
    /// <param name="progress">Told what takes long.</param>
    public SdkQuery(string workingFolder, IReadOnlyDictionary<string, string> variables, Progress progress)
    {
        (_workingFolder, _variables, _progress) = (workingFolder, variables, progress);
        foreach (var name in new[] { "assay.report.targets", "assay.cross.targets" })
        {
            using var from = typeof(SdkQuery).Assembly.GetManifestResourceStream(name)!;
            using var to = File.Create(Path.Combine(_folder, name));
            from.CopyTo(to);
        }
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        // A file still held by a dying child; the system's temporary folder is cleaned by others too.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _progress.Show($"left {_folder} behind");
        }
    }

    public async Task<SdkAnswer> AskAsync(ImmutableArray<string> projects, CancellationToken cancellationToken)
    {
        var reports = new List<ProjectReport>();
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var wave = Closure(projects);
        var restored = wave.Any(ProjectFile.NeedsRestore) && await RestoreAsync(wave, cancellationToken);
        while (!wave.IsEmpty && _unusable is null)
        {
            asked.UnionWith(wave);
            var before = _errors.Count;
            var answers = await ReportAsync(wave, cancellationToken);
            if (!restored && _errors.Skip(before).Any(e => e.AsksForRestore))
            {
                _errors.RemoveRange(before, _errors.Count - before);
                restored = await RestoreAsync(wave, cancellationToken);
                answers = await ReportAsync(wave, cancellationToken);
            }
            reports.AddRange(answers);
            wave = [.. answers.SelectMany(r => r.References).Select(r => r.Project).Where(p => IsCSharp(p) && !asked.Contains(p)).Distinct(StringComparer.Ordinal)];
        }
        return new SdkAnswer([.. reports.OrderBy(r => r.Project, StringComparer.Ordinal).ThenBy(r => r.Framework, StringComparer.Ordinal)], [.. _errors], _unusable);
    }

    private static ImmutableArray<string> Closure(ImmutableArray<string> projects)
    {
        var all = new List<string>(projects);
        for (var i = 0; i < all.Count; i++)
            all.AddRange(ProjectFile.References(all[i]).Where(reference => !all.Contains(reference, StringComparer.Ordinal)));
        return [.. all.Distinct(StringComparer.Ordinal)];
    }

    private static bool IsCSharp(string project) =>
        project.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase) && File.Exists(project);

    private async Task<bool> RestoreAsync(ImmutableArray<string> projects, CancellationToken cancellationToken)
    {
        _progress.Show($"restoring {projects.Length} projects");
        await RunAsync(projects, "Restore", [], cancellationToken);
        return true;
    }

    private async Task<ImmutableArray<ProjectReport>> ReportAsync(ImmutableArray<string> projects, CancellationToken cancellationToken)
    {
        _progress.Show($"asking the SDK about {projects.Length} projects");
        var answers = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N")));
        await RunAsync(projects, Report, ReportProperties(answers.FullName), cancellationToken);
        var reports = ImmutableArray.CreateBuilder<ProjectReport>();
        foreach (var file in answers.EnumerateFiles("*.report"))
            reports.Add(ProjectReport.Parse(await File.ReadAllLinesAsync(file.FullName, cancellationToken)));
        return reports.ToImmutable();
    }

    private string[] ReportProperties(string answers) =>
    [
        "-p:DesignTimeBuild=true",
        "-p:ProvideCommandLineArgs=true",
        "-p:SkipCompilerExecution=true",
        "-p:BuildProjectReferences=false",
        // Without a file that is never there, an up-to-date project reports no arguments.
        "-p:NonExistentFile=__none__/__none__",
        $"-p:AssayFolder={answers}",
        $"-p:CustomAfterMicrosoftCommonTargets={Path.Combine(_folder, "assay.report.targets")}",
        $"-p:CustomAfterMicrosoftCommonCrossTargetingTargets={Path.Combine(_folder, "assay.cross.targets")}",
    ];

    private async Task RunAsync(ImmutableArray<string> projects, string target, string[] properties, CancellationToken cancellationToken)
    {
        var traversal = Path.Combine(_folder, $"{target}.proj");
        await File.WriteAllTextAsync(traversal, Traversal(projects, target), cancellationToken);
        var nodes = projects.Length >= ProjectsWorthASecondNode && target == Report ? 2 : 1;
        string[] arguments = ["msbuild", traversal, "-nologo", "-verbosity:quiet", "-consoleLoggerParameters:NoSummary", $"-maxCpuCount:{nodes}", .. properties];
        var answer = await Sdk.RunAsync(arguments, _workingFolder, _variables, cancellationToken);
        if (answer is not { } said)
        {
            _unusable = "'dotnet' was not found: install the .NET SDK and put it on PATH";
            return;
        }
        var errors = said.Lines.Select(SdkError.Parse).OfType<SdkError>().Distinct().ToList();
        _errors.AddRange(errors);
        if (said.ExitCode != 0 && errors.Count == 0)
            _unusable = $"'dotnet msbuild' does not work in {_workingFolder}: {said.Lines.FirstOrDefault() ?? "it says nothing"}";
    }

    private static string Traversal(ImmutableArray<string> projects, string target)
    {
        var items = string.Concat(projects.Select(project => $"""<P Include="{SecurityElement.Escape(Escape(project))}" />"""));
        var parallel = target == Report ? "true" : "false";
        return $"""
            <Project DefaultTargets="All">
              <ItemGroup>{items}</ItemGroup>
              <Target Name="All">
                <MSBuild Projects="@(P)" Targets="{target}" BuildInParallel="{parallel}" SkipNonexistentTargets="true" ContinueOnError="ErrorAndContinue" />
              </Target>
            </Project>
            """;
    }

    // The characters that mean something to the build engine, in its own escapes.
    private static string Escape(string path) =>
        string.Concat(path.Select(c => "%*?@$();'".Contains(c, StringComparison.Ordinal) ? $"%{(int)c:X2}" : c.ToString()));
}
