using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// Recognises accesses that are kept apart from the others by more than the lock shows: the other threads have been waited for,
/// the function has just been under the lock itself, or the object is being made ready for its next user.
/// </summary>
internal static class OrderedOtherwise
{
    private static readonly string[] s_renewals = ["Reset", "Release", "End", "Recycle", "Reinit", "Renew"];

    /// <summary>Whether something else than the lock orders the access, by what can be seen.</summary>
    public static bool Is(Access access, FieldGuard guard, TypeModel model) =>
        IsAfterJoin(access) || IsRenewal(access, model) || IsWalkOfCaller(access) || !access.IsWrite && access.Kind != AccessKind.ContainerRead && IsAfterOwnWrite(access, guard, model);

    // `Task.WaitAll(_readers); return _sum;`: whoever wrote has ended.
    private static bool IsAfterJoin(Access access)
    {
        foreach (var operation in access.Operation.Root().Descendants())
        {
            if (operation is IInvocationOperation call && call.Syntax.Span.End <= access.Operation.Syntax.SpanStart && IsJoin(call) && call.IsInSameFunction(access.Operation) && !IsTimed(call))
                return true;
        }
        return false;
    }

    private static bool IsJoin(IInvocationOperation call) => call.TargetMethod is { ContainingType: { Name: var type, ContainingNamespace.Name: "Threading" or "Tasks" }, Name: var name }
        && (type == "Task" && (name is "WaitAll" or "Wait" || name == "WhenAll" && IsAwaited(call)) || type == "Thread" && name == "Join");

    private static bool IsAwaited(IInvocationOperation call)
    {
        for (var around = call.Parent; around is IInvocationOperation or IArgumentOperation or IConversionOperation or IAwaitOperation; around = around.Parent)
        {
            if (around is IAwaitOperation)
                return true;
        }
        return false;
    }

    // Time may run out before the others have ended.
    private static bool IsTimed(IInvocationOperation call)
    {
        foreach (var parameter in call.TargetMethod.Parameters)
        {
            if (parameter.Type is { SpecialType: SpecialType.System_Int32 } or { Name: "TimeSpan" })
                return true;
        }
        return false;
    }

    // A pooled or ended object gets the values it was made with: several at once, and not only counts, which people also reset while others count.
    private static bool IsRenewal(Access access, TypeModel model)
    {
        if (!access.IsWrite || access.Function is not { } function || !s_renewals.Any(w => function.Name.IndexOf(w, StringComparison.Ordinal) >= 0))
            return false;
        var (renewed, objects) = (0, 0);
        foreach (var list in model.Accesses.Values)
        {
            if (!list.Exists(a => function.Is(a.Function) && IsInitial(a)))
                continue;
            renewed++;
            if (list[0].Member.TypeOfMember() is not { SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_Double })
                objects++;
        }
        return renewed > 1 && objects > 0;
    }

    private static bool IsInitial(Access access) => access.Operation.Parent switch
    {
        ISimpleAssignmentOperation assignment when assignment.Target == access.Operation => CheckedValue.IsNothing(assignment.Value) || assignment.Value.Bare() is IObjectCreationOperation || IsFirstOfEnum(assignment.Value),
        IInvocationOperation { TargetMethod.Name: "Clear" } => access.Kind == AccessKind.ContainerWrite,
        _ => false,
    };

    private static bool IsFirstOfEnum(IOperation value) => value.Type is { TypeKind: TypeKind.Enum } && value.Bare().ConstantValue is { HasValue: true, Value: 0 or (byte)0 or 0L };

    // No lock in here would hold while the caller walks on.
    private static bool IsWalkOfCaller(Access access) =>
        access is { Kind: AccessKind.ContainerRead, Function: { } function } && function.Name.EndsWith("GetEnumerator", StringComparison.Ordinal);

    // `Prepare(); return _buffer;` where Prepare writes it under the lock: the thread that owns the result reads its own write.
    private static bool IsAfterOwnWrite(Access access, FieldGuard guard, TypeModel model)
    {
        if (access.Function is not { } function)
            return false;
        var writers = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var other in guard.Guarded)
        {
            if (other is { IsWrite: true, Function: { } writer })
                writers.Add(writer.OriginalDefinition);
        }
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var call in model.Calls)
            {
                if (!call.IsConcurrent && call.Function is { } caller && writers.Contains(call.Callee))
                    changed |= writers.Add(caller.OriginalDefinition);
            }
        }
        return model.Calls.Any(c => function.Is(c.Function) && writers.Contains(c.Callee) && IsOwn(c.Operation)
            && c.Operation.Syntax.Span.End <= access.Operation.Syntax.SpanStart && c.Operation.IsInSameFunction(access.Operation));
    }

    private static bool IsOwn(IOperation call) => call is IInvocationOperation { Instance: null or IInstanceReferenceOperation };
}
