using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Cli.Tests.Loading;

public sealed class BadInputTests : IDisposable
{
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public Task A_missing_path_is_an_error() =>
        Refuses("assay: 'nowhere' does not exist: give a solution, a project, a folder or a .cs file\n", "scan", "nowhere");

    [Fact]
    public Task An_empty_folder_is_an_error() =>
        Refuses("assay: '.' holds no C# file: give a folder with a solution, a project or .cs files\n", "scan", ".");

    [Fact]
    public Task Another_kind_of_file_is_an_error()
    {
        _shop.Write("notes.txt", "");
        return Refuses("assay: 'notes.txt' is no C# input: give a .sln, .slnx, .csproj or .cs file, or a folder\n", "scan", "notes.txt");
    }

    [Fact]
    public Task Several_solutions_are_an_error_that_names_them()
    {
        _shop.Write("A.sln", "").Write("B.slnx", "<Solution />");
        return Refuses("assay: '.' holds several solutions: name one of A.sln, B.slnx\n", "scan", ".");
    }

    [Fact]
    public async Task Broken_solutions_are_errors()
    {
        _shop.Write("A.slnx", "<Solution").Write("B.sln", "no solution at all");
        Assert.StartsWith("assay: 'A.slnx' cannot be read as a solution: ", (await _shop.RunAsync("scan", "A.slnx")).Error, StringComparison.Ordinal);
        await Refuses("assay: 'B.sln' names no project\n", "scan", "B.sln");
    }

    [Theory]
    [InlineData("--bogus", "assay: Unrecognized option '--bogus'.")]
    [InlineData("--exclud", "assay: Unrecognized option '--exclud'. Did you mean --exclude?")]
    [InlineData("--format=xml", "assay: Argument 'xml' not recognized.")]
    public async Task An_unknown_option_is_an_error(string option, string message)
    {
        var outcome = await _shop.RunAsync("scan", ".", option);
        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith(message, outcome.Error, StringComparison.Ordinal);
        Assert.EndsWith("assay: run 'assay scan --help' for the options\n", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_binary_file_is_skipped_and_named()
    {
        _shop.Write("Image.cs", [0x89, 0x50, 0, 0, 1]).Write("PriceFeed.cs", Workshop.Flagged);
        var outcome = await _shop.RunAsync("scan", ".");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("assay: Image.cs: is binary (it holds NUL bytes), so it is skipped\n", outcome.Error);
    }

    [Fact]
    public async Task Nothing_but_a_binary_file_ends_with_two()
    {
        _shop.Write("Image.cs", [0x89, 0x50, 0, 0, 1]);
        Assert.Equal(2, (await _shop.RunAsync("scan", "Image.cs")).ExitCode);
    }

    [Fact]
    public async Task Invalid_UTF_8_is_read_as_Latin_1()
    {
        _shop.Write("PriceFeed.cs", Encoding.Latin1.GetBytes("// Müller\n" + Workshop.Flagged));
        var outcome = await _shop.RunAsync("scan", ".");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("assay: PriceFeed.cs: is not valid UTF-8, read as Latin-1\n", outcome.Error);
    }

    [Fact]
    public async Task UTF_16_with_a_mark_is_read()
    {
        _shop.Write("PriceFeed.cs", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Workshop.Flagged)]);
        var outcome = await _shop.RunAsync("scan", ".");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Empty(outcome.Error);
    }

    public static TheoryData<string, string> Deep() => new()
    {
        { "parentheses", $"class C {{ int M() => {new string('(', 100_000)}1{new string(')', 100_000)}; }}" },
        { "blocks", $"class C {{ void M() {new string('{', 100_000)}{new string('}', 100_000)} }}" },
        { "open", new string('(', 100_000) },
        { "negations", $"class C {{ bool M(bool b) => {new string('!', 100_000)}b; }}" },
        { "additions", $"class C {{ int M(int a) => a{string.Concat(Enumerable.Repeat(" + a", 100_000))}; }}" },
        { "calls", $"class C {{ C M() => this{string.Concat(Enumerable.Repeat(".M()", 50_000))}; }}" },
        { "choices", $"class C {{ void M(int a) {{ if (a == 0) return; {string.Concat(Enumerable.Repeat("else if (a == 1) return; ", 20_000))} }} }}" },
        { "generics", $"class C<T> {{ {string.Concat(Enumerable.Repeat("C<", 50_000))}int{new string('>', 50_000)} field; }}" },
    };

