using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>What the code of a compilation becomes, as far as its threads go.</summary>
internal enum ProgramKind
{
    /// <summary>Callers decide on which threads it runs.</summary>
    Library,

    /// <summary>Every request and every service has a thread.</summary>
    Server,

    /// <summary>Nearly everything runs on the thread of the window.</summary>
    Window,

    /// <summary>A Main and what it calls.</summary>
    Tool,
}

/// <summary>Tells programs by the frameworks that they use, once for each compilation.</summary>
internal static class Programs
{
    private static readonly ConditionalWeakTable<Compilation, StrongBox<ProgramKind>> s_perCompilation = new();

    public static ProgramKind KindOf(KnownTypes types, CancellationToken cancellationToken) =>
        s_perCompilation.GetValue(types.Compilation, _ => new StrongBox<ProgramKind>(Find(types, cancellationToken))).Value;

    private static ProgramKind Find(KnownTypes types, CancellationToken cancellationToken)
    {
        if (types["System.Windows.Forms.Control"] is not null || types["System.Windows.UIElement"] is not null)
            return ProgramKind.Window;
        var isWindow = false;
        foreach (var tree in types.Compilation.SyntaxTrees)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var words = SourceWords.Of(tree, cancellationToken);
            if (words.IsServer)
                return ProgramKind.Server;
            isWindow |= words.IsWindow;
        }
        if (isWindow)
            return ProgramKind.Window;
        return types.Compilation.GetEntryPoint(cancellationToken) is null ? ProgramKind.Library : ProgramKind.Tool;
    }
}
