using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.EntityFramework;
using Assay.Analyzers.Semantics.Retries;
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
        if (!types.IsSave(call.TargetMethod) || EachTurn(call) is not { } loop)
            return;
        // A context of each turn saves what this turn did.
        if (EntityTypes.ContextSymbol(call.Instance) is ILocalSymbol local && IsDeclaredIn(local, loop))
            return;
        if (ElementOf(loop) is not { } element || IsChunked(loop, element) || NeedsItsSave(loop, call, types))
            return;
        context.ReportDiagnostic(Descriptor.At(call.NameLocation(), [loop.Syntax.GetFirstToken().GetLocation()], call.TargetMethod.Name, element.Name));
    }

    // The loop that saves in every turn; null where a condition or a handler decides, or where a turn waits for its work.
    private static ILoopOperation? EachTurn(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IForEachLoopOperation { IsAsynchronous: false } or IForLoopOperation:
                    return (ILoopOperation)parent;
                // `if (++count % 100 == 0)`; a try gives each element its own failure, a transaction its own commit.
                case IConditionalOperation or ISwitchOperation or ITryOperation or ILoopOperation or IUsingOperation or ILockOperation:
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return null;
            }
        }
        return null;
    }

    private static bool IsDeclaredIn(ILocalSymbol local, ILoopOperation loop) =>
        local.DeclaringSyntaxReferences.Any(r => loop.Syntax.Span.Contains(r.Span));

    private static ILocalSymbol? ElementOf(ILoopOperation loop) => loop switch
    {
        IForEachLoopOperation { Locals.IsEmpty: false } each => each.Locals[0],
        IForLoopOperation { Locals.IsEmpty: false } counted => counted.Locals[0],
        _ => null,
    };

    // Each element is a batch itself.
    private static bool IsChunked(ILoopOperation loop, ILocalSymbol element)
    {
        if (element.Type is IArrayTypeSymbol || element.Type.SpecialType != SpecialType.System_String && element.Type.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_Collections_IEnumerable))
            return true;
        // `for (var page = 0; …)` steps over pages, or tries again.
        return loop is IForLoopOperation counted && !IndexesWith(counted, element);
    }

    private static bool IndexesWith(IForLoopOperation loop, ILocalSymbol index)
    {
        if (!RetryLoop.Counts(loop, index))
            return false;
        foreach (var operation in loop.Body.Descendants())
        {
            var argument = operation switch
            {
                IPropertyReferenceOperation { Property.IsIndexer: true, Arguments: { Length: 1 } keys } => keys[0].Value,
                IArrayElementReferenceOperation { Indices: { Length: 1 } indices } => indices[0],
                _ => null,
            };
            if (argument?.Bare() is ILocalReferenceOperation local && local.Local.Is(index))
                return true;
        }
        return false;
    }

    // What follows the save in the turn may need its effects: a generated key, a message that goes out, a pause, another context.
    private static bool NeedsItsSave(ILoopOperation loop, IInvocationOperation save, EntityTypes types)
    {
        foreach (var operation in FunctionScope.Own(loop.Body))
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
