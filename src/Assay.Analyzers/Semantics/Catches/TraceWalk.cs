using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>
/// Follows a handler for traces of the failure. What leaves none is a short list: nothing at all, an empty answer, a log line
/// without the exception, tidying up, waiting. Everything else, above all a call the walk does not know, counts as a trace.
/// </summary>
/// <param name="facts">The clause.</param>
/// <param name="logIsTrace">Whether a log line that holds the exception is enough of a trace.</param>
internal sealed class TraceWalk(CatchFacts facts, bool logIsTrace) : HandlerWalk(facts)
{
    /// <summary>The first log call that is not given the exception.</summary>
    public IInvocationOperation? LogWithoutException { get; private set; }

    /// <summary>Whether the exception went to a log.</summary>
    public bool LogsException { get; private set; }

    /// <summary>The first call that exists in debug builds only.</summary>
    public IInvocationOperation? DebugOnly { get; private set; }

    protected override HandlerPath After(IOperation expression, HandlerPath path)
    {
        if (DebugOnlyCall(expression) is { } debug)
        {
            DebugOnly ??= debug;
            // A trace that release builds do not have.
            SomethingSettles = true;
            return path.IsSettled ? path : path with { Guard = Guard.Unrelated };
        }
        return LeavesTrace(expression) ? Settled(path) : path;
    }

    protected override HandlerPath AfterReturn(IOperation value, HandlerPath path)
    {
        if (Facts.Mentions(value))
            return Settled(path);
        return EmptyAnswer.Is(value) || IsAnswerOfSuccess(value) ? path : Settled(path);
    }

    // A type that was named is classified; what is left is still everything else.
    protected override (HandlerPath? WhenTrue, HandlerPath? WhenFalse) SplitByType(IOperation test, HandlerPath path) => (Settled(path), path);

    private bool LeavesTrace(IOperation expression)
    {
        switch (expression.Unwrap())
        {
            case IAwaitOperation awaited:
                return LeavesTrace(awaited.Operation);
            case IConditionalAccessOperation access:
                return LeavesTrace(access.WhenNotNull);
            case IInvocationOperation call:
                return IsTracingCall(call);
            case ISimpleAssignmentOperation assignment:
                return AssignmentLeavesTrace(assignment);
            case IVariableDeclarationGroupOperation group:
                return DeclarationLeavesTrace(group);
            case IFieldReferenceOperation or ILocalReferenceOperation or IParameterReferenceOperation or IPropertyReferenceOperation or IInstanceReferenceOperation or ILiteralOperation or IBinaryOperation or IUnaryOperation or IIsPatternOperation:
                return Facts.Mentions(expression) || HasCall(expression);
            default:
                return true;
        }
    }

    private bool IsTracingCall(IInvocationOperation call)
    {
        if (Facts.Types.IsLogCall(call))
        {
            if (!Facts.Mentions(call))
            {
                LogWithoutException ??= call;
                // Who started the program reads what it prints.
                return logIsTrace && Facts.IsInEntryPoint;
            }
            LogsException = true;
            return logIsTrace;
        }
        if (call.TargetMethod.Name == "ConfigureAwait" && call.Instance is { } awaited)
            return LeavesTrace(awaited);
        return Facts.Mentions(call) || !IsTidyingOrWaiting(call.TargetMethod);
    }

    private bool AssignmentLeavesTrace(ISimpleAssignmentOperation assignment)
    {
        if (assignment.Target is IDiscardOperation)
            return !Facts.IsCaught(assignment.Value.Unwrap()) && LeavesTrace(assignment.Value);
        if (assignment.Target is not (ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation))
            return true;
        // A flag says that it failed; an emptied variable looks like an empty answer.
        return assignment.Target.Type?.SpecialType == SpecialType.System_Boolean || !EmptyAnswer.Is(assignment.Value);
    }

    private bool DeclarationLeavesTrace(IVariableDeclarationGroupOperation group)
    {
        foreach (var declaration in group.Declarations)
        {
            foreach (var declarator in declaration.Declarators)
            {
                if (declarator.GetVariableInitializer()?.Value is not { } value)
                    continue;
                // Read into a variable: what becomes of that is taken to be something.
                if (Facts.Mentions(value) || (HasCall(value) && declarator.Symbol.Type.SpecialType != SpecialType.System_String))
                    return true;
            }
        }
        return false;
    }

    // `return true` tells of a failure, unless the try returns true as well.
    private bool IsAnswerOfSuccess(IOperation value)
    {
        if (value.Unwrap().ConstantValue is not { HasValue: true, Value: true })
            return false;
        foreach (var inner in Facts.Attempt.Body.Descendants())
        {
            if (inner is IReturnOperation { ReturnedValue: { } returned } && returned.Unwrap().ConstantValue is { HasValue: true, Value: true })
                return true;
        }
        return false;
    }

    private static bool HasCall(IOperation operation)
    {
        foreach (var inner in operation.DescendantsAndSelf())
        {
            if (inner is IInvocationOperation or IObjectCreationOperation or IAwaitOperation or IDynamicInvocationOperation)
                return true;
        }
        return false;
    }

    private static IInvocationOperation? DebugOnlyCall(IOperation expression)
    {
        if (expression.Unwrap() is not IInvocationOperation call)
            return null;
        foreach (var attribute in call.TargetMethod.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "ConditionalAttribute" && attribute.ConstructorArguments is { Length: 1 } condition && condition[0].Value is "DEBUG")
                return call;
        }
        return null;
    }

    private static bool IsTidyingOrWaiting(IMethodSymbol method) => method.Name switch
    {
        "Dispose" or "DisposeAsync" or "Close" or "CloseAsync" or "Rollback" or "RollbackAsync" => true,
        "Delay" => method.ContainingType.Name == "Task",
        "Sleep" => method.ContainingType.Name == "Thread",
        "Yield" => method.ContainingType.Name is "Task" or "Thread",
        _ => false,
    };
}
