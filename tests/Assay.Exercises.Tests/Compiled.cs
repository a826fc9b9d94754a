using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using Assay.TestKit;
using Assay.Weaving;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Emit;

namespace Assay.Exercises.Tests;

/// <summary>Submissions as grading compiles them: against the framework and the contracts, nothing else. Each text is compiled once.</summary>
internal static class Compiled
{
    private static readonly ConcurrentDictionary<string, Lazy<(CSharpCompilation Compilation, Submission Submission)>> Known = new();

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. TestReferences.FrameworkPaths().Select(path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(Exercise.Contracts.Location),
    ];

    private static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers =
    [
        .. typeof(Assay.Analyzers.Rule).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    public static Submission Submission(IReadOnlyList<SourceText> files) => Of(files).Submission;

    public static Submission Reference(Exercise exercise) => Submission(exercise.Reference);

    public static Submission Defect(Exercise exercise, PlantedDefect defect) => Submission(Edited(exercise, defect));

    /// <summary>What the rules report at warning level, as "ASSAY2003 File.cs: message".</summary>
    public static async Task<IReadOnlyList<string>> FindingsAsync(IReadOnlyList<SourceText> files, DiagnosticSeverity least = DiagnosticSeverity.Warning)
    {
        var findings = await Of(files).Compilation.WithAnalyzers(Analyzers).GetAnalyzerDiagnosticsAsync();
        return [.. findings.Where(finding => finding.Severity >= least)
            .Select(finding => $"{finding.Id} {finding.Location.SourceTree?.FilePath}: {finding.GetMessage()}")
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>The reference with a defect's edits.</summary>
    public static IReadOnlyList<SourceText> Edited(Exercise exercise, PlantedDefect defect)
    {
        var files = exercise.Reference.ToDictionary(file => file.Path, file => file.Text);
        foreach (var edit in defect.Edits)
        {
            var text = files[edit.Path];
            var at = text.IndexOf(edit.Find, StringComparison.Ordinal);
            Assert.True(at >= 0, $"{defect.Name}: '{edit.Find}' is not in {edit.Path}.");
            Assert.True(text.IndexOf(edit.Find, at + 1, StringComparison.Ordinal) < 0, $"{defect.Name}: '{edit.Find}' is in {edit.Path} twice.");
            files[edit.Path] = text.Replace(edit.Find, edit.Replace, StringComparison.Ordinal);
        }

        return [.. exercise.Reference.Select(file => new SourceText(file.Path, files[file.Path]))];
    }

    /// <summary>The C# files of a folder below samples/submissions.</summary>
    public static IReadOnlyList<SourceText> Sample(string exercise, string name)
    {
        var folder = Path.Combine(SamplesOf(exercise), name);
        return [.. Directory.EnumerateFiles(folder, "*.cs").Order(StringComparer.Ordinal).Select(file => new SourceText(Path.GetFileName(file), File.ReadAllText(file)))];
    }

    public static string SamplesOf(string exercise) => Path.Combine(TestReferences.RepositoryRoot, "samples", "submissions", exercise);

    private static (CSharpCompilation Compilation, Submission Submission) Of(IReadOnlyList<SourceText> files) =>
        Known.GetOrAdd(string.Concat(files.Select(file => file.Path + "\n" + file.Text)), _ => new(() => Compile(files))).Value;

    private static (CSharpCompilation Compilation, Submission Submission) Compile(IReadOnlyList<SourceText> files)
    {
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable);
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(Microsoft.CodeAnalysis.Text.SourceText.From(file.Text, System.Text.Encoding.UTF8), new CSharpParseOptions(LanguageVersion.Latest), file.Path));
        var compilation = CSharpCompilation.Create($"Submission{Guid.NewGuid():n}", trees, References, options);
        var (assembly, symbols) = (new MemoryStream(), new MemoryStream());
        var result = compilation.Emit(assembly, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));
        return (compilation, new Submission(assembly.ToArray(), symbols.ToArray()));
    }
}

/// <summary>A compiled submission and, once it is asked for, its woven copy.</summary>
internal sealed class Submission(byte[] image, byte[] symbols)
{
    private readonly Lazy<WovenCode> _woven = new(() => WovenCode.Load(new MemoryStream(image), new MemoryStream(symbols)));

    public Assembly Assembly { get; } = Assembly.Load(image);

    public WovenCode Woven => _woven.Value;
}
