using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace Assay.Cli.Loading;

/// <summary>Opens reference assemblies, each once, though every project names the framework's again.</summary>
internal sealed class ReferenceFiles
{
    private readonly ConcurrentDictionary<string, PortableExecutableReference?> _open = new(StringComparer.Ordinal);

    /// <summary>The reference; null when there is no such file or it is no assembly.</summary>
    public PortableExecutableReference? Open(string path, MetadataReferenceProperties properties = default)
    {
        var plain = _open.GetOrAdd(path, static p => Read(p));
        return properties == default || properties == MetadataReferenceProperties.Assembly ? plain : plain?.WithProperties(properties);
    }

    private static PortableExecutableReference? Read(string path)
    {
        try
        {
            return File.Exists(path) ? MetadataReference.CreateFromFile(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            return null;
        }
    }
}
