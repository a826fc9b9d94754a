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
        if (types.IsTestProject())
            return;
        var open = new ConcurrentDictionary<ISymbol, SeenType>(SymbolEqualityComparer.Default);
        var orders = new ConcurrentQueue<(Location Place, TypeLockOrder Order)>();
        var heritages = new ConcurrentQueue<Heritage>();
        context.RegisterSymbolStartAction(c => StartType(c, types, open, orders, heritages), SymbolKind.NamedType);
        context.RegisterCompilationEndAction(c =>
        {
            // Types arrive as threads finish them; findings must not depend on that.
            var inOrder = orders.OrderBy(o => o.Place.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(o => o.Place.SourceSpan.Start).Select(o => o.Order).ToList();
            foreach (var check in s_checks)
            {
                check.CheckCompilation(inOrder, c.ReportDiagnostic, c.CancellationToken);
                check.CheckHeritage([.. heritages], c.ReportDiagnostic, c.CancellationToken);
            }
            AnalysisLimit.ReportUnread(OutsideCallers.Of(types), c.ReportDiagnostic);
        });
    }

    private static ImmutableArray<T> Find<T>() =>
    [
        .. typeof(T).Assembly.GetTypes()
            .Where(t => !t.IsAbstract && typeof(T).IsAssignableFrom(t))
            .OrderBy(t => t.FullName, StringComparer.Ordinal)
            .Select(t => (T)Activator.CreateInstance(t)),
    ];

    private static void StartType(
        SymbolStartAnalysisContext context, KnownTypes types, ConcurrentDictionary<ISymbol, SeenType> open, ConcurrentQueue<(Location Place, TypeLockOrder Order)> orders, ConcurrentQueue<Heritage> heritages)
    {
        if (context.Symbol is not INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct or TypeKind.Interface } type)
            return;
        // Nested types belong to the model of the outermost, which ends after them; the compiler asks each on its own.
        var outermost = Outermost(type);
        var seen = open.GetOrAdd(outermost, _ => new SeenType(outermost, types, context.CancellationToken));
        if (!seen.MayOpen)
            return;
        context.RegisterOperationAction(_ => seen.Gate.NoteLock(), OperationKind.Lock);
        context.RegisterOperationAction(c => seen.Gate.Note((IInvocationOperation)c.Operation), OperationKind.Invocation);
        context.RegisterOperationBlockAction(c =>
        {
            foreach (var block in c.OperationBlocks)
                seen.Bodies.Enqueue(new Body(c.OwningSymbol, block));
        });
        if (!type.Is(outermost))
            return;
        context.RegisterSymbolEndAction(end =>
        {
            open.TryRemove(outermost, out _);
            // A type that never locks and that no two threads meet at has nothing to tell.
            if (!seen.Gate.IsOpen(type, types, end.CancellationToken))
                return;
            var ordered = InOrder(seen.Bodies);
            var locks = new TypeLocks(ordered, types, end.CancellationToken);
            foreach (var check in s_protocols)
                check.Check(locks, end.ReportDiagnostic, end.CancellationToken);
            if (TypeModelBuilder.Build(type, types, ordered, locks, end.CancellationToken) is not { } model)
                return;
            var findings = new List<Diagnostic>();
            foreach (var check in s_checks)
                check.Check(model, findings.Add, end.CancellationToken);
            CallersLocks.Withdraw(findings, model, end.CancellationToken);
            Precedence.Report(findings, end.ReportDiagnostic);
            if (model.Acquisitions.Count > 0)
                orders.Enqueue((type.Locations[0], model.LockOrder));
            if (Heritage.Of(model) is { IsEmpty: false } heritage)
                heritages.Enqueue(heritage);
        });
    }

    private static INamedTypeSymbol Outermost(INamedTypeSymbol type)
    {
        while (type.ContainingType is { } outer)
            type = outer;
        return type;
    }

    private static bool HasSynchronized(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is IMethodSymbol method && HeldScopes.IsSynchronized(method))
                return true;
        }
        return false;
    }

    // Blocks arrive as threads finish them; findings must not depend on that.
    private static List<Body> InOrder(ConcurrentQueue<Body> bodies) =>
        [.. bodies.OrderBy(b => b.Operation.Syntax.SyntaxTree.FilePath, StringComparer.Ordinal).ThenBy(b => b.Operation.Syntax.SpanStart)];

    /// <summary>What has been seen of one outermost type so far.</summary>
    private sealed class SeenType
    {
        public SeenType(INamedTypeSymbol outermost, KnownTypes types, CancellationToken cancellationToken)
        {
            Ask(outermost, types, cancellationToken);
            if (Heritage.IsHandedTo(outermost))
                Gate.Ask();
            MayOpen = Gate.MayOpen(outermost, types, cancellationToken);
        }

        public EvidenceGate Gate { get; } = new();

        /// <summary>False when nothing in the code of the type can open the gate, so that its code is not read.</summary>
        public bool MayOpen { get; }

        public ConcurrentQueue<Body> Bodies { get; } = [];

        private void Ask(INamedTypeSymbol type, KnownTypes types, CancellationToken cancellationToken)
        {
            if (HasSynchronized(type))
                Gate.NoteLock();
            foreach (var check in s_checks)
                check.Watch(type, types, Gate, cancellationToken);
            foreach (var nested in type.GetTypeMembers())
                Ask(nested, types, cancellationToken);
        }
    }
}
