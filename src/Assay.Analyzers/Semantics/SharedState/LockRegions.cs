using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>A read in an earlier critical section that decides a write in a later one.</summary>
/// <param name="Read">The read.</param>
/// <param name="Feeds">Whether the written value is made from the read one; otherwise it only decides whether to write.</param>
/// <param name="Throws">Whether the write fails when another thread was faster.</param>
internal sealed record SplitRead(Access Read, bool Feeds, bool Throws);

/// <summary>Tells the critical sections of one lock within a function apart, and follows values from one to the next.</summary>
internal sealed class LockRegions
{
    private readonly Dictionary<ISymbol, List<Acquisition>> _byFunction = new(SymbolEqualityComparer.Default);

    public LockRegions(TypeModel model)
    {
        foreach (var acquisition in model.Acquisitions)
        {
            if (acquisition is not { Function: { } function, Term: { } term } || acquisition.Held.Must.Contains(term))
                continue;
            if (!_byFunction.TryGetValue(function, out var list))
                _byFunction[function] = list = [];
            list.Add(acquisition);
        }
    }

    /// <summary>The read under the same lock, given back since, that decides the write; null when there is none or the write checks again.</summary>
    public SplitRead? EarlierRead(Access write, FieldGuard guard)
    {
        // An increment reads what it changes.
        if (write.Kind == AccessKind.ReadModifyWrite || write.Function is null || Start(write, guard.Term) is not { } start)
            return null;
        SplitRead? found = null;
        foreach (var access in guard.Guarded)
        {
            if (access == write || !access.Function.Is(write.Function) || access.Operation.Root() != write.Operation.Root())
                continue;
            if (Start(access, guard.Term) == start)
            {
                // The section looks again before it writes.
                if (!access.IsWrite || access.Kind == AccessKind.ReadModifyWrite)
                    return null;
                continue;
            }
            if (!access.IsWrite && access.Operation.Syntax.SpanStart < write.Operation.Syntax.SpanStart && Decides(access, write) is { } split && (split.Feeds || !IsClaimed(access, guard)))
                found = split;
        }
        return found;
    }

    // `isOwner = !_running; _running = true;`: the section has acted on what it read, and nobody else comes to own it meanwhile.
    private bool IsClaimed(Access read, FieldGuard guard) =>
        guard.Guarded.Any(a => a.IsWrite && a.Member.Is(read.Member) && a.Function.Is(read.Function) && a.Operation.Root() == read.Operation.Root()
            && a.Operation.Syntax.SpanStart > read.Operation.Syntax.SpanStart && Start(a, guard.Term) == Start(read, guard.Term));

    // Where the critical section of the access begins: the last place before it that takes the lock.
    private int? Start(Access access, GuardTerm term)
    {
        if (!_byFunction.TryGetValue(access.Function!, out var acquisitions))
            return null;
        int? start = null;
        foreach (var acquisition in acquisitions)
        {
            var position = acquisition.Operation.Syntax.SpanStart;
            if (acquisition.Term == term && position < access.Operation.Syntax.SpanStart)
                start = position;
        }
        return start;
    }

    private static SplitRead? Decides(Access read, Access write)
    {
        var locals = LocalsFrom(read.Operation);
        if (locals.Count == 0)
            return null;
        Spread(locals, read.Operation, write.Operation);
        var throws = write.Operation.Parent is IInvocationOperation { TargetMethod: { Name: "Add", ContainingType.Name: "Dictionary" or "SortedDictionary" or "SortedList" } };
        if (WrittenValue(write.Operation) is { } value && Mentions(value, locals))
            return new(read, !IsEntry(write, value), throws);
        foreach (var control in Controls.Over(write.Operation))
        {
            if (Mentions(control.Condition, locals))
                return new(read, false, throws);
        }
        return null;
    }

    // An entry for a key, made since under the name that the read had left empty: a cache that is filled.
    private static bool IsEntry(Access write, IOperation value) => write.Kind == AccessKind.ContainerWrite && value.Unwrap() is ILocalReferenceOperation;

    private static IOperation? WrittenValue(IOperation reference) => reference.Parent switch
    {
        ISimpleAssignmentOperation assignment when assignment.Target == reference => assignment.Value,
        IPropertyReferenceOperation { Parent: ISimpleAssignmentOperation assignment } indexer when assignment.Target == indexer => assignment.Value,
        _ => null,
    };

    // The locals that take the value: by assignment, or as out argument of the call on the collection.
    private static HashSet<ISymbol> LocalsFrom(IOperation read)
    {
        var locals = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        for (var around = read.Parent; around is not null and not IBlockOperation; around = around.Parent)
        {
            switch (around)
            {
                case IVariableDeclaratorOperation declarator:
                    locals.Add(declarator.Symbol);
                    return locals;
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target }:
                    locals.Add(target.Local);
                    return locals;
                case IInvocationOperation call:
                    AddOutArguments(call, locals);
                    break;
                case IAnonymousFunctionOperation or ILoopOperation:
                    return locals;
            }
        }
        return locals;
    }

    // What is made of the value on the way carries it on.
    private static void Spread(HashSet<ISymbol> locals, IOperation read, IOperation write)
    {
        foreach (var operation in read.Root().Descendants())
        {
            var position = operation.Syntax.SpanStart;
            if (position <= read.Syntax.SpanStart || position >= write.Syntax.SpanStart)
                continue;
            if (operation is IVariableDeclaratorOperation declarator && declarator.GetVariableInitializer() is { } initial && Mentions(initial.Value, locals))
                locals.Add(declarator.Symbol);
            else if (operation is ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } assignment && Mentions(assignment.Value, locals))
                locals.Add(target.Local);
        }
    }

    private static void AddOutArguments(IInvocationOperation call, HashSet<ISymbol> locals)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind != RefKind.Out)
                continue;
            var value = argument.Value is IDeclarationExpressionOperation declaration ? declaration.Expression : argument.Value;
            if (value is ILocalReferenceOperation local)
                locals.Add(local.Local);
        }
    }

    private static bool Mentions(IOperation operation, HashSet<ISymbol> locals)
    {
        foreach (var part in operation.DescendantsAndSelf())
        {
            if (part is ILocalReferenceOperation local && locals.Contains(local.Local))
                return true;
        }
        return false;
    }
}
