using Assay.Verify.Exploration;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Assay.Weaving;

/// <summary>Rewrites an assembly's code so that every place where threads can meet passes through the explorer. What it computes stays the same.</summary>
public static class Weaver
{
    /// <summary>Weaves an assembly.</summary>
    /// <param name="image">The assembly.</param>
    /// <param name="symbols">Its portable symbols, which places take their lines from; null for none.</param>
    /// <param name="sites">Takes up its places.</param>
    /// <returns>The woven assembly.</returns>
    public static byte[] Weave(Stream image, Stream? symbols, SiteTable sites) => Weave(image, symbols, sites, takesModule: false);

    /// <summary>Weaves an assembly that is not to run before a run does: its module is initialised in each run.</summary>
    internal static byte[] Weave(Stream image, Stream? symbols, SiteTable sites, bool takesModule)
    {
        var reading = new ReaderParameters { ReadSymbols = symbols is not null, SymbolStream = symbols, SymbolReaderProvider = symbols is null ? null : new PortablePdbReaderProvider() };
        using var module = ModuleDefinition.ReadModule(image, reading);
        var methods = module.GetTypes().SelectMany(type => type.Methods).Where(IsWoven).ToList();
        var statics = new StaticReset(module);
        var toolbox = new Toolbox(module, sites, statics);
        if (takesModule)
            statics.TakeModule(toolbox);
        sites.IsOpaque |= Openness.IsOpaque(module);
        foreach (var method in methods)
        {
            if (IsFinalizer(method))
                Silence(method);
            else
                new MethodWeaver(method, toolbox).Weave();
        }

        foreach (var method in module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody && IsLeftAlone(method.Name)))
            new MethodWeaver(method, toolbox).Guard();
        statics.Complete(toolbox);
        var output = new MemoryStream();
        module.Write(output);
        return output.ToArray();
    }

    private static bool IsFinalizer(MethodDefinition method) => method is { Name: "Finalize", IsVirtual: true, HasParameters: false } && method.ReturnType.MetadataType == MetadataType.Void;

    // The collector calls it whenever it likes, on a thread of its own, when no call of the program knows the object any more. One that never ended would keep the process.
    private static void Silence(MethodDefinition method)
    {
        method.Body = new MethodBody(method);
        method.Body.GetILProcessor().Emit(OpCodes.Ret);
    }

    // Comparers run inside the framework's collections, some of which hold a lock meanwhile: nothing may interrupt them there.
    private static bool IsWoven(MethodDefinition method) =>
        method.HasBody && !IsLeftAlone(method.Name) && method.DeclaringType.Name != "<Module>";

    /// <summary>Whether methods of that name stay as they are.</summary>
    internal static bool IsLeftAlone(string method) => method is "Equals" or "GetHashCode" or "CompareTo" or "PrintMembers";
}
