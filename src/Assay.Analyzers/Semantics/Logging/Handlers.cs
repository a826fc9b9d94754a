using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Logging;

/// <summary>What the rules about logging ask of the catch clause around a log call.</summary>
internal static class Handlers
{
    /// <summary>The clause whose handler runs the call, and the variable of the caught exception; null outside handlers and where it has no name.</summary>
    public static (ICatchClauseOperation Clause, ILocalSymbol Caught)? Around(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case ICatchClauseOperation { ExceptionDeclarationOrExpression: IVariableDeclaratorOperation declarator } clause:
                    return (clause, declarator.Symbol);
                case ICatchClauseOperation or IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return null;
            }
        }
        return null;
    }

    /// <summary>Whether the operation is the caught exception itself, under whatever type.</summary>
    public static bool IsOf(this IOperation operation, ILocalSymbol caught) =>
        operation.Bare() is ILocalReferenceOperation reference && reference.Local.Is(caught);

    /// <summary>Whether the reference hands the exception on as a whole: not merely one of its members, or its type.</summary>
    public static bool IsWhole(ILocalReferenceOperation reference)
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
            IIsTypeOperation or IIsPatternOperation => false,
            IFieldReferenceOperation => false,
            IMethodReferenceOperation => true,
            _ => true,
        };
    }
}
