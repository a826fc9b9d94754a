using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>Which continuations of a task see how it failed.</summary>
internal sealed class Continuations(KnownTypes types)
{
    private readonly Containment _containment = new(types, seenMayLeave: true);

    public bool IsContinuation(IMethodSymbol method) => method.Name == "ContinueWith" && method.ContainingType.IsOrInherits(types.Task);

    /// <summary>Whether the continuation runs on a fault or looks for one, or there can be none.</summary>
    public bool SeesFault(IInvocationOperation call, IInvocationOperation antecedent, CancellationToken cancellationToken)
    {
        foreach (var argument in call.Arguments)
        {
            if (RunsOnFault(argument.Value))
                return true;
            if (argument.Value.Unwrap() is not IDelegateCreationOperation continuation)
                continue;
            if (HandlesFault(continuation, cancellationToken))
                return true;
            // A delay does not fault, so what remains is what the continuation does.
            if (antecedent.TargetMethod.Name == "Delay" && antecedent.TargetMethod.ContainingType.Is(types.Task))
                return types.BodyOf(continuation, cancellationToken) is { } body && _containment.LetsNothingOut(body, cancellationToken);
        }
        return false;
    }

    // TaskContinuationOptions.OnlyOnFaulted excludes completion and cancellation; NotOnRanToCompletion leaves both failures.
    private bool RunsOnFault(IOperation options)
    {
        const int NotOnRanToCompletion = 0x10000;
        const int NotOnFaulted = 0x20000;
        return options.Type.Is(types["System.Threading.Tasks.TaskContinuationOptions"])
            && options.ConstantValue is { HasValue: true, Value: int flags }
            && (flags & NotOnRanToCompletion) != 0
            && (flags & NotOnFaulted) == 0;
    }

    private bool HandlesFault(IDelegateCreationOperation continuation, CancellationToken cancellationToken)
    {
        // A named method takes the task as its argument.
        if (continuation.Target is not IAnonymousFunctionOperation { Symbol.Parameters.IsEmpty: false } lambda)
            return true;
        var antecedent = lambda.Symbol.Parameters[0];
        foreach (var operation in lambda.Body.Descendants())
        {
            // The outcome goes to whoever waits for the completion source.
            if (operation is IInvocationOperation call && types.CompletesSource(call.TargetMethod))
                return true;
            if (operation is not IParameterReferenceOperation reference || !reference.Parameter.Is(antecedent))
                continue;
            if (operation.Parent is IPropertyReferenceOperation { Property.Name: "Exception" or "IsFaulted" or "Status" or "IsCompletedSuccessfully" })
                return true;
            // Handed on to somebody who sees the whole task.
            if (operation.Parent is IArgumentOperation or IVariableInitializerOperation or IConversionOperation or IAssignmentOperation)
                return true;
        }
        return _containment.CatchesEverything(lambda.Body, cancellationToken);
    }
}