    [Theory]
    [MemberData(nameof(Deep))]
    public async Task Code_nested_without_end_is_skipped_and_the_rest_scanned(string name, string code)
    {
        _shop.Write($"{name}.cs", code).Write("PriceFeed.cs", Workshop.Flagged);
        var outcome = await _shop.RunAsync("scan", ".");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("ASSAY3003", outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"assay: {name}.cs: nests more than ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sources_of_the_runtime_itself_do_not_end_the_process()
    {
        _shop.Write("String.cs", """
            namespace System
            {
                public sealed class String
                {
                    [System.Runtime.CompilerServices.IndexerName("Chars")]
                    public char this[int index] => 'a';
                    public static implicit operator String(int value) => new String();
                }
            }
            namespace System.Runtime.CompilerServices
            {
                public sealed class IndexerNameAttribute : System.Attribute { public IndexerNameAttribute(String name) { } }
            }
            """).Write("PriceFeed.cs", Workshop.Flagged);
        var outcome = await _shop.RunAsync("scan", ".");
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("assay: String.cs: declares System.String, which is the runtime's own, so it is skipped\n", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_flat_file_is_scanned()
    {
        var flat = string.Join(", ", Enumerable.Range(0, 50_000).Select(i => $"({i})"));
        _shop.Write("Table.cs", $"class Table {{ int[] _values = [{flat}]; }}").Write("PriceFeed.cs", Workshop.Flagged);
        var outcome = await _shop.RunAsync("scan", ".");
        Assert.Empty(outcome.Error);
        Assert.Contains("2 files", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere/out.sarif", "assay: the folder of 'nowhere/out.sarif' does not exist: create it first\n")]
    [InlineData("taken", "assay: 'taken' is a folder: give a file to write to\n")]
    public async Task An_output_that_cannot_be_written_is_refused_before_the_scan(string output, string message)
    {
        _shop.Write("PriceFeed.cs", Workshop.Flagged).Write("taken/file", "");
        await Refuses(message, "scan", ".", "--output", output);
    }

    [Fact]
    public async Task A_read_only_output_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a file that even root cannot write");
        _shop.Write("PriceFeed.cs", Workshop.Flagged);
        var outcome = await _shop.RunAsync("scan", ".", "--output", "/proc/version");
        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith("assay: '/proc/version' cannot be written: ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_that_crashes_is_named_with_the_file()
    {
        _shop.Write("PriceFeed.cs", Workshop.Flagged);
        _shop.Environment = _shop.Environment with { ExtraAnalyzers = [new Crashing()] };

        var clean = await _shop.Write("PriceFeed.cs", "class PriceFeed { }").RunAsync("scan", ".");

        Assert.Equal(2, clean.ExitCode);
        Assert.Equal("assay: PriceFeed.cs: rule ASSAY0000 failed with InvalidOperationException and may have missed findings: please report it, and leave the rule out until then\n", clean.Error);
    }

    [Fact]
    public async Task An_interrupted_scan_ends_quietly()
    {
        _shop.Write("PriceFeed.cs", Workshop.Flagged);
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var interrupted = new CancellationTokenSource();
        await interrupted.CancelAsync();

        var exitCode = await Cli.RunAsync(["scan", "."], output, error, _shop.Environment with { Folder = _shop.Folder }, interrupted.Token);

        Assert.Equal(130, exitCode);
        Assert.Empty(output.ToString() + error);
    }

    private async Task Refuses(string message, params string[] args)
    {
        var outcome = await _shop.RunAsync(args);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal(message, outcome.Error);
        Assert.Empty(outcome.Output);
    }

#pragma warning disable RS1036, RS1038, RS1041, RS2008 // It is no analyzer anybody installs.
    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    private sealed class Crashing : DiagnosticAnalyzer
    {
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
            [new("ASSAY0000", "Crashes", "crashes", "Errors", DiagnosticSeverity.Warning, isEnabledByDefault: true)];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterSyntaxNodeAction(_ => throw new InvalidOperationException("boom\nboom"), Microsoft.CodeAnalysis.CSharp.SyntaxKind.ClassDeclaration);
        }
    }
#pragma warning restore RS1036, RS1038, RS1041, RS2008
}
