using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.EntityFramework;
using Assay.Analyzers.Semantics.Loops;
using Assay.Analyzers.Semantics.ValueFlow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Data;

/// <summary>Finds saves in a loop over entities: a round trip and a transaction for each, where one would do for all.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SaveInLoop() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY5006",
        category: Category.Data,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "A loop saves once for each element",
        messageFormat: "'{0}' runs for each '{1}' of this loop: every turn is a round trip and a transaction of its own, and a failure leaves the earlier ones saved; save once after the loop");

    private static readonly Words s_words = Words.Of("SaveChanges", "SaveChangesAsync");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (EntityTypes.Of(types) is { } entities)
            context.RegisterBodyAction(s_words, c => Check(c, entities), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, EntityTypes types)
    {
        var call = (IInvocationOperation)context.Operation;
        if (!types.IsSave(call.TargetMethod) || TurnsOf(call, context, types) is not var (turns, inTurn))
            return;
        // A context of each turn saves what this turn did.
        if (EntityTypes.ContextSymbol(call.Instance) is ILocalSymbol local && IsDeclaredIn(local, turns.Body))
            return;
        if (IsBatch(turns.Element) || NeedsItsSave(turns.Body, inTurn, types))
            return;
        context.ReportDiagnostic(Descriptor.At(call.NameLocation(), [turns.Place], call.TargetMethod.Name, turns.Name));
    }

    // The loop that saves in every turn, itself or through a private method that nothing else calls.
    private static (ElementTurns Turns, IInvocationOperation InTurn)? TurnsOf(IInvocationOperation save, OperationAnalysisContext context, EntityTypes types)
    {
        if (!IsUnconditional(save))
            return null;
        if (ElementTurns.Around(save) is { } direct)
            return (direct, save);
        var function = FunctionScope.Around(save);
        if (save.EnclosingFunction(context.ContainingSymbol) is not { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method || NeedsItsSave(function, save, types))
            return null;
        return PrivateCalls.Of(method, types.Known, save, context.CancellationToken) is { Count: 1 } calls && calls[0] is var only && IsUnconditional(only) && ElementTurns.Around(only) is { } turns && turns.IsReadBy(only)
            ? (turns, only) : null;
    }

    // No condition or handler decides, and no turn waits for its work.
    private static bool IsUnconditional(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IForEachLoopOperation { IsAsynchronous: false } or IForLoopOperation:
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return true;
                // `if (++count % 100 == 0)`; a try gives each element its own failure, a transaction its own commit.
                case IConditionalOperation or ISwitchOperation or ITryOperation or ILoopOperation or IUsingOperation or ILockOperation:
                    return false;
            }
        }
        return true;
    }

    private static bool IsDeclaredIn(ILocalSymbol local, IOperation body) =>
        local.DeclaringSyntaxReferences.Any(r => body.Syntax.Span.Contains(r.Span));

    // Each element is a batch itself.
    private static bool IsBatch(ISymbol element)
    {
        var type = element switch { ILocalSymbol local => local.Type, IParameterSymbol parameter => parameter.Type, _ => null };
        return type is IArrayTypeSymbol || type is { SpecialType: not SpecialType.System_String } && type.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_Collections_IEnumerable);
    }

    // What follows the save in the turn may need its effects: a generated key, a message that goes out, a pause, another context.
    private static bool NeedsItsSave(IOperation body, IInvocationOperation save, EntityTypes types)
    {
        foreach (var operation in FunctionScope.Own(body))
        {
            if (operation == save)
                continue;
            if (operation.Syntax.SpanStart > save.Syntax.Span.End && operation is IInvocationOperation or IPropertyReferenceOperation { Property.Name: "Id" })
                return true;
            if (operation is IInvocationOperation { TargetMethod.Name: "Clear" or "BeginTransaction" or "BeginTransactionAsync" or "Delay" or "Query" })
                return true;
            // What the next turn asks the database must see what this one saved.
            if (operation is IInvocationOperation call && EntityQuery.Of(call, types) is { GivesOne: false } or { Operator: not "Find" and not "Load" } && operation.Syntax.SpanStart < save.Syntax.SpanStart)
                return true;
            // A second service in the turn: what it was told must be on record before the next element is.
            if (operation is IAwaitOperation { Operation: IInvocationOperation awaited } && awaited != save && !ContainsCall(awaited, save) && EntityQuery.Of(awaited, types) is null && !IsOfContext(awaited, types))
                return true;
        }
        return false;
    }

    private static bool ContainsCall(IOperation awaited, IOperation save) => awaited.Syntax.Span.Contains(save.Syntax.Span);

    private static bool IsOfContext(IInvocationOperation call, EntityTypes types) =>
        call.Receiver()?.Bare().Type is { } type && (types.IsContext(type) || types.IsSet(type));
}
