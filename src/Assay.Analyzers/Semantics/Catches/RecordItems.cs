using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>Which variables of a loop may be its records.</summary>
internal static class RecordItems
{
    /// <summary>The variables that hold a new record in each turn of a loop.</summary>
    public static IEnumerable<ISymbol> Of(ILoopOperation loop) => loop switch
    {
        IForEachLoopOperation each => each.Locals,
        IWhileLoopOperation { Condition: { } condition, ConditionIsTop: true } rows => ReadIn(condition).Concat(TakenIn(rows.Body)),
        IForLoopOperation { Condition: { } condition } counted => Indexes(counted, condition),
        _ => [],
    };

    // `while ((line = Read()) != null)`, `while (queue.TryDequeue(out var job))`, `while (rows.Read())`.
    private static IEnumerable<ISymbol> ReadIn(IOperation condition)
    {
        foreach (var inner in condition.DescendantsAndSelf())
        {
            switch (inner)
            {
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation assigned }:
                    yield return assigned.Local;
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Out, Value: var value }:
                    if (value is IDeclarationExpressionOperation { Expression: ILocalReferenceOperation declared })
                        yield return declared.Local;
                    else if (value is ILocalReferenceOperation given)
                        yield return given.Local;
                    break;
                case IDeclarationPatternOperation { DeclaredSymbol: { } matched }:
                    yield return matched;
                    break;
                case IRecursivePatternOperation { DeclaredSymbol: { } found }:
                    yield return found;
                    break;
                case IInvocationOperation { TargetMethod.Name: "Read" or "ReadAsync", Instance: { } reader }:
                    if (reader.Unwrap() is ILocalReferenceOperation { Local: var local })
                        yield return local;
                    else if (reader.Unwrap() is IParameterReferenceOperation { Parameter: var parameter })
                        yield return parameter;
                    break;
            }
        }
    }

    // `while (!token.IsCancellationRequested) { var message = consumer.Consume(token); try …`: what is taken out is in nobody else's hands.
    private static IEnumerable<ISymbol> TakenIn(IOperation body)
    {
        foreach (var statement in body.ChildOperations)
        {
            if (statement is not IVariableDeclarationGroupOperation { Declarations: { Length: 1 } declarations } || declarations[0].Declarators is not { Length: 1 } declarators)
                continue;
            var value = declarators[0].GetVariableInitializer()?.Value.Unwrap();
            if (value is IAwaitOperation { Operation: var awaited })
                value = awaited is IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } configured } ? configured : awaited;
            if (value is IInvocationOperation { TargetMethod.Name: "Consume" or "ConsumeAsync" or "Dequeue" or "DequeueAsync" or "Take" or "ReceiveMessageAsync" or "ReceiveMessage" or "BasicGet" or "BasicGetAsync" }
                && !(declarators[0].Symbol.Type is { SpecialType: not SpecialType.None }))
                yield return declarators[0].Symbol;
        }
    }

    // An index counts only when the body picks an element with it: otherwise it numbers attempts.
    private static IEnumerable<ISymbol> Indexes(IForLoopOperation loop, IOperation condition)
    {
        foreach (var index in loop.Locals)
        {
            foreach (var inner in loop.Body.Descendants())
            {
                if (ElementIndex(inner)?.Unwrap() is ILocalReferenceOperation reference && reference.Local.Is(index) && condition is IBinaryOperation)
                {
                    yield return index;
                    break;
                }
            }
        }
    }

    /// <summary>What an index picks: the records are the elements, not their numbers.</summary>
    public static ITypeSymbol? ElementType(IOperation body, ISymbol index)
    {
        foreach (var inner in body.Descendants())
        {
            if (ElementIndex(inner)?.Unwrap() is ILocalReferenceOperation reference && reference.Local.Is(index))
                return inner.Type;
        }
        return null;
    }

    private static IOperation? ElementIndex(IOperation operation) => operation switch
    {
        IArrayElementReferenceOperation { Indices.Length: 1 } element => element.Indices[0],
        IPropertyReferenceOperation { Property.IsIndexer: true, Arguments.Length: 1 } element => element.Arguments.At(0).Value,
        _ => null,
    };
}
