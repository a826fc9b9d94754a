using System.Reflection;
using System.Runtime.Loader;
using Assay.Verify.Exploration;

namespace Assay.Weaving;

/// <summary>Instrumented assemblies, loaded beside everything else.</summary>
public sealed class WovenCode
{
    private readonly List<Action> _resets = [];

    private int? _answers;

    private WovenCode(SiteTable sites) => Sites = sites;

    /// <summary>The loaded assembly.</summary>
    public Assembly Assembly { get; private set; } = null!;

    /// <summary>The places of all assemblies.</summary>
    public SiteTable Sites { get; }

    /// <summary>Weaves and loads an assembly that needs nothing but the framework.</summary>
    /// <param name="image">The assembly.</param>
    /// <param name="symbols">Its portable symbols; null for none.</param>
    public static WovenCode Load(Stream image, Stream? symbols)
    {
        var code = new WovenCode(new SiteTable());
        var context = new WovenContext(code, new Dictionary<string, string>(StringComparer.Ordinal), isCollectible: true);
        code.Assembly = code.Add(context, Weaver.Weave(image, symbols, code.Sites, takesModule: true));
        return code;
    }

    /// <summary>
    /// Loads an assembly that was woven elsewhere and needs nothing but the framework and what is loaded already. It is never unloaded: what can be is compiled with all optimisation at once, which takes longer
    /// than a short life gives back.
    /// </summary>
    /// <param name="woven">The woven assembly.</param>
    /// <param name="sites">Its places.</param>
    public static WovenCode LoadWoven(byte[] woven, SiteTable sites)
    {
        ArgumentNullException.ThrowIfNull(woven);
        var code = new WovenCode(sites);
        code.Assembly = code.Add(new WovenContext(code, new Dictionary<string, string>(StringComparer.Ordinal), isCollectible: false), woven);
        return code;
    }

    /// <summary>Weaves and loads an assembly from its file, and others that it uses as it comes to them.</summary>
    /// <param name="path">The assembly; its symbols lie beside it.</param>
    /// <param name="others">Assemblies to weave as well. What is not named is shared with the process as it is.</param>
    public static WovenCode LoadFile(string path, IEnumerable<string> others)
    {
        var code = new WovenCode(new SiteTable());
        var woven = others.Append(path).Distinct(StringComparer.Ordinal).ToDictionary(file => Path.GetFileNameWithoutExtension(file), StringComparer.Ordinal);
        var context = new WovenContext(code, woven, isCollectible: true);
        // The others first: the places of all are numbered before anything runs.
        foreach (var name in woven.Keys.ToList())
            context.LoadFromAssemblyName(new AssemblyName(name));
        code.Assembly = context.LoadFromAssemblyName(new AssemblyName(Path.GetFileNameWithoutExtension(path)));
        return code;
    }

    /// <summary>The place at which a caller walks through what it was handed.</summary>
    internal int Answers => _answers ??= Sites.Add(new Site(SiteKind.Look, "items of the answer", "program", "", 0));

    /// <summary>Puts static state back, as the first thing in a run.</summary>
    internal void Reset()
    {
        foreach (var reset in _resets)
            reset();
    }

    private Assembly Add(AssemblyLoadContext context, byte[] woven)
    {
        var assembly = context.LoadFromStream(new MemoryStream(woven));
        Strays.Know(assembly, Sites);
        _resets.Add(assembly.GetType(StaticReset.TypeName)!.GetMethod(StaticReset.MethodName)!.CreateDelegate<Action>());
        // Types initialise when a run begins, and what is used outside of any needs that too.
        _resets[^1]();
        return assembly;
    }

    private sealed class WovenContext(WovenCode code, IReadOnlyDictionary<string, string> woven, bool isCollectible) : AssemblyLoadContext("explored", isCollectible)
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (assemblyName.Name is not { } name || !woven.TryGetValue(name, out var path))
                return null;
            var symbols = Path.ChangeExtension(path, ".pdb");
            using var image = File.OpenRead(path);
            using var read = File.Exists(symbols) ? File.OpenRead(symbols) : null;
            return code.Add(this, Weaver.Weave(image, read, code.Sites));
        }
    }
}
