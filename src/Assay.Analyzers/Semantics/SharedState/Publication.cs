using Assay.Analyzers.Semantics.Collections;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Whether a write lets other threads see something before it is complete.</summary>
internal static class Publication
{
    private static readonly string[] s_completing = ["Init", "Load", "Fill", "Populat", "Configure", "Setup", "Add", "Insert", "Append", "Enqueue", "Push", "Read", "Parse", "Build", "Register", "Deserialize", "Open", "Connect", "Seed", "Set"];
    private static readonly string[] s_readyWords = ["init", "load", "ready", "built", "populat", "configured", "resolved", "cached", "computed", "setup", "created", "parsed", "done", "complete"];

    /// <summary>
    /// The first operation after the write, still under its lock, that completes what the write made visible: fills the object
    /// that was assigned, or writes the state that the flag announces. Null when there is none.
    /// </summary>
    public static IOperation? CompletedAfter(Access act, IOperation value, TypeModel model)
    {
        var isFlag = IsFlag(act, value);
        var local = value.Unwrap() as ILocalReferenceOperation;
        // What comes from elsewhere was complete, or somebody else's, before.
        if (!isFlag && !OwnObjects.IsCreation(value) && !(local is not null && LocalWrites.OnlyValue(local) is { } first && OwnObjects.IsCreation(first)))
            return null;
        foreach (var operation in After(act))
        {
            if (!model.HeldAt(operation).Must.Overlaps(act.Held.Must))
                return null;
            if (isFlag ? WritesOther(operation, act, model) : Completes(operation, act.Member, local?.Local))
                return operation;
        }
        return null;
    }

    /// <summary>A write that a flag announces and that is read elsewhere without the lock; null when the flag is volatile or announces nothing.</summary>
    public static Access? AnnouncedPlainly(Access act, IOperation value, TypeModel model)
    {
        if (!IsFlag(act, value) || model.Atomics.ContainsKey(act.Member))
            return null;
        foreach (var list in model.Accesses.Values)
        {
            var written = list.Find(a => a.IsWrite && !a.Member.Is(act.Member) && a.Function.Is(act.Function)
                && a.Held.Must.Overlaps(act.Held.Must) && a.Operation.Syntax.SpanStart < act.Operation.Syntax.SpanStart);
            if (written is not null && list.Exists(a => !a.IsWrite && a is { IsConstruction: false, Held: { IsUncertain: false, Must.IsEmpty: true } }))
                return written;
        }
        return null;
    }

    // A bool that says something is ready; one that says it has begun, or ended, comes first by design.
    private static bool IsFlag(Access act, IOperation value)
    {
        if (value.ConstantValue is not { HasValue: true, Value: true or 1 })
            return false;
        foreach (var word in s_readyWords)
        {
            if (act.Member.Name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0)
                return act.Member.Name.IndexOf("ing", StringComparison.Ordinal) < 0;
        }
        return false;
    }

    // The operations of the statements after the one that holds the write, as far out as the blocks of the function go.
    private static IEnumerable<IOperation> After(Access act)
    {
        var child = act.Operation;
        for (var around = child.Parent; around is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); child = around, around = around.Parent)
        {
            // Behind `if (_x is null) _x = new();` it is in use.
            if (around is IConditionalOperation { WhenFalse: null } branch && branch.Condition != child && AsksFor(branch.Condition, act.Member))
                yield break;
            if (around is not IBlockOperation block)
                continue;
            for (var i = block.Operations.IndexOf(child) + 1; i < block.Operations.Length; i++)
            {
                foreach (var operation in block.Operations[i].DescendantsAndSelf())
                {
                    // What is done with the lock given back, or by whoever calls, is somebody else's.
                    if (operation is not (IBlockOperation or IAnonymousFunctionOperation))
                        yield return operation;
                }
            }
        }
    }

    private static bool AsksFor(IOperation condition, ISymbol member)
    {
        foreach (var operation in condition.DescendantsAndSelf())
        {
            if (operation is IMemberReferenceOperation reference && reference.Member.OriginalDefinition.Is(member))
                return true;
        }
        return false;
    }

    private static bool WritesOther(IOperation operation, Access act, TypeModel model) =>
        operation is IMemberReferenceOperation reference && model.AccessAt(reference) is { IsWrite: true } write && !write.Member.Is(act.Member)
        && model.AccessesOf(write.Member).Any(a => !a.IsWrite && a is { IsConstruction: false, Held: { IsUncertain: false, Must.IsEmpty: true } });

    private static bool Completes(IOperation operation, ISymbol member, ILocalSymbol? local)
    {
        var target = operation switch
        {
            IInvocationOperation { Instance: { } instance } call when IsCompleting(call.TargetMethod) => instance,
            ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Instance: { } instance } } => instance,
            ISimpleAssignmentOperation { Target: IArrayElementReferenceOperation { ArrayReference: var array } } => array,
            _ => null,
        };
        return target?.Bare() switch
        {
            IMemberReferenceOperation reference => reference.Member.OriginalDefinition.Is(member),
            ILocalReferenceOperation reference => reference.Local.Is(local),
            _ => false,
        };
    }

    private static bool IsCompleting(IMethodSymbol method)
    {
        foreach (var prefix in s_completing)
        {
            if (method.Name.StartsWith(prefix, StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
