using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics;

/// <summary>
/// The types a compilation knows, looked up by metadata name once and shared by all rules that see the compilation.
/// </summary>
internal sealed class KnownTypes
{
    // Keyed weakly: the cache lives exactly as long as its compilation.
    private static readonly ConditionalWeakTable<Compilation, KnownTypes> s_perCompilation = new();

    private readonly ConcurrentDictionary<string, INamedTypeSymbol?> _found = new(StringComparer.Ordinal);

    private KnownTypes(Compilation compilation) => Compilation = compilation;

    public Compilation Compilation { get; }

    public INamedTypeSymbol? Task => this["System.Threading.Tasks.Task"];

    public INamedTypeSymbol? TaskOfT => this["System.Threading.Tasks.Task`1"];

    public INamedTypeSymbol? ValueTask => this["System.Threading.Tasks.ValueTask"];

    public INamedTypeSymbol? ValueTaskOfT => this["System.Threading.Tasks.ValueTask`1"];

    public INamedTypeSymbol? Exception => this["System.Exception"];

    public INamedTypeSymbol? OperationCanceledException => this["System.OperationCanceledException"];

    public INamedTypeSymbol? CancellationToken => this["System.Threading.CancellationToken"];

    public INamedTypeSymbol? TimeProvider => this["System.TimeProvider"];

    /// <summary>The type with this metadata name, or null when the compilation has none that its code can name.</summary>
    public INamedTypeSymbol? this[string metadataName] => _found.GetOrAdd(metadataName, Find);

    public static KnownTypes Of(Compilation compilation) =>
        s_perCompilation.GetValue(compilation, static c => new KnownTypes(c));

    // A name defined in several references has no single best type for GetTypeByMetadataName; the first visible one is
    // what C# code in the compilation would bind to in practice.
    private INamedTypeSymbol? Find(string metadataName)
    {
        if (Compilation.GetTypeByMetadataName(metadataName) is { } only)
            return only;
        foreach (var candidate in Compilation.GetTypesByMetadataName(metadataName))
        {
            if (Compilation.IsSymbolAccessibleWithin(candidate, Compilation.Assembly))
                return candidate;
        }
        return null;
    }
}
