using System.Collections.Concurrent;
using System.Collections.Immutable;
using Assay.Cli.Scanning;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Cli.Loading;

/// <summary>
/// The .editorconfig and global config files of a project, in the two forms the compiler asks for: the severities of
/// diagnostics, and the options of analyzers.
/// </summary>
internal sealed class EditorConfigs
{
    private readonly AnalyzerConfigSet _set;
    private readonly bool _generatedIsScanned;
    private readonly ConcurrentDictionary<string, AnalyzerConfigOptionsResult> _results = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Values> _options = new(StringComparer.Ordinal);

    private EditorConfigs(ImmutableArray<SourceFile> files, AnalyzerConfigSet set, bool generatedIsScanned)
    {
        (Files, _set, _generatedIsScanned) = (files, set, generatedIsScanned);
        Severities = new SeverityProvider(this);
        Options = new OptionsProvider(this);
    }

    /// <summary>The files themselves, with the preset among them.</summary>
    public ImmutableArray<SourceFile> Files { get; }

    public SyntaxTreeOptionsProvider Severities { get; }

    public AnalyzerConfigOptionsProvider Options { get; }

    /// <param name="paths">The files; those that cannot be read are left out.</param>
    /// <param name="preset">The text of the global config for the mode; null for none.</param>
    /// <param name="generatedIsScanned">Whether files that call themselves generated are scanned like others.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<EditorConfigs> ReadAsync(IEnumerable<string> paths, string? preset, bool generatedIsScanned, CancellationToken cancellationToken)
    {
        var files = ImmutableArray.CreateBuilder<SourceFile>();
        foreach (var path in paths)
        {
            var file = await SourceFile.ReadAsync(path, cancellationToken);
            if (file.LeftOut is null)
                files.Add(file);
        }
        if (preset is not null)
            files.Add(new SourceFile(Path.Combine(Path.GetTempPath(), "assay.mode.globalconfig"), SourceText.From(preset)));
        var configs = files.Select(file => AnalyzerConfig.Parse(file.Text, file.Path)).ToList();
        return new EditorConfigs(files.ToImmutable(), AnalyzerConfigSet.Create(configs, out _), generatedIsScanned);
    }

    /// <summary>The .editorconfig files that apply to loose files: beside and above them.</summary>
    public static ImmutableArray<string> Above(IEnumerable<string> files)
    {
        var folders = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            for (var folder = Path.GetDirectoryName(file); folder is not null && folders.Add(folder); folder = Path.GetDirectoryName(folder))
            {
            }
        }
        return [.. folders.Select(folder => Path.Combine(folder, ".editorconfig")).Where(File.Exists)];
    }

    private AnalyzerConfigOptionsResult For(SyntaxTree tree) =>
        _results.GetOrAdd(tree.FilePath, static (path, set) => set.GetOptionsForSourcePath(path), _set);

    private Values Read(SyntaxTree tree)
    {
        var options = For(tree).AnalyzerOptions;
        // A file that says it is generated would otherwise be passed over.
        return new Values(IsScannedThoughGenerated(tree) ? options.SetItem("generated_code", "false") : options);
    }

    // What generators make while compiling lies in no file, and nobody can mend it.
    private bool IsScannedThoughGenerated(SyntaxTree tree) => _generatedIsScanned && File.Exists(tree.FilePath);

    private sealed class SeverityProvider(EditorConfigs configs) : SyntaxTreeOptionsProvider
    {
        public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellationToken)
        {
            if (configs.IsScannedThoughGenerated(tree))
                return GeneratedKind.NotGenerated;
            return configs.For(tree).AnalyzerOptions.TryGetValue("generated_code", out var text) && bool.TryParse(text, out var generated)
                ? generated ? GeneratedKind.MarkedGenerated : GeneratedKind.NotGenerated
                : GeneratedKind.Unknown;
        }

        public override bool TryGetDiagnosticValue(SyntaxTree tree, string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity) =>
            configs.For(tree).TreeOptions.TryGetValue(diagnosticId, out severity);

        public override bool TryGetGlobalDiagnosticValue(string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity) =>
            configs._set.GlobalConfigOptions.TreeOptions.TryGetValue(diagnosticId, out severity);
    }

    private sealed class OptionsProvider(EditorConfigs configs) : AnalyzerConfigOptionsProvider
    {
        private static readonly AnalyzerConfigOptions None = new Values(ImmutableDictionary<string, string>.Empty);

        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(configs._set.GlobalConfigOptions.AnalyzerOptions);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) =>
            configs._options.GetOrAdd(tree.FilePath, static (_, asked) => asked.configs.Read(asked.tree), (configs, tree));

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => None;
    }

    private sealed class Values(ImmutableDictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override IEnumerable<string> Keys => values.Keys;

        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) =>
            values.TryGetValue(key, out value);
    }
}
