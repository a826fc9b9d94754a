using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>How a value got into a variable.</summary>
internal enum WriteKind
{
    /// <summary>It replaced what was there.</summary>
    Set,

    /// <summary>It was added to what was there: an append, an entry of a collection, a member of an object.</summary>
    Added,
}

/// <summary>A value that was put into a variable.</summary>
/// <param name="Value">The value.</param>
/// <param name="Element">The position in the tuple that is the value; -1 for all of it.</param>
/// <param name="Member">The member of the variable that was set; null for the variable itself.</param>
/// <param name="Kind">Whether it replaced what was there.</param>
/// <param name="Place">The operation that wrote.</param>
internal sealed record VariableWrite(IOperation Value, int Element, ISymbol? Member, WriteKind Kind, IOperation Place);

/// <summary>
/// What the locals and parameters of one body hold, by the text: the writes before a use, from the last one that cannot be
/// passed by. Built for a body that a rule suspects already.
/// </summary>
internal sealed class LocalValues
{
    private readonly Dictionary<ISymbol, List<VariableWrite>> _writes = new(SymbolEqualityComparer.Default);

    public LocalValues(IOperation root)
    {
        foreach (var operation in root.DescendantsAndSelf())
            Note(operation);
        // Of `text.Append(a).Append(b)`, the outer call comes first.
        foreach (var writes in _writes.Values)
            writes.Sort((one, other) => one.Value.Syntax.SpanStart.CompareTo(other.Value.Syntax.SpanStart));
    }

    /// <summary>The writes that the use may see, the latest first.</summary>
    public List<VariableWrite> Reaching(ISymbol variable, IOperation use)
    {
        var reaching = new List<VariableWrite>();
        if (!_writes.TryGetValue(variable, out var writes))
            return reaching;
        for (var i = writes.Count - 1; i >= 0; i--)
        {
            var write = writes[i];
            if (!MayComeBefore(write.Place, use))
                continue;
            reaching.Add(write);
            if (write.Kind == WriteKind.Set && write.Member is null && write.Place.Syntax.SpanStart < use.Syntax.SpanStart && !LocalWrites.IsConditional(write.Place, use))
                break;
        }
        return reaching;
    }

