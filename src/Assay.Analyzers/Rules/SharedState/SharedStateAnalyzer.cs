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
public sealed class SharedStateAnalyzer() : RuleAnalyzer([.. s_checks.Select(c => c.Reported)])
{
    private static readonly ImmutableArray<SharedStateCheck> s_checks =
    [
        .. typeof(SharedStateCheck).Assembly.GetTypes()
            .Where(t => !t.IsAbstract && typeof(SharedStateCheck).IsAssignableFrom(t))
            .OrderBy(t => t.FullName, StringComparer.Ordinal)
            .Select(t => (SharedStateCheck)Activator.CreateInstance(t)),
    ];

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // Tests share nothing for longer than they run.
        if (!types.IsTestProject())
            context.RegisterSymbolStartAction(StartType, SymbolKind.NamedType);
    }

    private static void StartType(SymbolStartAnalysisContext context)
    {
        // Nested types belong to the model of the outermost.
        if (context.Symbol is not INamedTypeSymbol { ContainingType: null, TypeKind: TypeKind.Class or TypeKind.Struct } type)
            return;
        var bodies = new ConcurrentQueue<Body>();
        var gate = new Gate();
        context.RegisterOperationAction(_ => gate.Open(), OperationKind.Lock);
        context.RegisterOperationAction(c => gate.OpenFor((IInvocationOperation)c.Operation), OperationKind.Invocation);
        foreach (var check in s_checks)
            check.Watch(context, type, gate.Open);
        context.RegisterOperationBlockAction(c =>
        {
            foreach (var block in c.OperationBlocks)
                bodies.Enqueue(new Body(c.OwningSymbol, block));
        });
        context.RegisterSymbolEndAction(end =>
        {
            // A type that never locks has no guard to infer.
            if (!gate.IsOpen && !HasSynchronized(type) || TypeModelBuilder.Build(type, InOrder(bodies), end.Compilation, end.CancellationToken) is not { } model)
                return;
            foreach (var check in s_checks)
                check.Check(model, end.ReportDiagnostic, end.CancellationToken);
        });
    }

    // Blocks arrive as threads finish them; findings must not depend on that.
    private static List<Body> InOrder(ConcurrentQueue<Body> bodies) =>
        [.. bodies.OrderBy(b => b.Operation.Syntax.SyntaxTree.FilePath, StringComparer.Ordinal).ThenBy(b => b.Operation.Syntax.SpanStart)];

    private static bool HasSynchronized(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is IMethodSymbol method && HeldScopes.IsSynchronized(method))
                return true;
        }
        return false;
    }

    private sealed class Gate
    {
        private volatile bool _isOpen;

        public bool IsOpen => _isOpen;

        public void Open() => _isOpen = true;

        public void OpenFor(IInvocationOperation call)
        {
            if (call.TargetMethod is { Name: "EnterScope" } || LockPrimitives.Of(call) is not null || LockWrappers.Mode(call) is not null)
                _isOpen = true;
        }
    }
}
