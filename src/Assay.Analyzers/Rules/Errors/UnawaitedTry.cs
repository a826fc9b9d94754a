using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Catches;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Errors;

/// <summary>Finds tasks that are returned out of a try, whose catch clauses then never see how they end.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnawaitedTry() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY3006",
        category: Category.Errors,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A task is returned out of a try that shall catch its failure",
        messageFormat: "'{0}' is not awaited inside the try: the catch at line {1} never sees it fail, for the try has ended by then");

    private static readonly Words s_words = Words.Of("catch");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.Task is not null)
            context.RegisterBodyAction(s_words, c => Check(c, types), OperationKind.Return);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types)
    {
        var returned = (IReturnOperation)context.Operation;
        if (TryAround(returned) is not { } attempt || ReturnedTasks.StartedBy(returned, context.ContainingSymbol, types) is not { } call)
            return;
        // `catch (Exception ex) { return Task.FromException(ex); }` turns what is thrown before the first await into a failed task.
        foreach (var clause in attempt.Catches)
        {
            if (MakesFailedTask(clause, types))
                return;
        }
        // What is called catches its own failures; this try only sees it begin.
        if (CatchesItself(call.TargetMethod, types, context.CancellationToken))
            return;
        var caught = attempt.Catches[0].Syntax is CatchClauseSyntax written ? written.CatchKeyword.GetLocation() : attempt.Syntax.GetLocation();
        context.ReportDiagnostic(Descriptor.At(
            returned.ReturnedValue!.Syntax.GetLocation(),
            IsSure(attempt, call, types) ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
            ImmutableArray.Create(caught),
            properties: null,
            call.TargetMethod.Name,
            caught.Line()));
    }

    // A handler that throws on, or a try with other work before the call, may be about that work and the call's own checks.
    private static bool IsSure(ITryOperation attempt, IInvocationOperation call, KnownTypes types)
    {
        foreach (var clause in attempt.Catches)
        {
            if (clause.Handler.Descendants().Any(o => o is IThrowOperation))
                return false;
        }
        foreach (var operation in attempt.Body.Descendants())
        {
            if (operation is IInvocationOperation other && !types.IsTaskLike(other.Type) && !call.Syntax.Span.Contains(other.Syntax.Span))
                return false;
        }
        return true;
    }

    // The nearest try with catch clauses whose block holds the return.
    private static ITryOperation? TryAround(IOperation operation)
    {
        var child = operation;
        for (var parent = operation.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case ITryOperation { Catches.IsEmpty: false } attempt when attempt.Body == child:
                    return attempt;
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return null;
            }
        }
        return null;
    }

    private static bool MakesFailedTask(ICatchClauseOperation clause, KnownTypes types)
    {
        var caught = clause.Caught();
        foreach (var operation in clause.Handler.Descendants())
        {
            if (operation is not IInvocationOperation call)
                continue;
            if (call.TargetMethod.Name is "FromException" or "FromCanceled" or "SetException" or "TrySetException" or "SetCanceled" or "TrySetCanceled")
                return true;
            // A helper of the house that does the same.
            if (caught is not null && types.IsTaskLike(call.Type) && call.Arguments.Any(a => a.Value.HandsOn(caught)))
                return true;
        }
        return false;
    }

    private static bool CatchesItself(IMethodSymbol method, KnownTypes types, CancellationToken cancellationToken) =>
        method.IsAsync && types.BodyOf(method, cancellationToken) is IBlockOperation body && body.Operations.Any(o => o is ITryOperation { Catches.IsEmpty: false });
}
