using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds waits, requests and queries made while a lock is held, in private helpers too.</summary>
public sealed class BlockingUnderLock() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2010",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A call that waits is made while a lock is held",
        messageFormat: "'{0}' waits while '{1}' is held{2}, so everybody who needs '{1}' waits with it");

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        if (model.Calls.Count == 0 || model.Acquisitions.Count == 0)
            return;
        var work = new BlockingWork(KnownTypes.Of(model.Bodies[0].Operation.SemanticModel!.Compilation));
        var waits = new List<(CallUse Use, BlockingGrade Grade)>();
        foreach (var use in model.Calls)
        {
            if (work.Of(use.Operation) is not BlockingGrade.None and var grade)
                waits.Add((use, grade));
        }
        if (waits.Count == 0)
            return;
        foreach (var (use, grade) in waits)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TermOf(use.Held) is { } term && (grade != BlockingGrade.Awaited || IsWaitedFor(term, model)))
                report(Finding(use, term, SeverityOf(grade, use, term, model), ""));
        }
        // An awaited helper is awaited by its caller, or not; of two waits in one helper the longer is told.
        waits.RemoveAll(w => w.Grade == BlockingGrade.Awaited);
        waits.Sort((a, b) => b.Grade.CompareTo(a.Grade));
        ReportHelpers(model, waits, report, cancellationToken);
    }

    // A helper that only some of its callers call under a lock is reported at those calls.
    private static void ReportHelpers(TypeModel model, List<(CallUse Use, BlockingGrade Grade)> waits, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        var helpers = new Dictionary<ISymbol, (CallUse Use, BlockingGrade Grade)>(SymbolEqualityComparer.Default);
        foreach (var wait in waits)
        {
            // What is reported inside needs no second report.
            if (wait.Use is { IsConcurrent: false, Function: IMethodSymbol { IsAsync: false } function } && wait.Use.Held.Must.IsEmpty && !helpers.ContainsKey(function.OriginalDefinition))
                helpers[function.OriginalDefinition] = wait;
        }
        for (var changed = helpers.Count > 0; changed;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            changed = false;
            foreach (var use in model.Calls)
            {
                if (use is { IsConcurrent: false, Function: IMethodSymbol { IsAsync: false } caller } && use.Held.Must.IsEmpty && !helpers.ContainsKey(caller.OriginalDefinition) && IsKnown(use) && helpers.TryGetValue(use.Callee.OriginalDefinition, out var inner))
                {
                    helpers[caller.OriginalDefinition] = inner;
                    changed = true;
                }
            }
        }
        foreach (var use in model.Calls)
        {
            if (helpers.TryGetValue(use.Callee.OriginalDefinition, out var wait) && TermOf(use.Held) is { } term && IsKnown(use))
                report(Finding(use, term, SeverityOf(wait.Grade, use, term, model), $" ('{NameOf(wait.Use.Operation)}' at line {wait.Use.Operation.Syntax.GetLocation().Line()})", wait.Use.Operation.Syntax.GetLocation()));
        }
    }

    // A lock of the thread is given back before an await, or AwaitUnderThreadLock has more to say; for one that all only try nobody waits.
    private static bool IsWaitedFor(GuardTerm term, TypeModel model) =>
        !term.IsThreadAffine && model.Acquisitions.Any(a => a.IsCertain && a.Term == term);

    // An override may not wait.
    private static bool IsKnown(CallUse use) =>
        use.Operation is not IInvocationOperation { IsVirtual: true } call || ClosedWorld.IsOnlyTarget(call, KnownTypes.Of(call.SemanticModel!.Compilation));

    // A mutex is for work as long as another process needs.
    private static DiagnosticSeverity SeverityOf(BlockingGrade grade, CallUse use, GuardTerm term, TypeModel model) =>
        grade == BlockingGrade.Wait && term.Kind != LockKind.Mutex && !IsOnlyLoop(use, term, model) && !IsBarrier(term, model) ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info;

    // `lock (_cleanup) return;`: who takes it like that wants to wait for whoever holds it.
    private static bool IsBarrier(GuardTerm term, TypeModel model) =>
        model.Acquisitions.Any(a => a.Term == term && a.Operation.Parent is ILockOperation { Body: var body }
            && body.DescendantsAndSelf().All(o => o is IBlockOperation or IReturnOperation or ILocalReferenceOperation or IParameterReferenceOperation));

    // The loop of a thread under a lock that nobody else takes: only a second such loop would wait, and is meant to.
    private static bool IsOnlyLoop(CallUse use, GuardTerm term, TypeModel model)
    {
        if (!term.IsPrivate || model.Acquisitions.Count(a => a.Term == term) != 1)
            return false;
        for (var around = use.Operation.Parent; around is not null and not ILockOperation; around = around.Parent)
        {
            if (around is IWhileLoopOperation)
                return true;
        }
        return false;
    }

    // Readers that wait do not keep other readers out.
    private static GuardTerm? TermOf(HeldSet held)
    {
        foreach (var term in held.Must.OrderBy(t => t.Text, StringComparer.Ordinal))
        {
            if (held.ModeOf(term) != LockMode.Read)
                return term;
        }
        return null;
    }

    private static Diagnostic Finding(CallUse use, GuardTerm term, DiagnosticSeverity severity, string through, params Location[] inner) =>
        Descriptor.At(use.Operation.Syntax.GetLocation(), severity, [.. inner], null, NameOf(use.Operation), term.Text, through);

    private static string NameOf(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod.Name: "GetResult" } => "GetAwaiter().GetResult()",
        IInvocationOperation call => call.TargetMethod.Name,
        IPropertyReferenceOperation property => property.Property.Name,
        _ => operation.Syntax.ToString(),
    };
}
