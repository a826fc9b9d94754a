using Assay.Analyzers.Semantics.Tasks;
using Assay.Analyzers.Semantics.Tokens;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>
/// Why a try body can end in an OperationCanceledException.
/// </summary>
/// <param name="Token">The expression that brings a caller's token in; null when only an await speaks for it, which is no proof.</param>
/// <param name="InScope">The token parameter in scope, or null.</param>
internal sealed record CancellationEvidence(IOperation? Token, IParameterSymbol? InScope)
{
    /// <summary>How a message names the token.</summary>
    public string? TokenName => Token?.Syntax.ToString() ?? InScope?.Name;

    /// <summary>The evidence in the try body of a clause; null when nothing there can observe a cancellation.</summary>
    public static CancellationEvidence? In(CatchFacts facts)
    {
        var awaits = false;
        var hasOwnToken = false;
        foreach (var inner in facts.Attempt.Body.Descendants())
        {
            awaits |= IsCancellableAwait(inner) && IsInSameFunction(inner, facts.Attempt) && !CaughtInside.Is(inner, facts);
            if (TokenIn(inner, facts.Types) is not { } token || !CaughtInside.CanLeave(inner, facts))
                continue;
            if (!IsOwn(token))
                return new CancellationEvidence(token, null);
            hasOwnToken = true;
        }
        // The code's own timeout is the only thing that can cancel here, and that is a failure like any other.
        if (hasOwnToken || !awaits)
            return null;
        return new CancellationEvidence(null, TokenInScope(facts));
    }

    /// <summary>The token that an operation observes: passed as an argument, or asked to throw.</summary>
    public static IOperation? TokenIn(IOperation operation, KnownTypes types)
    {
        switch (operation)
        {
            case IArgumentOperation { ArgumentKind: not ArgumentKind.DefaultValue, Value: var value } when value.Type.Is(types.CancellationToken):
                // A linked source only listens; it throws where its own token goes.
                if (operation.Parent is IInvocationOperation { TargetMethod: { Name: "CreateLinkedTokenSource" } })
                    return null;
                // A task that nobody awaits throws at nobody.
                return IsNone(value.Unwrap()) || IsDetached(operation.Parent, types) ? null : value.Unwrap();
            case IInvocationOperation { TargetMethod: { Name: "ThrowIfCancellationRequested" } method, Instance: { } token } when method.ContainingType.Is(types.CancellationToken):
                return token.Unwrap();
            default:
                return null;
        }
    }

    private static bool IsCancellableAwait(IOperation operation) => operation switch
    {
        IAwaitOperation { Operation: IInvocationOperation { TargetMethod.Name: "Yield" or "DisposeAsync" } } => false,
        IAwaitOperation or IForEachLoopOperation { IsAsynchronous: true } => true,
        _ => false,
    };

    private static bool IsInSameFunction(IOperation inner, IOperation outer)
    {
        for (var parent = inner.Parent; parent is not null && parent != outer; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return false;
        }
        return true;
    }

    private static bool IsDetached(IOperation? call, KnownTypes types)
    {
        if (call is not { Type: { } type } || !types.IsTaskLike(type))
            return false;
        for (var use = call; use is not null; use = use.Parent)
        {
            switch (use)
            {
                case IAwaitOperation:
                case IPropertyReferenceOperation { Property.Name: "Result" }:
                case IInvocationOperation { TargetMethod.Name: "Wait" or "GetResult" or "WaitAll" or "WaitAny" }:
                    return false;
                // Dropped, or returned to be awaited outside of the try.
                case IExpressionStatementOperation or IReturnOperation or ISimpleAssignmentOperation { Target: IDiscardOperation }:
                    return true;
                case IVariableDeclaratorOperation or IAssignmentOperation or IAnonymousFunctionOperation:
                    return false;
            }
        }
        return false;
    }

    private static bool IsNone(IOperation value) => value switch
    {
        IDefaultValueOperation => true,
        IPropertyReferenceOperation { Property: { IsStatic: true, Name: "None" } } => true,
        IObjectCreationOperation { Arguments.IsEmpty: true } => true,
        _ => false,
    };

    // `source.Token` of a local that was created here and is linked to nothing; `source?.Token ?? default`.
    private static bool IsOwn(IOperation token) => token switch
    {
        IPropertyReferenceOperation { Property.Name: "Token", Instance: ILocalReferenceOperation { Local: var source } } => IsCreatedHere(source, token),
        ICoalesceOperation { Value: var value, WhenNull: var otherwise } => IsNone(otherwise.Unwrap()) && IsOwn(value.Unwrap()),
        IConditionalAccessOperation { Operation: ILocalReferenceOperation { Local: var source }, WhenNotNull: IPropertyReferenceOperation { Property.Name: "Token" } } =>
            IsCreatedHere(source, token),
        _ => false,
    };

    private static bool IsCreatedHere(ILocalSymbol source, IOperation use)
    {
        foreach (var declaration in source.DeclaringSyntaxReferences)
        {
            if (use.SemanticModel?.GetOperation(declaration.GetSyntax()) is IVariableDeclaratorOperation declarator)
                return IsCreation(declarator.GetVariableInitializer()?.Value.Unwrap());
        }
        return false;
    }

    // With no limit asked for there is no source.
    private static bool IsCreation(IOperation? value) => value switch
    {
        IObjectCreationOperation => true,
        IConditionalOperation { WhenFalse: { } otherwise } choice => IsCreationOrNull(choice.WhenTrue.Unwrap()) && IsCreationOrNull(otherwise.Unwrap()),
        _ => false,
    };

    private static bool IsCreationOrNull(IOperation value) => value is { ConstantValue: { HasValue: true, Value: null } } || IsCreation(value);

    private static IParameterSymbol? TokenInScope(CatchFacts facts)
    {
        for (ISymbol? function = facts.Function; function is IMethodSymbol method; function = method.ContainingSymbol)
        {
            foreach (var parameter in method.Parameters)
            {
                if (parameter.Type.Is(facts.Types.CancellationToken))
                    return parameter;
            }
            if (method.IsStatic && method.MethodKind is MethodKind.LocalFunction or MethodKind.AnonymousFunction)
                return null;
        }
        return null;
    }
}
