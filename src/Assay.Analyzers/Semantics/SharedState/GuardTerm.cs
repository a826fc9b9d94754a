using System.Collections.Immutable;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// One lock as every function of a type names it: a stable path from this, from a static, or a type object. A builder makes
/// one object for each path, so that terms are compared by reference.
/// </summary>
/// <param name="path">The path with the types of its hops, which tells equal from different.</param>
/// <param name="text">The path as the code writes it.</param>
/// <param name="isStatic">Whether the term is one lock for all instances.</param>
/// <param name="isPlain">Whether a lock statement can take it.</param>
/// <param name="isPrivate">Whether no other type can name it.</param>
internal sealed class GuardTerm(string path, string text, bool isStatic, bool isPlain, bool isPrivate)
{
    public string Path => path;

    public string Text => text;

    public bool IsStatic => isStatic;

    public bool IsPlain => isPlain;

    public bool IsPrivate => isPrivate;
}

/// <summary>The locks known to be held at a place, and whether others may be held that cannot be named.</summary>
internal sealed record HeldSet(ImmutableHashSet<GuardTerm> Must, bool IsUncertain)
{
    public static HeldSet Empty { get; } = new(ImmutableHashSet<GuardTerm>.Empty, false);

    public static HeldSet Unknown { get; } = new(ImmutableHashSet<GuardTerm>.Empty, true);

    /// <summary>What a place holds within a function that is entered with <paramref name="entry"/>.</summary>
    public HeldSet Within(HeldSet entry) => new(Must.Union(entry.Must), IsUncertain || entry.IsUncertain);

    /// <summary>What holds on both ways; what only one of them holds makes the other locks uncertain.</summary>
    public HeldSet Meet(HeldSet other) =>
        new(Must.Intersect(other.Must), IsUncertain || other.IsUncertain || !Must.SetEquals(other.Must));

    public bool IsSameAs(HeldSet other) => IsUncertain == other.IsUncertain && Must.SetEquals(other.Must);
}
