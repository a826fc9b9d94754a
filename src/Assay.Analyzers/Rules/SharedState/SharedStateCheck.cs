using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>A rule that reads the model of one type; found by reflection, so that a new rule is a new file.</summary>
public abstract class SharedStateCheck
{
    private protected SharedStateCheck(DiagnosticDescriptor reported) => Reported = reported;

    internal DiagnosticDescriptor Reported { get; }

    /// <summary>
    /// Opens the gate of types that the rule reads though they take no lock and start no thread, by what their symbols and the words of their text say.
    /// Types that lock are open for every rule.
    /// </summary>
    internal virtual void Watch(INamedTypeSymbol type, KnownTypes types, EvidenceGate gate, CancellationToken cancellationToken)
    {
    }

    /// <summary>Reports what the rule sees in the type.</summary>
    internal abstract void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken);

    /// <summary>Reports what only all types together show, at the end of the compilation; an editor does not wait for it.</summary>
    internal virtual void CheckCompilation(IReadOnlyList<TypeLockOrder> orders, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
    }

    /// <summary>Reports what a base class and the types below it show together, at the end of the compilation.</summary>
    internal virtual void CheckHeritage(IReadOnlyList<Heritage> heritages, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
    }
}

/// <summary>A rule that reads the acquire and release calls of one type, model or no model; found by reflection, too.</summary>
public abstract class LockProtocolCheck
{
    private protected LockProtocolCheck(DiagnosticDescriptor reported) => Reported = reported;

    internal DiagnosticDescriptor Reported { get; }

    /// <summary>Reports what the rule sees in the type.</summary>
    internal abstract void Check(TypeLocks locks, Action<Diagnostic> report, CancellationToken cancellationToken);
}
