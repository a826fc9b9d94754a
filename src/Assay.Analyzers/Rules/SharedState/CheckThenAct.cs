using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Collections;
using Assay.Analyzers.Semantics.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds a change of a concurrent collection that relies on what was read from it a moment before.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CheckThenAct() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2003",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "Another thread can change the collection between the check and the act",
        messageFormat: "'{0}' was checked at line {1} ({2}); another thread can change it before this '{3}', which then {4}");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var collections = new ConcurrentCollections(types);
        // Tests drive one thread, and look at what they just did.
        if (!collections.ArePresent || types.IsTestProject())
            return;
        context.RegisterBodyAction(null, collections.MayRace, c => Check(c, collections), OperationKind.Invocation, OperationKind.PropertyReference);
    }

    private static void Check(OperationAnalysisContext context, ConcurrentCollections collections)
    {
        if (collections.ActOf(context.Operation) is not { } act)
            return;
        // A collection out of a call or a new one may be another each time.
        if (Sharing.Path(act.Collection) is not { } path)
            return;
        if (new CollectionRace(collections, act, path).Find() is not { } race)
            return;
        // No other thread can reach the collection yet.
        if (Sharing.IsOwned(path, act.Operation, context.ContainingSymbol))
            return;
        // Nobody can come between what one critical section holds; that is also how a double-checked lock ends.
        if (HeldLocks.Span(race.Check.Operation.Syntax, act.Operation.Syntax, context.ContainingSymbol.ContainingType, context.CancellationToken))
            return;
        // The code says itself that one thread runs it.
        if (AssertsItsThread(act.Operation.Root()))
            return;
        var check = race.Check.Operation.Syntax.GetLocation();
        context.ReportDiagnostic(Descriptor.At(
            act.Operation.Syntax.GetLocation(),
            race.IsHarmless ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning,
            [check],
            null,
            act.Collection.Syntax.ToString(),
            check.Line(),
            Shown(race.Check.Operation, race.Check.Name),
            Shown(act.Operation, act.Name),
            race.Consequence));
    }

    private static bool AssertsItsThread(IOperation body)
    {
        foreach (var operation in body.Descendants())
        {
            if (operation is IInvocationOperation { TargetMethod.Name: "AssertAccess" or "VerifyAccess" or "CheckAccess" or "ThrowIfNotOnUIThread" or "VerifyOnUIThread" })
                return true;
        }
        return false;
    }

    // An indexer has no name of its own; its text says which entry is meant.
    private static string Shown(IOperation operation, string name) => operation switch
    {
        IAssignmentOperation assignment => assignment.Target.Syntax.ToString(),
        IIncrementOrDecrementOperation step => step.Target.Syntax.ToString(),
        IPropertyReferenceOperation { Property.IsIndexer: true } => operation.Syntax.ToString(),
        _ => name,
    };
}
