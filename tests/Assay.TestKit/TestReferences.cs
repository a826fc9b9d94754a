using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Assay.TestKit;

/// <summary>
/// What test sources compile against: the reference packs of .NET and ASP.NET Core, and EF Core, Dapper, Npgsql and the
/// AI libraries from this process's own assemblies.
/// </summary>
public static class TestReferences
{
    private static readonly string[] LibraryNames =
    [
        "Microsoft.EntityFrameworkCore*.dll", "Microsoft.Data.Sqlite.dll", "Dapper.dll", "Npgsql.dll", "Microsoft.Extensions.AI.Abstractions.dll", "OpenAI.dll", "System.ClientModel.dll", "System.Memory.Data.dll",
    ];

    public static ImmutableArray<MetadataReference> All { get; } = [.. Framework(), .. Libraries()];

    /// <summary>The root of the repository whose tests run.</summary>
    public static string RepositoryRoot => Metadata("RepositoryRoot");

    /// <summary>The full paths of the reference assemblies of .NET and ASP.NET Core.</summary>
    public static IEnumerable<string> FrameworkPaths() =>
        Pack("microsoft.netcore.app.ref").Concat(Pack("microsoft.aspnetcore.app.ref"));

    private static IEnumerable<MetadataReference> Framework() =>
        FrameworkPaths().Select(path => MetadataReference.CreateFromFile(path));

    private static IEnumerable<MetadataReference> Libraries() =>
        LibraryNames.SelectMany(name => Directory.EnumerateFiles(AppContext.BaseDirectory, name)).Select(path => MetadataReference.CreateFromFile(path));

    private static IEnumerable<string> Pack(string name) =>
        Directory.EnumerateFiles(Path.Combine(Metadata("PackageRoot"), name, Metadata("ReferencePackVersion"), "ref", "net10.0"), "*.dll");

    private static string Metadata(string key) =>
        typeof(TestReferences).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}