    private static bool MayComeBefore(IOperation write, IOperation use)
    {
        // `name = name.Trim()` reads what was there before.
        if (write.Syntax.Span.Contains(use.Syntax.Span))
            return write is IForEachLoopOperation || (write.Syntax.SpanStart < use.Syntax.SpanStart && write is IIsPatternOperation);
        if (write.Syntax.SpanStart < use.Syntax.SpanStart)
            return true;
        // Later in the text, but in the round before.
        for (var parent = use.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); parent = parent.Parent)
        {
            if (parent is ILoopOperation && parent.Syntax.Span.Contains(write.Syntax.Span))
                return true;
        }
        return false;
    }

    private void Note(IOperation operation)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation declarator when declarator.GetVariableInitializer() is { } initializer:
                Add(declarator.Symbol, initializer.Value, WriteKind.Set, operation);
                break;
            case ISimpleAssignmentOperation assignment:
                NoteAssignment(assignment);
                break;
            case ICompoundAssignmentOperation or ICoalesceAssignmentOperation:
                if (Variable(((IAssignmentOperation)operation).Target) is { } grown)
                    Add(grown, ((IAssignmentOperation)operation).Value, WriteKind.Added, operation);
                break;
            case IDeconstructionAssignmentOperation deconstruction:
                NoteTuple(deconstruction.Target, deconstruction.Value, operation);
                break;
            case IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref, Parent: { } call } argument:
                if (Variable(argument.Value) is { } given)
                    Add(given, call, argument.Parameter.RefKind == RefKind.Out ? WriteKind.Set : WriteKind.Added, call);
                break;
            case IIsPatternOperation match:
                NotePattern(match.Pattern, match.Value, match);
                break;
            case ISwitchExpressionArmOperation { Parent: ISwitchExpressionOperation choice } arm:
                NotePattern(arm.Pattern, choice.Value, arm.Pattern);
                break;
            case IPatternCaseClauseOperation { Parent.Parent: ISwitchOperation choice } clause:
                NotePattern(clause.Pattern, choice.Value, clause.Pattern);
                break;
            case IForEachLoopOperation loop:
                NoteLoop(loop);
                break;
            case IInvocationOperation call:
                NoteAddition(call);
                break;
        }
    }

    private void NoteAssignment(ISimpleAssignmentOperation assignment)
    {
        if (Variable(assignment.Target) is { } variable)
            Add(variable, assignment.Value, WriteKind.Set, assignment);
        else if (assignment.Target is IMemberReferenceOperation { Instance: { } owner } member && Variable(owner.Bare()) is { } holder)
            Add(holder, assignment.Value, WriteKind.Added, assignment, member.Member is IPropertySymbol { IsIndexer: true } ? null : member.Member);
        else if (assignment.Target is IArrayElementReferenceOperation slot && Variable(slot.ArrayReference.Bare()) is { } array)
            Add(array, assignment.Value, WriteKind.Added, assignment);
    }

    private void NoteTuple(IOperation target, IOperation value, IOperation place)
    {
        target = target is IDeclarationExpressionOperation declaration ? declaration.Expression : target;
        value = value.Bare();
        if (target is not ITupleOperation { Elements: var targets })
            return;
        for (var i = 0; i < targets.Length; i++)
        {
            var element = value is ITupleOperation { Elements: var values } && i < values.Length ? values[i] : null;
            if (Variable(targets[i]) is { } variable)
                Add(variable, element ?? value, WriteKind.Set, place, element: element is null ? i : -1);
            else
                NoteTuple(targets[i], element ?? value, place);
        }
    }

    private void NotePattern(IPatternOperation pattern, IOperation value, IOperation place)
    {
        foreach (var part in pattern.DescendantsAndSelf())
        {
            var declared = part switch
            {
                IDeclarationPatternOperation declaration => declaration.DeclaredSymbol,
                IRecursivePatternOperation recursive => recursive.DeclaredSymbol,
                IListPatternOperation list => list.DeclaredSymbol,
                _ => null,
            };
            if (declared is not null)
                Add(declared, value, WriteKind.Set, place);
        }
    }

    private void NoteLoop(IForEachLoopOperation loop)
    {
        foreach (var local in loop.Locals)
            Add(local, loop.Collection, WriteKind.Set, loop);
    }

    // `text.Append(name).Append(';')`, `parts.Add(name)`
    private void NoteAddition(IInvocationOperation call)
    {
        // A string is never added to: its Replace and Insert make another one.
        if (call.Arguments.IsEmpty || !IsAddition(call.TargetMethod.Name) || call.TargetMethod.ContainingType?.SpecialType == SpecialType.System_String || call.Receiver() is not { } receiver)
            return;
        receiver = receiver.Bare();
        while (receiver is IInvocationOperation inner && inner.TargetMethod.Name is var name && IsAddition(name) && inner.Receiver() is { } next)
            receiver = next.Bare();
        if (Variable(receiver) is not { } variable)
            return;
        foreach (var argument in call.Arguments)
        {
            if (argument.Value.Bare() != receiver && argument.Value.Type.HoldsContent())
                Add(variable, argument.Value, WriteKind.Added, call);
        }
    }

    private static bool IsAddition(string name) =>
        name.StartsWith("Append", StringComparison.Ordinal) || name is "Add" or "AddRange" or "Insert" or "Push" or "Enqueue" or "TryAdd" or "Replace";

    private static ISymbol? Variable(IOperation target) => target switch
    {
        IDeclarationExpressionOperation declaration => Variable(declaration.Expression),
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };

    private void Add(ISymbol variable, IOperation value, WriteKind kind, IOperation place, ISymbol? member = null, int element = -1)
    {
        if (!_writes.TryGetValue(variable, out var writes))
            _writes.Add(variable, writes = []);
        writes.Add(new VariableWrite(value, element, member, kind, place));
    }
}
