using System.CommandLine;
using System.Text;
using Assay.Cli.Loading;
using Assay.Weaving;
using Assay.Weaving.Programs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;

namespace Assay.Cli.Commands;

/// <summary>`assay race`: explores the types of a file by generated concurrent programs.</summary>
internal static class RaceCommand
{
    private const int MostErrors = 5;

    // What one run may take is a quarter of this; a single call into the framework may take more before anybody can count.
    private const long MostHeap = 1L << 30;

    private const string Usings = """
        global using System;
        global using System.Collections.Concurrent;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private const string Invariant = "[System.AttributeUsage(System.AttributeTargets.Method)] internal sealed class InvariantAttribute : System.Attribute;";

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Preview, DocumentationMode.None);
    private static readonly Argument<string> FileOf = new("FILE") { Description = "A .cs file that needs nothing but the framework." };
    private static readonly Option<string?> TypeName = new("--type") { Description = "The class to explore; every public class of the file when it is left out.", HelpName = "NAME" };
    private static readonly Option<int> Seed = new("--seed") { Description = "Decides everything random.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<double> Budget = new("--budget") { Description = "For how long to explore each class.", HelpName = "SECONDS", DefaultValueFactory = _ => 10 };

    public static Command Create(CliContext context)
    {
        var command = new Command("race", "Looks for races in a class: runs it under schedule after schedule, with its own sequential runs as the specification.") { FileOf, TypeName, Seed, Budget };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CliContext context, CancellationToken cancellationToken)
    {
        if (!double.IsFinite(parsed.GetValue(Budget)) || parsed.GetValue(Budget) is <= 0 or > 86_400)
            return await RefuseAsync(context, "--budget takes a number of seconds above zero and up to a day");
        var path = Path.GetFullPath(parsed.GetValue(FileOf)!, context.Environment.Folder);
        if (!File.Exists(path))
            return await RefuseAsync(context, $"there is no file {parsed.GetValue(FileOf)}");
        var file = await SourceFile.ReadAsync(path, cancellationToken);
        if (file.LeftOut is { } reason)
            return await RefuseAsync(context, $"{parsed.GetValue(FileOf)} {reason}");
        var (image, symbols, errors) = Compile(file, cancellationToken);
        if (errors.Length > 0)
            return await RefuseAsync(context, errors);
        var code = WovenCode.Load(image, symbols);
        var types = Types(code, parsed.GetValue(TypeName)).ToList();
        if (types.Count == 0)
            return await RefuseAsync(context, parsed.GetValue(TypeName) is { } name ? $"there is no class {name} in the file" : "there is no public class in the file");
        using var limit = HeapLimit.Above(MostHeap);
        var verdicts = new List<RaceVerdict>();
        foreach (var type in types)
        {
            var options = new RaceOptions { Seed = parsed.GetValue(Seed), MaxPrograms = int.MaxValue, ProcessEnds = verdict => TellLast(context, verdict) };
            var verdict = await Race.ExploreAsync(code, type, options, TimeSpan.FromSeconds(parsed.GetValue(Budget)), TimeProvider.System, cancellationToken);
            verdicts.Add(verdict);
            await context.Output.WriteAsync((verdicts.Count > 1 ? "\n" : "") + verdict + "\n");
        }

        return ExitCodeOf(verdicts);
    }

    // The last that is said: nothing of what the code wanted to say by ending it.
    private static void TellLast(CliContext context, RaceVerdict verdict)
    {
        context.Output.Write(verdict + "\n");
        context.Output.Flush();
        Environment.ExitCode = ExitCode.Unusable;
    }

    private static int ExitCodeOf(List<RaceVerdict> verdicts)
    {
        if (verdicts.Exists(verdict => verdict.Kind is RaceVerdictKind.Violation or RaceVerdictKind.Deadlock or RaceVerdictKind.Endless))
            return ExitCode.Findings;
        return verdicts.Exists(verdict => verdict.Kind == RaceVerdictKind.Clean) ? ExitCode.Clean : ExitCode.Unusable;
    }

    private static IEnumerable<Type> Types(WovenCode code, string? name) => code.Assembly.GetTypes()
        .Where(type => type.IsClass && !typeof(Delegate).IsAssignableFrom(type) && type.Name is not ("InvariantAttribute" or "AssayStatics") && !type.FullName!.Contains('<', StringComparison.Ordinal))
        .Where(type => name is null ? type.IsVisible : type.Name.Split('`')[0] == name || type.FullName == name || type.FullName!.Replace('+', '.') == name)
        .OrderBy(type => type.MetadataToken);

    private static (MemoryStream Image, MemoryStream Symbols, string Errors) Compile(SourceFile file, CancellationToken cancellationToken)
    {
        var tree = CSharpSyntaxTree.ParseText(file.Text, Parsing, file.Path, cancellationToken: cancellationToken);
        var declares = file.Text.ToString().Contains("class InvariantAttribute", StringComparison.Ordinal);
        var compilation = CSharpCompilation.Create(
            "race",
            [tree, CSharpSyntaxTree.ParseText(declares ? Usings : $"{Usings}\n{Invariant}", Parsing, "ImplicitUsings.g.cs", Encoding.UTF8, cancellationToken)],
            SourceTree.In(Path.Combine(AppContext.BaseDirectory, "refs"), ".dll").Select(reference => MetadataReference.CreateFromFile(reference)),
            new CSharpCompilationOptions(IsProgram(tree) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        var (image, symbols) = (new MemoryStream(), new MemoryStream());
        var emitted = compilation.Emit(image, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb), cancellationToken: cancellationToken);
        (image.Position, symbols.Position) = (0, 0);
        var errors = emitted.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(MostErrors)
            .Select(diagnostic => $"line {diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1}: {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}");
        return (image, symbols, emitted.Success ? "" : $"{Path.GetFileName(file.Path)} does not compile: {string.Join("; ", errors)}");
    }

    // Its statements are not run; the classes below them are explored as any others.
    private static bool IsProgram(SyntaxTree tree) => tree.GetRoot() is CompilationUnitSyntax root && root.Members.Any(SyntaxKind.GlobalStatement);

    private static async Task<int> RefuseAsync(CliContext context, string reason)
    {
        await context.ComplainAsync(reason);
        return ExitCode.Unusable;
    }
}
