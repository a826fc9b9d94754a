using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Tells the lambdas of LINQ that run where they stand from those of a query that somebody enumerates later.</summary>
internal static class LinqUses
{
    private static readonly HashSet<string> s_deferred = new(StringComparer.Ordinal)
    {
        "Where", "Select", "SelectMany", "OrderBy", "OrderByDescending", "ThenBy", "ThenByDescending", "GroupBy", "GroupJoin", "Join", "LeftJoin", "RightJoin",
        "SkipWhile", "TakeWhile", "Zip", "DistinctBy", "ExceptBy", "IntersectBy", "UnionBy", "CountBy", "AggregateBy", "Append", "AsEnumerable", "Cast", "Chunk", "Concat",
        "DefaultIfEmpty", "Distinct", "Except", "Index", "Intersect", "OfType", "Order", "OrderDescending", "Prepend", "Reverse", "Shuffle", "Skip", "SkipLast", "Take",
        "TakeLast", "Union",
    };

    // What reads a sequence to its end before it returns.
    private static readonly HashSet<string> s_readers = new(StringComparer.Ordinal)
    {
        "AddRange", "InsertRange", "UnionWith", "ExceptWith", "IntersectWith", "SymmetricExceptWith", "Join", "Concat", "WhenAll", "WaitAll", "WriteAllLines", "AppendAllLines", "CreateRange", "PushRange",
    };

    /// <summary>Whether the operator, or what its result goes into on the spot, reads the whole query.</summary>
    public static bool RunsNow(IInvocationOperation call)
    {
        if (!s_deferred.Contains(call.TargetMethod.Name))
            return true;
        IOperation child = call;
        while (child.Parent is IConversionOperation or IParenthesizedOperation or ITranslatedQueryOperation)
            child = child.Parent;
        return child.Parent switch
        {
            IForEachLoopOperation loop => loop.Collection == child,
            ISpreadOperation => true,
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { ContainingType: { Name: "Enumerable", ContainingNamespace.Name: "Linq" } } } outer } => RunsNow(outer),
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { DeclaringSyntaxReferences.IsEmpty: true } reader } } => s_readers.Contains(reader.Name) || reader.Name.StartsWith("To", StringComparison.Ordinal),
            IArgumentOperation { Parent: IObjectCreationOperation { Type: { } made } } => AccessShapes.IsCollection(made),
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } declarator } => IsReadAround(local, declarator),
            _ => false,
        };
    }

    // `var late = orders.Where(…); foreach (var one in late)`: every use of the local reads it, in the same block.
    private static bool IsReadAround(ILocalSymbol local, IOperation declarator)
    {
        IOperation block = declarator;
        while (block is not IBlockOperation)
        {
            if (block.Parent is null)
                return false;
            block = block.Parent;
        }
        foreach (var operation in block.Descendants())
        {
            if (operation is not ILocalReferenceOperation reference || !reference.Local.Is(local))
                continue;
            var child = operation;
            while (child.Parent is IConversionOperation or IParenthesizedOperation)
                child = child.Parent;
            var isRead = child.Parent switch
            {
                IForEachLoopOperation loop => loop.Collection == child,
                IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { ContainingType: { Name: "Enumerable", ContainingNamespace.Name: "Linq" } } } outer } => RunsNow(outer),
                _ => false,
            };
            if (!isRead)
                return false;
        }
        return true;
    }
}
