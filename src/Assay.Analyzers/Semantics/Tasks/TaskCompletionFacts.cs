using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>
/// What is known about tasks at one point of a function, on every path to it. A completed task stays completed, so a fact
/// ends only where its place may get another value.
/// </summary>
internal sealed class TaskCompletionFacts
{
    public static readonly TaskCompletionFacts None = new(
        ImmutableHashSet<TaskCompletionPlace>.Empty,
        ImmutableHashSet<(TaskCompletionPlace, TaskCompletionPlace)>.Empty,
        ImmutableHashSet<TaskCompletionPlace>.Empty,
        false);

    // Tasks that are complete; of a collection, all tasks that are found through it.
    private readonly ImmutableHashSet<TaskCompletionPlace> _complete;

    // When the first is complete (or, for a flag, true), so is the second.
    private readonly ImmutableHashSet<(TaskCompletionPlace Cause, TaskCompletionPlace Effect)> _implications;

    // Flags known to be false or null here: whatever they would imply, they do not contradict.
    private readonly ImmutableHashSet<TaskCompletionPlace> _neverTrue;

    private TaskCompletionFacts(
        ImmutableHashSet<TaskCompletionPlace> complete,
        ImmutableHashSet<(TaskCompletionPlace, TaskCompletionPlace)> implications,
        ImmutableHashSet<TaskCompletionPlace> neverTrue,
        bool isSyncMode)
    {
        _complete = complete;
        _implications = implications;
        _neverTrue = neverTrue;
        IsSyncMode = isSyncMode;
    }

    /// <summary>True on the synchronous side of code that serves both worlds, as after <c>if (!async)</c>.</summary>
    public bool IsSyncMode { get; }

    public bool Proves(TaskCompletionPlace place)
    {
        for (var current = place; current is not null; current = current.Owner)
        {
            if (_complete.Contains(current))
                return true;
        }
        return false;
    }

    /// <summary>Whether the very place is known, not only something it is a part of.</summary>
    public bool Names(TaskCompletionPlace place) => _complete.Contains(place);

    public TaskCompletionFacts InSyncMode() => new(_complete, _implications, _neverTrue, true);

    /// <summary>The facts once the place is complete, with all that follows from it.</summary>
    public TaskCompletionFacts With(TaskCompletionPlace place) =>
        _complete.Contains(place) ? this : WithEffects(place, _complete.Add(place));

    /// <summary>The facts once the flag at the place has been found true.</summary>
    public TaskCompletionFacts WithTrue(TaskCompletionPlace flag) => WithEffects(flag, _complete);

    /// <summary>The facts once the task at an index is complete, in the collection and in those it was copied from.</summary>
    public TaskCompletionFacts WithElement(TaskCompletionPlace collection, ISymbol index)
    {
        var result = With(collection.ElementAt(index));
        foreach (var (cause, effect) in _implications)
        {
            if (cause.Equals(collection))
                result = result.With(effect.ElementAt(index));
        }
        return result;
    }

    public TaskCompletionFacts WithImplication(TaskCompletionPlace cause, TaskCompletionPlace effect) =>
        cause.Equals(effect) ? this : new(_complete, _implications.Add((cause, effect)), _neverTrue, IsSyncMode);

    public TaskCompletionFacts WithNeverTrue(TaskCompletionPlace flag) => new(_complete, _implications, _neverTrue.Add(flag), IsSyncMode);

    /// <summary>Adds that the flag, when true, implies what <paramref name="ifTrue"/> knows beyond these facts.</summary>
    public TaskCompletionFacts WithFlag(TaskCompletionPlace flag, TaskCompletionFacts ifTrue)
    {
        var result = this;
        foreach (var place in ifTrue._complete)
        {
            if (!place.DependsOn(flag))
                result = result.WithImplication(flag, place);
        }
        return result;
    }

    /// <summary>Adds what <paramref name="guard"/> knows about one parameter, said of another variable.</summary>
    public TaskCompletionFacts WithSaidOf(ISymbol variable, TaskCompletionFacts guard, ISymbol parameter)
    {
        var result = this;
        foreach (var place in guard._complete)
        {
            if (place.Variable.Is(parameter))
                result = result.With(place.On(variable));
        }
        return result;
    }

    /// <summary>The facts after another value was put into the place.</summary>
    public TaskCompletionFacts Without(TaskCompletionPlace assigned)
    {
        if (_complete.IsEmpty && _implications.IsEmpty && _neverTrue.IsEmpty)
            return this;
        return Keeping(place => !place.DependsOn(assigned) && !assigned.DependsOn(place));
    }

    /// <summary>The facts after the collection got another element: it is no longer known to hold completed tasks only.</summary>
    public TaskCompletionFacts WithoutElementsOf(TaskCompletionPlace collection) => new(
        _complete.Except(_complete.Where(place => place.DependsOn(collection) || collection.DependsOn(place))),
        _implications,
        _neverTrue,
        IsSyncMode);

    /// <summary>The facts about places for which the condition holds.</summary>
    public TaskCompletionFacts Keeping(Func<TaskCompletionPlace, bool> keep) => new(
        _complete.Except(_complete.Where(place => !keep(place))),
        _implications.Except(_implications.Where(pair => !keep(pair.Cause) || !keep(pair.Effect))),
        _neverTrue.Except(_neverTrue.Where(place => !keep(place))),
        IsSyncMode);

    /// <summary>What is known where two paths meet.</summary>
    public TaskCompletionFacts Meet(TaskCompletionFacts other)
    {
        if (ReferenceEquals(this, other))
            return this;
        var implications = _implications.Intersect(other._implications)
            .Union(_implications.Where(pair => other.Upholds(pair)))
            .Union(other._implications.Where(Upholds));
        return new(_complete.Intersect(other._complete), implications, _neverTrue.Intersect(other._neverTrue), IsSyncMode && other.IsSyncMode);
    }

    // Whether these facts make the implication true although they do not hold it: its cause cannot be, or its effect is.
    private bool Upholds((TaskCompletionPlace Cause, TaskCompletionPlace Effect) pair) =>
        _neverTrue.Contains(pair.Cause) || _complete.Contains(pair.Effect);

    public bool SameAs(TaskCompletionFacts other) =>
        ReferenceEquals(this, other)
        || (IsSyncMode == other.IsSyncMode
            && _complete.SetEquals(other._complete)
            && _implications.SetEquals(other._implications)
            && _neverTrue.SetEquals(other._neverTrue));

    private TaskCompletionFacts WithEffects(TaskCompletionPlace cause, ImmutableHashSet<TaskCompletionPlace> complete)
    {
        if (_implications.IsEmpty)
            return new(complete, _implications, _neverTrue, IsSyncMode);
        var builder = complete.ToBuilder();
        var pending = new Stack<TaskCompletionPlace>();
        pending.Push(cause);
        while (pending.Count > 0)
        {
            var current = pending.Pop();
            foreach (var (first, effect) in _implications)
            {
                if (first.Equals(current) && builder.Add(effect))
                    pending.Push(effect);
            }
        }
        return new(builder.ToImmutable(), _implications, _neverTrue, IsSyncMode);
    }
}
