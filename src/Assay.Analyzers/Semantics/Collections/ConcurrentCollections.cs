using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Collections;

/// <summary>What a read of a concurrent collection tells, for a moment.</summary>
internal enum CollectionFact
{
    /// <summary>Whether a key has an entry, or its value.</summary>
    Entry,

    /// <summary>How many items there are.</summary>
    Size,

    /// <summary>Whether there is any item.</summary>
    Emptiness,

    /// <summary>The item to be taken next.</summary>
    Head,

    /// <summary>Whether an item, or one that meets a condition, is there.</summary>
    Membership,

    /// <summary>Whether adding to a blocking collection has ended.</summary>
    Closing,
}

/// <summary>What an operation on a concurrent collection does.</summary>
internal enum CollectionEffect
{
    /// <summary>Writes the value of a key whatever is there.</summary>
    Set,

    /// <summary>Adds under a key unless it is taken, and tells.</summary>
    TryAdd,

    /// <summary>Adds under a key and throws when it is taken.</summary>
    AddOrThrow,

    /// <summary>Adds or changes in one step that cannot fail.</summary>
    GetOrAdd,

    /// <summary>Removes a key whatever its value is.</summary>
    Remove,

    /// <summary>Reads the value of a key and throws when there is none.</summary>
    ReadOrThrow,

    /// <summary>Adds an item.</summary>
    Insert,

    /// <summary>Takes an item if there is one, and tells.</summary>
    TryTake,

    /// <summary>Takes an item, or waits for one.</summary>
    Take,

    /// <summary>Adds an item, waits for room, and throws when adding has ended.</summary>
    InsertOrThrow,

    /// <summary>Removes everything.</summary>
    Clear,
}

/// <summary>A read of a concurrent collection.</summary>
internal sealed record CollectionRead(IOperation Operation, IOperation Collection, IOperation? Key, CollectionFact Fact, string Name);

/// <summary>A change of a concurrent collection, or a read that relies on its state.</summary>
internal sealed record CollectionAct(IOperation Operation, IOperation Collection, IOperation? Key, CollectionEffect Effect, string Name);

/// <summary>Knows the members of the System.Collections.Concurrent types: which ones ask, which ones act.</summary>
internal sealed class ConcurrentCollections(KnownTypes types)
{
    private static readonly Words s_names = Words.Of("Concurrent*", "BlockingCollection");

    private readonly INamedTypeSymbol? _dictionary = types["System.Collections.Concurrent.ConcurrentDictionary`2"];
    private readonly INamedTypeSymbol? _queue = types["System.Collections.Concurrent.ConcurrentQueue`1"];
    private readonly INamedTypeSymbol? _stack = types["System.Collections.Concurrent.ConcurrentStack`1"];
    private readonly INamedTypeSymbol? _bag = types["System.Collections.Concurrent.ConcurrentBag`1"];
    private readonly INamedTypeSymbol? _blocking = types["System.Collections.Concurrent.BlockingCollection`1"];

    public bool ArePresent => _dictionary is not null;

    /// <summary>Whether the code of the type may act on such a collection: a cheap look at its text and at what it and its bases hold.</summary>
    public static bool MayBeIn(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        if (type.Mentions(s_names, cancellationToken))
            return true;
        for (var current = type.BaseType; current is not null; current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                // What the base keeps to itself, no code of this type can act on.
                if (member.DeclaredAccessibility != Accessibility.Private && (member is IFieldSymbol field && IsNamed(field.Type) || member is IPropertySymbol property && IsNamed(property.Type)))
                    return true;
            }
        }
        return false;

