using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>Where the records of a loop come from, and so whether one that fails is still there behind the loop.</summary>
internal enum RecordOrigin
{
    /// <summary>Handed over, taken out of something, or parsed: when the loop drops it, it is gone.</summary>
    Handed,

    /// <summary>Asked for from a store, which still has it.</summary>
    Fetched,

    /// <summary>A member of the object, which goes on to hold it.</summary>
    Kept,
}

/// <summary>Tells the origin of the records of a loop.</summary>
internal static class RecordOrigins
{
    private static readonly string[] s_takers =
        ["Parse", "TryParse", "Deserialize", "Split", "Matches", "Enumerate", "ReadAll", "ReadLines", "Receive", "Dequeue", "Consume", "GetConsuming", "Take", "Poll", "Drain", "Descendants", "Elements", "Children"];

    public static RecordOrigin Of(RecordLoop loop, CatchFacts facts)
    {
        if (CollectionOf(loop.Place) is not { } collection)
            return RecordOrigin.Handed;
        var origin = Of(collection, 0);
        // The list that is made of them lacks the one that failed.
        return origin != RecordOrigin.Handed && (IsFilled(facts.Attempt.Body) || (origin == RecordOrigin.Kept && IsEmptied(collection, loop.Place)))
            ? RecordOrigin.Handed
            : origin;
    }

    private static IOperation? CollectionOf(IOperation place) => place switch
    {
        IForEachLoopOperation { IsAsynchronous: false } each => each.Collection,
        IInvocationOperation { Instance: { } list } => list,
        IInvocationOperation { Arguments.Length: > 0 } call => call.Arguments.At(0).Value,
        _ => null,
    };

    private static RecordOrigin Of(IOperation collection, int depth) => Root(collection) switch
    {
        { Type: { } type } root when IsQuery(type) && root is not IParameterReferenceOperation => RecordOrigin.Fetched,
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } => RecordOrigin.Kept,
        IPropertyReferenceOperation { Instance: IInstanceReferenceOperation, Property.SetMethod: null or { DeclaredAccessibility: Accessibility.Private } } => RecordOrigin.Kept,
        IPropertyReferenceOperation { Instance: { } owner } when IsQuery(owner.Type) => RecordOrigin.Fetched,
        IInvocationOperation call => IsTaker(call.TargetMethod.Name) ? RecordOrigin.Handed : RecordOrigin.Fetched,
        ILocalReferenceOperation { Local: var local } use when depth < 3 && Initializer(local, use) is { } value => Of(value, depth + 1),
        _ => RecordOrigin.Handed,
    };

    // Through awaits, LINQ and the views of a dictionary.
    private static IOperation Root(IOperation collection)
    {
        while (true)
        {
            var next = collection.Unwrap() switch
            {
                IAwaitOperation awaited => awaited.Operation,
                IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } task } => task,
                IInvocationOperation { TargetMethod: { IsExtensionMethod: true, ContainingNamespace: { Name: "Linq" or "EntityFrameworkCore" } }, Arguments.Length: > 0 } linq => linq.Arguments.At(0).Value,
                IInvocationOperation { TargetMethod: { Name: "ToArray" or "ToList" or "AsReadOnly" }, Instance: { } copied } => copied,
                IPropertyReferenceOperation { Property: { Name: "Values" or "Keys" }, Instance: { } map } => map,
                _ => null,
            };
            if (next is null)
                return collection.Unwrap();
            collection = next;
        }
    }

    private static bool IsQuery(ITypeSymbol? type)
    {
        if (type is not INamedTypeSymbol { Arity: <= 1 } named)
            return false;
        return named.Name is "IQueryable" or "DbSet" || named.AllInterfaces.Any(i => i is { Name: "IQueryable", Arity: 0 });
    }

    private static bool IsTaker(string method)
    {
        foreach (var taker in s_takers)
        {
            if (method.StartsWith(taker, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static IOperation? Initializer(ILocalSymbol local, IOperation use)
    {
        foreach (var declaration in local.DeclaringSyntaxReferences)
        {
            if (use.SemanticModel?.GetOperation(declaration.GetSyntax()) is IVariableDeclaratorOperation declarator)
                return declarator.GetVariableInitializer()?.Value;
        }
        return null;
    }

    // `posted.Add(Post(order));`
    private static bool IsFilled(IOperation attempted)
    {
        foreach (var inner in attempted.Descendants())
        {
            if (inner is IInvocationOperation { TargetMethod: { Name: "Add" or "TryAdd" or "AddRange" or "Enqueue" or "Push" or "Append", IsStatic: false }, Instance: { } filled }
                && filled.Unwrap() is ILocalReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation)
                return true;
        }
        return false;
    }

    // `_waiting.Clear()` and `_waiting = []` give up the members, failed or not.
    private static bool IsEmptied(IOperation collection, IOperation loop)
    {
        if (Root(collection) is not IMemberReferenceOperation { Member: var member })
            return true;
        var body = loop;
        while (body.Parent is { } parent and not (IAnonymousFunctionOperation or ILocalFunctionOperation))
            body = parent;
        foreach (var inner in body.Descendants())
        {
            var changed = inner switch
            {
                IInvocationOperation { TargetMethod.Name: "Clear", Instance: { } cleared } => cleared,
                ISimpleAssignmentOperation assignment => assignment.Target,
                IArgumentOperation { Parameter.RefKind: RefKind.Ref, Value: var swapped } => swapped,
                _ => null,
            };
            if (changed?.Unwrap() is IMemberReferenceOperation { Member: var written } && written.Is(member))
                return true;
        }
        return false;
    }
}
