using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Weighs a static collection that is changed without a lock: do two threads come to it, and at the wrong time.</summary>
internal static class StaticCollectionEvidence
{
    private static readonly string[] s_setUps =
        ["Register", "Unregister", "TryRegister", "Configure", "Init", "Load", "SetUp", "Setup", "Install", "Enable", "Disable", "Build", "Populate", "Main", "Parse", "Dispose", "Shutdown", "Reset", "Ensure"];

    private static readonly string[] s_settings = ["Add", "TryAdd", "Set", "Map", "Use", "Remove", "Insert"];

    /// <summary>The severity of the finding; null when the code is right as it is.</summary>
    public static DiagnosticSeverity? SeverityOf(ITypeSymbol type, List<Access> all, List<Access> changes, Evidence evidence, ProgramKind program)
    {
        if (changes.TrueForAll(c => IsModuleInitializer(c.Function)))
            return null;
        // Programs register and load before they start to work.
        if (!evidence.IsStrong || changes.TrueForAll(c => Starts(c.Function, s_setUps) || HoldsKinds(type) && Starts(c.Function, s_settings)))
            return DiagnosticSeverity.Info;
        // A cache is filled by whoever asks; what only takes in is set up by a program of which nothing is seen here.
        return changes.Exists(c => IsByTheWay(c, all)) || program == ProgramKind.Server || evidence.Kind == EvidenceKind.Thread
            ? DiagnosticSeverity.Warning
            : DiagnosticSeverity.Info;
    }

    private static bool IsByTheWay(Access change, List<Access> all) =>
        change.Function is { IsStatic: false } or null || all.Exists(a => a.Kind is AccessKind.ContainerRead && a.Function is not null && a.Function.Is(change.Function));

    private static bool Starts(ISymbol? function, string[] words)
    {
        if (function is null)
            return false;
        foreach (var word in words)
        {
            if (function.Name.StartsWith(word, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    // Types, delegates and strategies: a registry and no data.
    private static bool HoldsKinds(ITypeSymbol type)
    {
        if (type is not INamedTypeSymbol { TypeArguments: { IsEmpty: false } arguments })
            return false;
        foreach (var argument in arguments)
        {
            if (argument.TypeKind is TypeKind.Delegate or TypeKind.Interface || argument.Name is "Type" or "Assembly")
                return true;
        }
        return false;
    }

    private static bool IsModuleInitializer(ISymbol? function)
    {
        if (function is null)
            return false;
        foreach (var attribute in function.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "ModuleInitializerAttribute")
                return true;
        }
        return false;
    }
}
