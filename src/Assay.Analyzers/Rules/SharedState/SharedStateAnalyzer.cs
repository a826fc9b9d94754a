using System.Collections.Concurrent;
using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Builds the model of shared state once per type and lets every check of the category read it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SharedStateAnalyzer() : RuleAnalyzer([.. s_checks.Select(c => c.Reported), .. s_protocols.Select(c => c.Reported)])
{
    private static readonly ImmutableArray<SharedStateCheck> s_checks = Find<SharedStateCheck>();
    private static readonly ImmutableArray<LockProtocolCheck> s_protocols = Find<LockProtocolCheck>();

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // Tests share nothing for longer than they run.
        if (!types.IsTestProject())
            context.RegisterSymbolStartAction(c => StartType(c, types), SymbolKind.NamedType);
    }

    private static ImmutableArray<T> Find<T>() =>
    [
        .. typeof(T).Assembly.GetTypes()
            .Where(t => !t.IsAbstract && typeof(T).IsAssignableFrom(t))
            .OrderBy(t => t.FullName, StringComparer.Ordinal)
            .Select(t => (T)Activator.CreateInstance(t)),
    ];

    private static void StartType(SymbolStartAnalysisContext context, KnownTypes types)
    {
        // Nested types belong to the model of the outermost.
        if (context.Symbol is not INamedTypeSymbol { ContainingType: null, TypeKind: TypeKind.Class or TypeKind.Struct } type)
            return;
        var bodies = new ConcurrentQueue<Body>();
        var gate = new EvidenceGate();
        context.RegisterOperationAction(_ => gate.NoteLock(), OperationKind.Lock);
        context.RegisterOperationAction(c => gate.Note((IInvocationOperation)c.Operation), OperationKind.Invocation);
        context.RegisterOperationBlockAction(c =>
        {
            foreach (var block in c.OperationBlocks)
                bodies.Enqueue(new Body(c.OwningSymbol, block));
        });
        context.RegisterSymbolEndAction(end =>
        {
            // A type that never locks and that no two threads meet at has nothing to tell.
            if (!gate.IsOpen(type, types, end.CancellationToken))
                return;
            var ordered = InOrder(bodies);
            var locks = new TypeLocks(ordered, types, end.CancellationToken);
            foreach (var check in s_protocols)
                check.Check(locks, end.ReportDiagnostic, end.CancellationToken);
            if (TypeModelBuilder.Build(type, types, ordered, locks, end.CancellationToken) is not { } model)
                return;
            foreach (var check in s_checks)
                check.Check(model, end.ReportDiagnostic, end.CancellationToken);
        });
    }

    // Blocks arrive as threads finish them; findings must not depend on that.
    private static List<Body> InOrder(ConcurrentQueue<Body> bodies) =>
        [.. bodies.OrderBy(b => b.Operation.Syntax.SyntaxTree.FilePath, StringComparer.Ordinal).ThenBy(b => b.Operation.Syntax.SpanStart)];
}
