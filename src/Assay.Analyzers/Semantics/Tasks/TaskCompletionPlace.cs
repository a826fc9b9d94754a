using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>
/// A place that holds a task, an awaiter, a collection of tasks, or a flag that speaks about one: a variable, or a member or
/// an element of another place.
/// </summary>
internal sealed class TaskCompletionPlace : IEquatable<TaskCompletionPlace>
{
    private static readonly object s_this = new();

    // A symbol, the id of a value the control flow graph keeps, a constant index, or a unique object for an index that
    // nobody can name again.
    private readonly object _part;

    private TaskCompletionPlace(TaskCompletionPlace? owner, object part, bool isStable)
    {
        Owner = owner;
        _part = part;
        IsStable = isStable && owner is not { IsStable: false };
    }

    /// <summary>The place this one is a part of.</summary>
    public TaskCompletionPlace? Owner { get; }

    /// <summary>False when code elsewhere can put another value there: a writable field, a property with a setter.</summary>
    public bool IsStable { get; }

    /// <summary>The local or parameter at the root, or null.</summary>
    public ISymbol? Variable => Owner is not null ? Owner.Variable : _part as ISymbol is ILocalSymbol or IParameterSymbol ? (ISymbol)_part : null;

    /// <summary>The place that an expression names, or null when it computes a value.</summary>
    public static TaskCompletionPlace? Of(IOperation? operation)
    {
        if (operation is null)
            return null;
        switch (TaskWaits.Bare(operation))
        {
            case ILocalReferenceOperation local:
                return new TaskCompletionPlace(null, local.Local, isStable: true);
            case IParameterReferenceOperation parameter:
                return new TaskCompletionPlace(null, parameter.Parameter, isStable: true);
            case IFlowCaptureReferenceOperation capture:
                return Of(capture.Id);
            case IInstanceReferenceOperation:
                return new TaskCompletionPlace(null, s_this, isStable: true);
            case IFieldReferenceOperation field:
                return Member(field.Instance, field.Field, field.Field.IsReadOnly || field.Field.ContainingType.IsTupleType);
            // The result of a completed task is another task, with a life of its own.
            case IPropertyReferenceOperation { Property: { Name: "Result", ContainingType.Name: "Task" or "ValueTask" } }:
                return null;
            case IPropertyReferenceOperation { Arguments.IsEmpty: true } property:
                return Member(property.Instance, property.Property, property.Property.SetMethod is null or { IsInitOnly: true });
            case IPropertyReferenceOperation { Arguments.Length: 1 } indexer:
                return Element(indexer.Instance, indexer.Arguments.At(0).Value);
            case IArrayElementReferenceOperation { Indices.Length: 1 } element:
                return Element(element.ArrayReference, element.Indices[0]);
            default:
                return null;
        }
    }

    public static TaskCompletionPlace Of(CaptureId capture) => new(null, capture, isStable: true);

    public static TaskCompletionPlace Of(IParameterSymbol parameter) => new(null, parameter, isStable: true);

    public static TaskCompletionPlace Of(ILocalSymbol local) => new(null, local, isStable: true);

    /// <summary>The element of this collection that stands at the index a variable holds.</summary>
    public TaskCompletionPlace ElementAt(ISymbol index) => new(this, index, isStable: true);

    /// <summary>A member of what this place holds, which never changes.</summary>
    public TaskCompletionPlace Member(ISymbol member) => new(this, member, isStable: true);

    /// <summary>The same part of another variable.</summary>
    public TaskCompletionPlace On(ISymbol variable) =>
        Owner is null ? new(null, variable, IsStable) : new(Owner.On(variable), _part, IsStable);

    /// <summary>Whether the place is <paramref name="other"/>, lies inside it, or is found through it.</summary>
    public bool DependsOn(TaskCompletionPlace other)
    {
        for (var current = this; current is not null; current = current.Owner)
        {
            if (current.Equals(other))
                return true;
            // An element whose index is the other place.
            if (current.Owner is not null && other.Owner is null && current._part is ISymbol index && index.Is(other._part as ISymbol))
                return true;
        }
        return false;
    }

    public bool Equals(TaskCompletionPlace? other)
    {
        if (other is null || Owner is null != other.Owner is null)
            return false;
        var same = _part is ISymbol symbol ? symbol.Is(other._part as ISymbol) : _part.Equals(other._part);
        return same && (Owner is null || Owner.Equals(other.Owner));
    }

    public override bool Equals(object? obj) => Equals(obj as TaskCompletionPlace);

    public override int GetHashCode()
    {
        var own = _part is ISymbol symbol ? SymbolEqualityComparer.Default.GetHashCode(symbol) : _part.GetHashCode();
        return Owner is null ? own : unchecked((Owner.GetHashCode() * 31) + own);
    }

    private static TaskCompletionPlace? Member(IOperation? instance, ISymbol member, bool isStable)
    {
        if (instance is null)
            return member.IsStatic ? new TaskCompletionPlace(null, member, isStable) : null;
        return Of(instance) is { } owner ? new TaskCompletionPlace(owner, member, isStable) : null;
    }

    private static TaskCompletionPlace? Element(IOperation? collection, IOperation index)
    {
        if (Of(collection) is not { } owner)
            return null;
        object part = index.Unwrap() switch
        {
            { ConstantValue: { HasValue: true, Value: { } constant } } => constant,
            ILocalReferenceOperation local => local.Local,
            IParameterReferenceOperation parameter => parameter.Parameter,
            _ => new object(),
        };
        return new TaskCompletionPlace(owner, part, isStable: true);
    }
}