        static bool IsNamed(ITypeSymbol held) => held.ContainingNamespace is { Name: "Concurrent", ContainingNamespace.Name: "Collections" };
    }

    /// <summary>The act that the operation is; null for all others, decided by name before anything else.</summary>
    public CollectionAct? ActOf(IOperation operation)
    {
        switch (operation)
        {
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } receiver } indexer when IsDictionary(receiver):
                var (whole, effect) = UseOf(indexer);
                return new(whole, receiver, indexer.Arguments.At(0).Value, effect, "indexer");
            case IInvocationOperation call when EffectOf(call.TargetMethod.Name) is { } named && Receiver(call) is { } receiver:
                return OfCall(call, named, receiver);
            default:
                return null;
        }
    }

    /// <summary>The read that the operation is; null for all others.</summary>
    public CollectionRead? ReadOf(IOperation operation)
    {
        switch (operation)
        {
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } receiver } indexer when IsDictionary(receiver):
                return UseOf(indexer).Effect == CollectionEffect.Set ? null : new(indexer, receiver, indexer.Arguments.At(0).Value, CollectionFact.Entry, "indexer");
            case IPropertyReferenceOperation { Instance: { } receiver } property when FactOf(property) is { } fact && IsConcurrent(receiver):
                return new(property, receiver, null, fact, property.Property.Name);
            case IInvocationOperation call when IsQuestion(call.TargetMethod.Name) && Receiver(call) is { } receiver:
                return OfQuestion(call, receiver);
            default:
                return null;
        }
    }

    private CollectionAct? OfCall(IInvocationOperation call, CollectionEffect effect, IOperation receiver)
    {
        if (IsDictionary(receiver))
        {
            effect = effect switch
            {
                CollectionEffect.Insert => CollectionEffect.AddOrThrow,
                CollectionEffect.TryTake or CollectionEffect.Take => CollectionEffect.ReadOrThrow,
                _ => effect,
            };
            // TryRemove of a pair compares the value too.
            if (effect == CollectionEffect.ReadOrThrow || (effect == CollectionEffect.Remove && IsPair(Argument(call, 0)?.Type)))
                return null;
            return new(call, receiver, effect == CollectionEffect.Clear ? null : Argument(call, 0), effect, call.TargetMethod.Name);
        }
        if (!IsConcurrent(receiver))
            return null;
        var isBlocking = Type(receiver).IsOrInherits(_blocking);
        return effect switch
        {
            CollectionEffect.Insert => new(call, receiver, Argument(call, 0), isBlocking ? CollectionEffect.InsertOrThrow : effect, call.TargetMethod.Name),
            CollectionEffect.TryAdd when isBlocking => new(call, receiver, Argument(call, 0), CollectionEffect.InsertOrThrow, call.TargetMethod.Name),
            CollectionEffect.TryTake or CollectionEffect.Take or CollectionEffect.Clear => new(call, receiver, null, effect, call.TargetMethod.Name),
            _ => null,
        };
    }

    private CollectionRead? OfQuestion(IInvocationOperation call, IOperation receiver)
    {
        var name = call.TargetMethod.Name;
        var isEntry = name is "ContainsKey" or "TryGetValue" or "GetValueOrDefault";
        if (IsDictionary(receiver))
        {
            if (isEntry)
                return new(call, receiver, Argument(call, 0), CollectionFact.Entry, name);
            return name is "Contains" or "TryPeek" ? null : OfSequence(call, receiver, name);
        }
        if (IsConcurrent(receiver))
        {
            if (name == "TryPeek")
                return new(call, receiver, null, CollectionFact.Head, name);
            return isEntry ? null : OfSequence(call, receiver, name);
        }
        // d.Keys.Contains(k), d.Values.Any(…)
        if (receiver is IPropertyReferenceOperation { Property.Name: "Keys" or "Values", Instance: { } owner } part && IsDictionary(owner))
        {
            var isKey = part.Property.Name == "Keys" && name == "Contains";
            if (name is "Contains" or "Any" or "All")
                return new(call, owner, isKey ? Argument(call, 0) : null, isKey ? CollectionFact.Entry : CollectionFact.Membership, $"{part.Property.Name}.{name}");
        }
        return null;
    }

    private static CollectionRead? OfSequence(IInvocationOperation call, IOperation receiver, string name)
    {
        var asked = Argument(call, 0);
        return name switch
        {
            "Contains" => new(call, receiver, asked, CollectionFact.Membership, name),
            "Any" when asked is null => new(call, receiver, null, CollectionFact.Emptiness, name),
            "Any" or "All" => new(call, receiver, null, CollectionFact.Membership, name),
            "Count" when asked is null => new(call, receiver, null, SizeOrEmptiness(call), name),
            _ => null,
        };
    }

    private static CollectionEffect? EffectOf(string method) => method switch
    {
        "TryAdd" => CollectionEffect.TryAdd,
        "GetOrAdd" or "AddOrUpdate" => CollectionEffect.GetOrAdd,
        "TryRemove" or "Remove" => CollectionEffect.Remove,
        "Enqueue" or "Push" or "Add" => CollectionEffect.Insert,
        "TryDequeue" or "TryPop" or "TryTake" => CollectionEffect.TryTake,
        "Take" => CollectionEffect.Take,
        "Clear" => CollectionEffect.Clear,
        _ => null,
    };

    private static bool IsQuestion(string method) =>
        method is "ContainsKey" or "TryGetValue" or "GetValueOrDefault" or "TryPeek" or "Contains" or "Any" or "All" or "Count";

    private static CollectionFact? FactOf(IPropertyReferenceOperation property) => property.Property.Name switch
    {
        "Count" => SizeOrEmptiness(property),
        "IsEmpty" => CollectionFact.Emptiness,
        "IsAddingCompleted" or "IsCompleted" => CollectionFact.Closing,
        _ => null,
    };

    private static CollectionFact SizeOrEmptiness(IOperation count)
    {
        if (count.Parent is not IBinaryOperation comparison)
            return CollectionFact.Size;
        var other = comparison.LeftOperand == count ? comparison.RightOperand : comparison.LeftOperand;
        return (comparison.OperatorKind, other.ConstantValue.Value) switch
        {
            (_, 0) => CollectionFact.Emptiness,
            (BinaryOperatorKind.LessThan or BinaryOperatorKind.GreaterThanOrEqual, 1) => CollectionFact.Emptiness,
            _ => CollectionFact.Size,
        };
    }

    // An indexer is written, read and written, or read; the whole is what a finding marks.
    private static (IOperation Whole, CollectionEffect Effect) UseOf(IPropertyReferenceOperation indexer) => indexer.Parent switch
    {
        IAssignmentOperation assignment when assignment.Target == indexer => (assignment, CollectionEffect.Set),
        IIncrementOrDecrementOperation step => (step, CollectionEffect.Set),
        _ => (indexer, CollectionEffect.ReadOrThrow),
    };

    // The collection of an instance or extension call, without a cast to one of its interfaces.
    private static IOperation? Receiver(IInvocationOperation call)
    {
        var receiver = call.Instance ?? (call.TargetMethod.IsExtensionMethod && call.Arguments.Length > 0 ? call.Arguments.At(0).Value : null);
        while (receiver is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
            receiver = receiver is IConversionOperation conversion ? conversion.Operand : ((IParenthesizedOperation)receiver).Operand;
        return receiver;
    }

    private static IOperation? Argument(IInvocationOperation call, int index)
    {
        index += call.Instance is null ? 1 : 0;
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Ordinal == index)
                return argument.Value;
        }
        return null;
    }

    private bool IsDictionary(IOperation receiver) => Type(receiver).IsOrInherits(_dictionary);

    private bool IsConcurrent(IOperation receiver) => Type(receiver) is { } type && IsConcurrent(type);

    private bool IsConcurrent(ITypeSymbol receiver)
    {
        for (ITypeSymbol? type = receiver; type is not null; type = type.BaseType)
        {
            var definition = type.OriginalDefinition;
            if (definition.Is(_queue) || definition.Is(_bag) || definition.Is(_stack) || definition.Is(_blocking) || definition.Is(_dictionary))
                return true;
        }
        return false;
    }

    private static ITypeSymbol? Type(IOperation receiver) => receiver.Type;

    private static bool IsPair(ITypeSymbol? type) => type is { Name: "KeyValuePair", ContainingNamespace.Name: "Generic" };
}
