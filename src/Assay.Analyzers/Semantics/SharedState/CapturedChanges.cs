using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>A change of something that the threads of a crowd have in common.</summary>
/// <param name="Operation">The change.</param>
/// <param name="Variable">The local, parameter or field.</param>
/// <param name="How">What is done, as messages say it.</param>
/// <param name="Consequence">What then happens.</param>
internal sealed record CapturedChange(IOperation Operation, ISymbol Variable, string How, string Consequence);

/// <summary>Finds the unguarded changes of captured state in a function that several threads run.</summary>
internal static class CapturedChanges
{
    public static IEnumerable<CapturedChange> In(Crowd crowd)
    {
        foreach (var operation in crowd.Function.Descendants())
        {
            if (Variable(operation) is not { } variable || !IsCommon(variable, operation, crowd))
                continue;
            if (ChangeOf(operation, variable) is not { } change)
                continue;
            if (crowd.AfterAwait && !FollowsAwait(change.Operation, crowd.Function) || IsGuarded(change.Operation, crowd.Function))
                continue;
            // Each of two tasks runs once: they meet only at what both of them use.
            if (crowd.Beside is { } others && !others.Any(other => IsUsed(variable, other)))
                continue;
            yield return change;
        }
    }

    // Of a collection any use; of a single value another change, atomic or not.
    private static bool IsUsed(ISymbol variable, IOperation function)
    {
        foreach (var operation in function.Descendants())
        {
            if (Variable(operation) is { } used && used.Is(variable) && (ChangeOf(operation, variable) is not null || operation.Parent is IArgumentOperation { Parameter.RefKind: RefKind.Ref } || operation.Type is { } type && AccessShapes.IsCollection(type)))
                return true;
        }
        return false;
    }

    private static ISymbol? Variable(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field => field.Field,
        IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation, Property: var property } when property.IsAutoProperty() => property,
        _ => null,
    };

    // What each thread declares for itself, or each round of the loop, is not common.
    private static bool IsCommon(ISymbol variable, IOperation reference, Crowd crowd)
    {
        if (variable is IFieldSymbol field)
            return !IsThreadsOwn(field);
        if (variable is IPropertySymbol)
            return true;
        foreach (var declared in variable.DeclaringSyntaxReferences)
        {
            if (declared.SyntaxTree == crowd.Outside.Syntax.SyntaxTree && crowd.Outside.Syntax.FullSpan.Contains(declared.Span))
                return false;
        }
        // The variables of a foreach and of a lambda around belong to one round.
        return !variable.DeclaringSyntaxReferences.IsEmpty && !IsLoopVariable(variable, crowd.Outside);
    }

    private static bool IsThreadsOwn(IFieldSymbol field)
    {
        foreach (var attribute in field.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "ThreadStaticAttribute")
                return true;
        }
        return false;
    }

    private static bool IsLoopVariable(ISymbol variable, IOperation outside) =>
        outside.Parent is IForEachLoopOperation loop && loop.Locals.Contains(variable, SymbolEqualityComparer.Default);

    private static CapturedChange? ChangeOf(IOperation reference, ISymbol variable)
    {
        // Fields that are counted up are LostUpdate's, and so are properties that are fields.
        if (variable is not (IFieldSymbol or IPropertySymbol) && Updates.Of(reference) is { Type: { TypeKind: not TypeKind.Delegate } } update)
            return new(update, variable, "updated in two steps", "updates of the other threads are lost");
        if (reference.Parent is IArrayElementReferenceOperation slot && Updates.Of(slot) is { } counted && (IsDataDependent(slot) || variable is ILocalSymbol && slot.Indices.All(i => i.ConstantValue.HasValue)))
            return new(counted, variable, "updated in two steps", "updates of the other threads are lost");
        if (variable is not (IFieldSymbol or IPropertySymbol) && reference.Parent is IPropertyReferenceOperation { Property.IsIndexer: true } entry
            && reference.Type is { } map && StateFields.IsConcurrentDictionary(map) && Updates.Of(entry) is { } lost)
            return new(lost, variable, "updated in two steps", "updates of the other threads are lost");
        if (reference.Type is not { } type)
            return null;
        if (AccessShapes.IsCollection(type) && AccessShapes.Of(reference, type) == AccessKind.ContainerWrite)
            return new(Whole(reference), variable, "changed", "entries get lost, or the change throws");
        if (NotThreadSafe.Is(type) && NotThreadSafe.IsUse(reference) && variable is not (IFieldSymbol or IPropertySymbol))
            return new(Whole(reference), variable, "used", $"{type.Name} serves one thread at a time");
        return null;
    }

    // An index that is looked up in the data is the same for several threads sooner or later.
    private static bool IsDataDependent(IArrayElementReferenceOperation slot)
    {
        foreach (var index in slot.Indices)
        {
            foreach (var operation in index.DescendantsAndSelf())
            {
                if (operation is IInvocationOperation or IArrayElementReferenceOperation or IPropertyReferenceOperation or IFieldReferenceOperation
                    or IBinaryOperation { OperatorKind: BinaryOperatorKind.Remainder or BinaryOperatorKind.Divide or BinaryOperatorKind.And or BinaryOperatorKind.RightShift })
                    return true;
            }
        }
        return false;
    }

    private static IOperation Whole(IOperation reference)
    {
        var whole = reference.Parent is IConditionalAccessOperation access ? access : reference.Parent ?? reference;
        while (whole.Parent is IAssignmentOperation assignment && assignment.Target == whole || whole.Parent is IIncrementOrDecrementOperation)
            whole = whole.Parent;
        return whole;
    }

    private static bool FollowsAwait(IOperation change, IOperation function)
    {
        foreach (var operation in function.Descendants())
        {
            // `total += await …` reads before, and writes after.
            if (operation is IAwaitOperation && (operation.Syntax.Span.End <= change.Syntax.SpanStart || change.Syntax.Span.Contains(operation.Syntax.Span)) && IsOwn(operation, function))
                return true;
        }
        return false;
    }

    private static bool IsOwn(IOperation operation, IOperation function)
    {
        for (var around = operation.Parent; around is not null; around = around.Parent)
        {
            if (around == function)
                return true;
            if (around is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return false;
        }
        return false;
    }

    // A lock statement around it, or any lock taken before it: protocols of other shapes are other rules' business.
    private static bool IsGuarded(IOperation change, IOperation function)
    {
        for (var around = change.Parent; around is not null && around != function; around = around.Parent)
        {
            if (around is ILockOperation)
                return true;
        }
        foreach (var operation in function.Descendants())
        {
            if (operation is IInvocationOperation call && call.Syntax.SpanStart < change.Syntax.SpanStart && (LockPrimitives.Of(call) is { IsAcquire: true } || SoundsLikeLock(call.TargetMethod.Name)))
                return true;
        }
        return false;
    }

    private static bool SoundsLikeLock(string name)
    {
        foreach (var word in new[] { "Lock", "Enter", "Acquire", "Exclusive" })
        {
            if (name.IndexOf(word, StringComparison.Ordinal) >= 0)
                return true;
        }
        return false;
    }
}
