using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Bench;

/// <summary>
/// A folder of C# files as one compilation. A <c>refs.txt</c> in the folder names the assemblies it needs besides .NET and
/// ASP.NET Core; what stays unresolved is tolerated, as it is in an IDE.
/// </summary>
internal sealed record Codebase(string Name, ImmutableArray<(string Path, SourceText Text)> Files, ImmutableArray<MetadataReference> References)
{
    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.Preview, preprocessorSymbols: ["NET", "NET10_0", "NET10_0_OR_GREATER", "NET8_0_OR_GREATER", "NETSTANDARD2_0_OR_GREATER"]);

    public int Lines => Files.Sum(f => f.Text.Lines.Count);

    public static Codebase Load(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => (path, SourceText.From(File.ReadAllText(path), Encoding.UTF8)))
            .ToImmutableArray();
        return new Codebase(Path.GetFileName(folder.TrimEnd('/')), files, [.. ReferencePaths(folder).Select(p => (MetadataReference)MetadataReference.CreateFromFile(p))]);
    }

    /// <summary>Parses and declares everything anew, so that nothing bound earlier is reused.</summary>
    public CSharpCompilation Compile() =>
        CSharpCompilation.Create(
            Name,
            Files.Select(f => CSharpSyntaxTree.ParseText(f.Text, s_parse, f.Path)),
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Annotations));

    private static IEnumerable<string> ReferencePaths(string folder)
    {
        var own = Path.Combine(folder, "refs.txt");
        var extra = File.Exists(own) ? File.ReadAllLines(own).Where(File.Exists) : [];
        return FrameworkPaths().Concat(extra).DistinctBy(Path.GetFileName, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>.NET and ASP.NET Core, for sources that need nothing else.</summary>
    public static ImmutableArray<MetadataReference> FrameworkReferences() => [.. FrameworkPaths().Select(p => (MetadataReference)MetadataReference.CreateFromFile(p))];

    /// <summary>Where a package given as name/version lies once it is restored.</summary>
    public static string PackageFolder(string nameAndVersion) => Path.Combine(Metadata("PackageRoot"), nameAndVersion.ToLowerInvariant());

    private static IEnumerable<string> FrameworkPaths() =>
        Pack("microsoft.netcore.app.ref").Concat(Pack("microsoft.aspnetcore.app.ref")).DistinctBy(Path.GetFileName, StringComparer.OrdinalIgnoreCase);

    private static string[] Pack(string name) =>
        Directory.GetFiles(Path.Combine(Metadata("PackageRoot"), name, Metadata("ReferencePackVersion"), "ref", "net10.0"), "*.dll");

    /// <summary>What the project file tells the program.</summary>
    public static string Metadata(string key) =>
        typeof(Codebase).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}
