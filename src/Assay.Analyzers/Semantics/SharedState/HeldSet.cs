using System.Collections.Immutable;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>The locks known to be held at a place, and whether others may be held that cannot be named.</summary>
internal sealed record HeldSet(ImmutableHashSet<GuardTerm> Must, bool IsUncertain)
{
    private static readonly ImmutableDictionary<GuardTerm, LockMode> s_allExclusive = ImmutableDictionary<GuardTerm, LockMode>.Empty;

    public static HeldSet Empty { get; } = new(ImmutableHashSet<GuardTerm>.Empty, false);

    public static HeldSet Unknown { get; } = new(ImmutableHashSet<GuardTerm>.Empty, true);

    /// <summary>The modes of the locks that are not held exclusively.</summary>
    public ImmutableDictionary<GuardTerm, LockMode> Weak { get; private init; } = s_allExclusive;

    public static HeldSet Of(IReadOnlyDictionary<GuardTerm, LockMode> held, bool isUncertain)
    {
        if (held.Count == 0)
            return isUncertain ? Unknown : Empty;
        var weak = s_allExclusive;
        foreach (var pair in held)
        {
            if (pair.Value != LockMode.Exclusive)
                weak = weak.Add(pair.Key, pair.Value);
        }
        return new([.. held.Keys], isUncertain) { Weak = weak };
    }

    /// <summary>How a lock of <see cref="Must"/> is held.</summary>
    public LockMode ModeOf(GuardTerm term) => Weak.TryGetValue(term, out var mode) ? mode : LockMode.Exclusive;

    /// <summary>Whether the lock keeps every other thread out.</summary>
    public bool Excludes(GuardTerm term) => Must.Contains(term) && ModeOf(term) == LockMode.Exclusive;

    /// <summary>What a place holds within a function that is entered with <paramref name="entry"/>.</summary>
    public HeldSet Within(HeldSet entry)
    {
        if (entry.Must.IsEmpty)
            return entry.IsUncertain && !IsUncertain ? this with { IsUncertain = true } : this;
        return Of(Combined(Must.Union(entry.Must), entry, strongest: true), IsUncertain || entry.IsUncertain);
    }

    /// <summary>The locks without those that do not fulfil the condition.</summary>
    public HeldSet Where(Func<GuardTerm, bool> isKept, bool isUncertain)
    {
        var kept = new Dictionary<GuardTerm, LockMode>();
        foreach (var term in Must)
        {
            if (isKept(term))
                kept[term] = ModeOf(term);
        }
        return kept.Count == Must.Count && isUncertain == IsUncertain ? this : Of(kept, isUncertain);
    }

    /// <summary>What holds on both ways; what only one of them holds makes the other locks uncertain.</summary>
    public HeldSet Meet(HeldSet other)
    {
        if (IsSameAs(other))
            return this;
        return Of(Combined(Must.Intersect(other.Must), other, strongest: false), IsUncertain || other.IsUncertain || !Must.SetEquals(other.Must));
    }

    public bool IsSameAs(HeldSet other)
    {
        if (IsUncertain != other.IsUncertain || Weak.Count != other.Weak.Count || !Must.SetEquals(other.Must))
            return false;
        foreach (var pair in Weak)
        {
            if (other.ModeOf(pair.Key) != pair.Value)
                return false;
        }
        return true;
    }

    private Dictionary<GuardTerm, LockMode> Combined(ImmutableHashSet<GuardTerm> terms, HeldSet other, bool strongest)
    {
        var combined = new Dictionary<GuardTerm, LockMode>();
        foreach (var term in terms)
        {
            var mine = Must.Contains(term) ? ModeOf(term) : other.ModeOf(term);
            var theirs = other.Must.Contains(term) ? other.ModeOf(term) : mine;
            combined[term] = mine > theirs == strongest ? mine : theirs;
        }
        return combined;
    }
}
