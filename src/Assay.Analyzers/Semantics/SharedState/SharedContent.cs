using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// Weighs a collection of an object that serves everybody, which is changed without any lock and without a check that another rule
/// tells of: two changes at once, or a change during a walk, break it.
/// </summary>
internal static class SharedContent
{
    /// <summary>The changes that meet other threads, why, and how sure that is; null when the code is right as it is.</summary>
    public static (List<Access> Changes, Evidence Evidence, DiagnosticSeverity Severity)? ChangesOf(ISymbol member, ITypeSymbol type, List<Access> all, TypeModel model, CancellationToken cancellationToken)
    {
        // Locks are at work, here or in a caller, or the author says who sees to it.
        if (all.Exists(a => !a.IsConstruction && (a.Held.IsUncertain || !a.Held.Must.IsEmpty)) || CallersPromise.IsMade(member))
            return null;
        var changes = all.FindAll(a => a.Kind == AccessKind.ContainerWrite && IsAtWork(a, model));
        if (changes.Count == 0 || model.EvidenceOf(member) is not { Kind: EvidenceKind.Registered or EvidenceKind.Declared } evidence)
            return null;
        // A check before the change says more.
        foreach (var race in model.MemberRaces(cancellationToken))
        {
            if (race.Act.Member.Is(member))
                return null;
        }
        // One thread that changes what nobody else looks at.
        if (!all.Exists(a => a.Kind is AccessKind.ContainerRead or AccessKind.ContainerWrite && changes.Exists(c => model.Evidence.CanMeet(c, a))))
            return null;
        if (IsSetUp(member.ContainingType) || StaticCollectionEvidence.SeverityOf(type, all, changes, evidence, model.Evidence.Program) is not { } severity)
            return null;
        // What is only gathered may be gathered once, when the program starts; what requests bring comes all the time.
        var isUsed = changes.Exists(c => c.Function?.Name is "Invoke" or "InvokeAsync") || all.Exists(a => (a.Kind == AccessKind.ContainerRead || a.Kind == AccessKind.ContainerWrite && IsTakenOut(a)) && IsAtWork(a, model));
        return (changes, evidence, isUsed && !changes.TrueForAll(IsFluent) ? severity : DiagnosticSeverity.Info);
    }

    private static bool IsTakenOut(Access change) =>
        change.Operation.Parent is IInvocationOperation { TargetMethod.Name: var name } && (name.StartsWith("Remove", StringComparison.Ordinal) || name is "Clear" or "Dequeue" or "TryDequeue" or "Pop" or "TryPop");

    // Registered so that all parts of the start find it; when the program works, nobody changes it any more.
    private static bool IsSetUp(INamedTypeSymbol type)
    {
        foreach (var word in new[] { "Builder", "Options", "Configurator", "Settings" })
        {
            if (type.Name.IndexOf(word, StringComparison.Ordinal) >= 0)
                return true;
        }
        return false;
    }

    // registry.AddHandler(…).AddHandler(…)
    private static bool IsFluent(Access change) =>
        change.Function is IMethodSymbol { ReturnsVoid: false } method && (method.ReturnType.Is(method.ContainingType) || method.ContainingType.AllInterfaces.Contains(method.ReturnType, SymbolEqualityComparer.Default) || method.ReturnType.Is(method.ContainingType.BaseType));

    // While the program works: not when the host starts or ends it, and not in what a Lazy runs once.
    private static bool IsAtWork(Access change, TypeModel model)
    {
        if (change.Function is { Name: "StartAsync" or "StartingAsync" or "StartedAsync" or "StopAsync" or "Dispose" or "DisposeAsync" or "DisposeAsyncCore" or "Close" } || change.Function is not null && CallersPromise.IsMade(change.Function))
            return false;
        var ways = model.Evidence.WaysTo(change);
        if (ways.Count == 0 || ways.All(w => w.Kind == ThreadWayKind.Lifecycle) && !IsBackgroundLoop(change.Member.ContainingType))
            return false;
        for (var around = change.Operation.Parent; around is not null; around = around.Parent)
        {
            if (around is IObjectCreationOperation { Type.Name: "Lazy" } or IInvocationOperation { TargetMethod.ContainingType.Name: "LazyInitializer" })
                return false;
        }
        return true;
    }

    private static bool IsBackgroundLoop(INamedTypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Name == "BackgroundService")
                return true;
        }
        return false;
    }
}
