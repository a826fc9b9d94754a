using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Analyzers;

/// <summary>
/// The base of every rule: concurrent, silent on generated code, and asked once per compilation whether the types it knows
/// are there at all. A rule whose types are absent registers nothing and costs nothing.
/// </summary>
public abstract class RuleAnalyzer : DiagnosticAnalyzer
{
    private protected RuleAnalyzer(DiagnosticDescriptor descriptor) => SupportedDiagnostics = [descriptor];

    private protected RuleAnalyzer(ImmutableArray<DiagnosticDescriptor> descriptors) => SupportedDiagnostics = descriptors;

    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; }

    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start => Start(start, KnownTypes.Of(start.Compilation)));
    }

    /// <summary>Looks up what the rule needs in <paramref name="types"/> and registers its checks, or returns.</summary>
    private protected abstract void Start(CompilationStartAnalysisContext context, KnownTypes types);
}
