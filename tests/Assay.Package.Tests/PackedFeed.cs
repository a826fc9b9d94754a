using Assay.TestKit;

namespace Assay.Package.Tests;

/// <summary>The package, packed once from the sources into a feed of its own.</summary>
public sealed class PackedFeed : IAsyncLifetime
{
    public const string Version = "9.9.9-test";

    private readonly TemporaryFolder _folder = new();

    public string Feed => _folder.PathOf("feed");

    public string Package => Path.Combine(Feed, $"Assay.Analyzers.{Version}.nupkg");

    public async ValueTask InitializeAsync() =>
        await DotNet.SucceedAsync(
            TestReferences.RepositoryRoot,
            "pack", "src/Assay.Package", "-c", "Release", "-o", Feed, $"-p:PackageVersion={Version}", "--nologo");

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }
}
