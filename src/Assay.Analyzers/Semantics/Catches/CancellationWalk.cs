using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>
/// Follows a handler for a way on which a cancellation gets out: thrown again, given on as a value, or answered to by code
/// that looks at the token. Paths that a cancellation cannot take are not followed.
/// </summary>
internal sealed class CancellationWalk(CatchFacts facts) : HandlerWalk(facts)
{
    /// <summary>The first throw that wraps the cancellation in another exception, or the first value made of its text.</summary>
    public IOperation? Converted { get; private set; }

    protected override HandlerPath After(IOperation expression, HandlerPath path) => LetsOut(expression) ? Settled(path) : path;

    protected override HandlerPath AfterReturn(IOperation value, HandlerPath path)
    {
        if (LetsOut(value))
            return Settled(path);
        if (!Facts.Mentions(value))
            return path;
        Converted ??= value;
        return Settled(path);
    }

    protected override void AtThrow(IThrowOperation thrown, HandlerPath path)
    {
        if (path.IsSettled || thrown.Exception is not { } exception || Facts.IsCaught(exception.Unwrap()) || IsAboutCancellation(exception))
            return;
        Converted ??= thrown;
    }

    protected override (HandlerPath? WhenTrue, HandlerPath? WhenFalse) SplitByType(IOperation test, HandlerPath path)
    {
        var isOther = false;
        foreach (var type in TestedTypes(test))
        {
            // What is not a cancellation after such a test is of no interest; TaskCanceledException is only one kind of it.
            if (IsRelatedToCancellation(type))
                return (Settled(path), type.IsOrInherits(Facts.Types.OperationCanceledException) && !type.Is(Facts.Types.OperationCanceledException) ? path : null);
            isOther = true;
        }
        // A cancellation never passes a test for an unrelated type.
        return isOther ? (null, path) : (path, path);
    }

    /// <summary>Whether the operation names OperationCanceledException (or a type that a test for it would include) or asks a token.</summary>
    public bool IsAboutCancellation(IOperation operation)
    {
        foreach (var inner in operation.DescendantsAndSelf())
        {
            switch (inner)
            {
                case IPropertyReferenceOperation { Property.Name: "IsCancellationRequested" or "IsCanceled" }:
                // `when (detector.IsCancellation(ex, token))`: the question was handed to somebody.
                case IInvocationOperation { TargetMethod: { Name: var asked, ReturnType.SpecialType: SpecialType.System_Boolean } } when asked.Contains("Cancel"):
                case IObjectCreationOperation { Type: var created } when IsRelatedToCancellation(created):
                case IConversionOperation { IsImplicit: false, Type: var wanted } when IsRelatedToCancellation(wanted):
                case IIsTypeOperation { TypeOperand: var tested } when IsRelatedToCancellation(tested):
                case ITypePatternOperation { MatchedType: var matched } when IsRelatedToCancellation(matched):
                case IDeclarationPatternOperation { MatchedType: var declared } when IsRelatedToCancellation(declared):
                case IRecursivePatternOperation { MatchedType: var recursive } when IsRelatedToCancellation(recursive):
                    return true;
            }
        }
        return false;
    }

    private bool LetsOut(IOperation expression)
    {
        if (IsAboutCancellation(expression))
            return true;
        foreach (var inner in expression.DescendantsAndSelf())
        {
            // Waiting with the token throws again by itself.
            if (CancellationEvidence.TokenIn(inner, Facts.Types) is not null)
                return true;
            if (Facts.IsCaught(inner) && IsGivenOn(inner))
                return true;
        }
        return false;
    }

    // The exception itself goes somewhere other than a log: a task source, a result, a field, a handler of the house.
    private bool IsGivenOn(IOperation caught)
    {
        var use = caught.Parent;
        while (use is IConversionOperation or IParenthesizedOperation or IArgumentOperation or IArrayInitializerOperation or IArrayCreationOperation)
            use = use.Parent;
        return use switch
        {
            IInvocationOperation call => !Facts.Types.IsLogCall(call) && call.Instance?.Unwrap() != caught,
            IObjectCreationOperation or IReturnOperation or IThrowOperation or ITupleOperation or IDynamicInvocationOperation => true,
            IAssignmentOperation { Target: not IDiscardOperation } => true,
            _ => false,
        };
    }

    private bool IsRelatedToCancellation(ITypeSymbol? type) =>
        type is INamedTypeSymbol named && Facts.Types.OperationCanceledException is { } cancelled && (named.IsOrInherits(cancelled) || cancelled.IsOrInherits(named));

    private static IEnumerable<ITypeSymbol> TestedTypes(IOperation test)
    {
        foreach (var inner in test is ISwitchCaseOperation section ? section.Clauses.SelectMany(c => c.Descendants()) : test.DescendantsAndSelf())
        {
            switch (inner)
            {
                case IIsTypeOperation { TypeOperand: var type }:
                    yield return type;
                    break;
                case ITypePatternOperation { MatchedType: var type }:
                    yield return type;
                    break;
                case IDeclarationPatternOperation { MatchedType: { } type }:
                    yield return type;
                    break;
                case IRecursivePatternOperation { MatchedType: var type }:
                    yield return type;
                    break;
            }
        }
    }
}
