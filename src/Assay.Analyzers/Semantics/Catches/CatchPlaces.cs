using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>Questions about where code stands in relation to try statements of its function.</summary>
internal static class CatchPlaces
{
    /// <summary>The nearest clause whose handler runs the operation; null outside handlers.</summary>
    public static ICatchClauseOperation? ClauseAround(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case ICatchClauseOperation clause:
                    return clause;
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return null;
            }
        }
        return null;
    }

    /// <summary>The variable of the caught exception; null when the clause names none.</summary>
    public static ILocalSymbol? Caught(this ICatchClauseOperation clause) => (clause.ExceptionDeclarationOrExpression as IVariableDeclaratorOperation)?.Symbol;

    /// <summary>Whether the operation is the caught exception itself, under whatever type.</summary>
    public static bool IsOf(this IOperation operation, ILocalSymbol caught) =>
        operation.Bare() is ILocalReferenceOperation reference && reference.Local.Is(caught);

    /// <summary>Whether anything inside the operation hands the exception on as a whole: not merely one of its members, or its type.</summary>
    public static bool HandsOn(this IOperation operation, ILocalSymbol caught)
    {
        foreach (var inner in operation.DescendantsAndSelf())
        {
            if (inner is ILocalReferenceOperation reference && reference.Local.Is(caught) && IsWhole(reference))
                return true;
        }
        return false;
    }

    private static bool IsWhole(ILocalReferenceOperation reference)
    {
        IOperation child = reference;
        var parent = reference.Parent;
        while (parent is IConversionOperation or IParenthesizedOperation)
            (child, parent) = (parent, parent.Parent);
        return parent switch
        {
            // The inner exception and the text of `ToString` hold the stack trace; a message holds none.
            IPropertyReferenceOperation property when property.Instance == child => property.Property.Name is "InnerException" or "InnerExceptions" or "StackTrace",
            IInvocationOperation call when call.Instance == child => call.TargetMethod.Name != "GetType",
            IIsTypeOperation or IIsPatternOperation or IFieldReferenceOperation => false,
            _ => true,
        };
    }
}
