using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Collections;

/// <summary>How the code of one type uses a concurrent collection, for questions that one function does not answer.</summary>
internal sealed class StoredEntries(IOperation path, IReadOnlyList<Body> bodies, ConcurrentCollections collections)
{
    private static readonly string[] s_changes =
        ["Add", "TryAdd", "Set", "Remove", "Push", "Enqueue", "Register", "Insert", "Clear", "Increment", "Append", "Union", "Except", "Update", "Sort", "Pop", "Dequeue"];

    private List<(IOperation Reference, ISymbol Owner)>? _references;

    private List<(IOperation Reference, ISymbol Owner)> References => _references ??= [.. FindReferences()];

    /// <summary>
    /// Whether values under existing keys are changed: stepped, updated, computed from the old one, or set under a key that
    /// the caller names without a question first.
    /// </summary>
    public bool AreReplaced()
    {
        foreach (var (reference, _) in References)
        {
            if (Replaces(UseOf(reference)))
                return true;
        }
        return false;
    }

    /// <summary>Whether entries can disappear: removed here, or by somebody else who has the collection.</summary>
    public bool MayDisappear()
    {
        if (path is not IMemberReferenceOperation { Member: { DeclaredAccessibility: Accessibility.Private } member })
            return true;
        if (member is IFieldSymbol { IsReadOnly: false } or IPropertySymbol { SetMethod: not null } && References.Any(r => AccessShapes.Assigned(r.Reference) is not null && !IsInConstructor(r.Owner)))
            return true;
        foreach (var (reference, _) in References)
        {
            var use = UseOf(reference);
            if (use is IArgumentOperation { Parent: IObjectCreationOperation { Type: INamedTypeSymbol taker } } && NeverRemoves(taker))
                continue;
            if (use is IInvocationOperation { TargetMethod.Name: "TryRemove" or "Remove" or "Clear" } or not (IInvocationOperation or IPropertyReferenceOperation or IForEachLoopOperation or IAssignmentOperation))
                return true;
        }
        return false;
    }

    // `new Names(_byType)`, of a type that is written here and takes nothing out of anything.
    private static bool NeverRemoves(INamedTypeSymbol taker)
    {
        foreach (var part in taker.OriginalDefinition.DeclaringSyntaxReferences)
        {
            foreach (var token in part.GetSyntax().DescendantTokens())
            {
                if (token.ValueText is "TryRemove" or "Remove" or "Clear" or "TryTake")
                    return false;
            }
        }
        return !taker.DeclaringSyntaxReferences.IsEmpty;
    }

    /// <summary>Whether an object that the collection holds is changed where it was found.</summary>
    public bool AreChangedInPlace(CollectionAct act, ITypeSymbol type)
    {
        foreach (var body in bodies)
        {
            foreach (var operation in body.Operation.DescendantsAndSelf())
            {
                if (Changed(operation) is { } target && target.Type.Is(type) && IsFound(target, act))
                    return true;
            }
        }
        return false;
    }

    /// <summary>Whether one loop of the type's own is all that comes to the collection.</summary>
    public bool AreConfined(EvidenceFinder evidence)
    {
        if (path is not IMemberReferenceOperation { Member.DeclaredAccessibility: Accessibility.Private })
            return false;
        var ways = new HashSet<ThreadWay>();
        foreach (var (reference, owner) in References)
            ways.UnionWith(evidence.Flows.WaysTo(reference, owner));
        return EvidenceFinder.IsConfined(ways);
    }

    private IEnumerable<(IOperation Reference, ISymbol Owner)> FindReferences()
    {
        foreach (var body in bodies)
        {
            foreach (var operation in body.Operation.DescendantsAndSelf())
            {
                if (IsCollection(operation))
                    yield return (operation, body.Owner);
            }
        }
    }

    // The member on any object of the type, for they are used alike; else the very variable.
    private bool IsCollection(IOperation operation) => (path, operation) switch
    {
        (IMemberReferenceOperation { Member: var member }, IMemberReferenceOperation other) => member.OriginalDefinition.Is(other.Member.OriginalDefinition),
        (ILocalReferenceOperation a, ILocalReferenceOperation b) => a.Local.Is(b.Local),
        (IParameterReferenceOperation a, IParameterReferenceOperation b) => a.Parameter.Is(b.Parameter),
        _ => false,
    };

    private static bool IsInConstructor(ISymbol owner) => owner is not IMethodSymbol { MethodKind: not (MethodKind.Constructor or MethodKind.StaticConstructor) };

