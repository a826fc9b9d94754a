using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>What the creation of an object puts into it.</summary>
internal static class MadeObjects
{
    /// <summary>The arguments and the values of the initialiser that may hold text.</summary>
    public static IEnumerable<IOperation> Content(IObjectCreationOperation made)
    {
        foreach (var argument in made.Arguments)
        {
            if (argument.Value.Bare().Type.HoldsContent() && !argument.Value.ConstantValue.HasValue)
                yield return argument.Value;
        }
        foreach (var value in Content(made.Initializer))
            yield return value;
    }

    /// <summary>The values that an initialiser sets or adds.</summary>
    public static IEnumerable<IOperation> Content(IObjectOrCollectionInitializerOperation? initializer)
    {
        if (initializer is null)
            yield break;
        foreach (var one in initializer.Initializers)
        {
            switch (one)
            {
                case ISimpleAssignmentOperation assignment:
                    yield return assignment.Value;
                    break;
                case IMemberInitializerOperation { Initializer: { } inner }:
                    foreach (var value in Content(inner))
                        yield return value;
                    break;
                case IInvocationOperation add:
                    foreach (var argument in add.Arguments)
                        yield return argument.Value;
                    break;
            }
        }
    }

    /// <summary>The value that the creation gives the member: by the initialiser, or by a parameter of a record's name.</summary>
    public static IOperation? ValueOf(IObjectCreationOperation made, ISymbol member)
    {
        if (made.Initializer is { } initializer)
        {
            foreach (var one in initializer.Initializers)
            {
                if (one is ISimpleAssignmentOperation { Target: IMemberReferenceOperation target } assignment && target.Member.Is(member))
                    return assignment.Value;
            }
        }
        if (made.Type is not { IsRecord: true })
            return null;
        foreach (var argument in made.Arguments)
        {
            if (argument.Parameter?.Name == member.Name)
                return argument.Value;
        }
        return null;
    }
}