    // The call, indexer or loop that the reference is the object of.
    private static IOperation? UseOf(IOperation reference)
    {
        var child = reference;
        while (child.Parent is IConversionOperation or IParenthesizedOperation || child.Parent is IConditionalAccessOperation { Operation: var accessed } && accessed == child)
            child = child.Parent;
        if (child is IConditionalAccessOperation { WhenNotNull: var whole })
            return whole;
        return child.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { IsExtensionMethod: true, ContainingType.Name: "Enumerable" or "CollectionExtensions" } } call } ? call : child.Parent;
    }

    private bool Replaces(IOperation? use)
    {
        if (use is IInvocationOperation { TargetMethod.Name: "AddOrUpdate" or "TryUpdate" })
            return true;
        if (use is not IPropertyReferenceOperation { Property.IsIndexer: true } entry)
            return false;
        switch (entry.Parent)
        {
            case IIncrementOrDecrementOperation:
            case ICompoundAssignmentOperation compound when compound.Target == entry:
                return true;
            case ISimpleAssignmentOperation assignment when assignment.Target == entry:
                return IsFed(assignment) || IsGiven(entry.Arguments.At(0).Value) && !AsksFirst(assignment);
            default:
                return false;
        }
    }

    // d[k] = f(d[k]), at once or by way of a local.
    private bool IsFed(ISimpleAssignmentOperation assignment)
    {
        foreach (var operation in assignment.Value.DescendantsAndSelf())
        {
            if (IsEntry(operation))
                return true;
            if (operation is ILocalReferenceOperation local && !IsPutBack(local, assignment) && LocalWrites.Reaching(local.Local, local).Any(IsEntry))
                return true;
        }
        return false;
    }

    /// <summary>Whether the assignment puts a value back as it was found: nothing that was read is changed.</summary>
    public static bool IsPutBack(ILocalReferenceOperation local, ISimpleAssignmentOperation assignment)
    {
        if (assignment.Value.Unwrap() != local)
            return false;
        foreach (var operation in assignment.Root().Descendants())
        {
            if (operation.Syntax.SpanStart < assignment.Syntax.SpanStart && Changed(operation) is ILocalReferenceOperation changed && changed.Local.Is(local.Local))
                return false;
        }
        return true;
    }

    // The value of an entry: an indexer, or the out variable of a lookup.
    private bool IsEntry(IOperation value)
    {
        var read = value is IArgumentOperation { Parent: { } call } ? call : value.Unwrap();
        return collections.ReadOf(read) is { Fact: CollectionFact.Entry, Name: not "ContainsKey" } found && Sharing.Path(found.Collection) is { } other && IsCollection(other)
            || read is IInvocationOperation { TargetMethod.Name: "GetOrAdd" or "AddOrUpdate", Instance: { } receiver } && Sharing.Path(receiver) is { } added && IsCollection(added);
    }

    private static bool IsGiven(IOperation key)
    {
        key = key.Unwrap();
        while (key is IMemberReferenceOperation { Instance: { } instance })
            key = instance.Unwrap();
        return key is IParameterReferenceOperation;
    }

    private bool AsksFirst(IOperation write)
    {
        foreach (var operation in write.Root().Descendants())
        {
            if (operation.Syntax.SpanStart < write.Syntax.SpanStart && collections.ReadOf(operation) is { Fact: CollectionFact.Entry } read && Sharing.Path(read.Collection) is { } other && IsCollection(other))
                return true;
        }
        return false;
    }

    // What an assignment or a call changes.
    private static IOperation? Changed(IOperation operation)
    {
        var target = operation switch
        {
            IAssignmentOperation assignment => assignment.Target,
            IIncrementOrDecrementOperation step => step.Target,
            _ => null,
        };
        if (target is IMemberReferenceOperation { Instance: { } owner })
            return SameValue.Bare(owner);
        if (operation is not IInvocationOperation { Instance: { } instance, TargetMethod.Name: var name })
            return null;
        foreach (var word in s_changes)
        {
            if (name.StartsWith(word, StringComparison.Ordinal))
                return SameValue.Bare(instance);
        }
        return null;
    }

    private bool IsFound(IOperation target, CollectionAct act)
    {
        if (IsEntry(target))
            return true;
        // Get(key).Add(1)
        if (target is IInvocationOperation call)
            return References.Any(r => r.Owner.Is(call.TargetMethod.OriginalDefinition));
        if (target is not ILocalReferenceOperation local)
            return false;
        // Filled before it is stored.
        if (act.Stored()?.Unwrap() is ILocalReferenceOperation stored && stored.Local.Is(local.Local))
            return local.Syntax.SpanStart > act.Operation.Syntax.Span.End || !IsFilledFor(local, act);
        return LocalWrites.Reaching(local.Local, local).Any(v => IsEntry(v) || v.Unwrap() is IInvocationOperation { TargetMethod: var method } && References.Any(r => r.Owner.Is(method.OriginalDefinition)));
    }

    // Whether the change stands in the branch that creates what the act stores.
    private static bool IsFilledFor(IOperation change, CollectionAct act)
    {
        for (var around = change.Parent; around is not null; around = around.Parent)
        {
            if (around is IBlockOperation && around.Syntax.Span.Contains(act.Operation.Syntax.Span))
                return true;
            if (around is IConditionalOperation)
                return around.Syntax.Span.Contains(act.Operation.Syntax.Span) && !around.ChildOperations.Any(c => c.Syntax.Span.Contains(change.Syntax.Span) && !c.Syntax.Span.Contains(act.Operation.Syntax.Span));
        }
        return true;
    }
}
