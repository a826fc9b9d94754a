using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>What shows that several threads meet at a member; the strongest first.</summary>
internal enum EvidenceKind
{
    /// <summary>The member itself is volatile, or handed to Interlocked or Volatile.</summary>
    Atomic,

    /// <summary>The member itself is used under a lock elsewhere.</summary>
    Locked,

    /// <summary>Code that runs on another thread uses the member, and other code too.</summary>
    Thread,

    /// <summary>One object serves everybody: a singleton, a middleware, a hosted service.</summary>
    Registered,

    /// <summary>The type is marked or documented as thread-safe.</summary>
    Declared,

    /// <summary>The member is static.</summary>
    Static,

    /// <summary>The type synchronises other state of the same object.</summary>
    Neighbour,
}

/// <summary>Why two threads may use a member at the same time.</summary>
/// <param name="Kind">What sort of reason it is.</param>
/// <param name="Reason">The reason as the last clause of a message, without a dot.</param>
/// <param name="Place">Where the reason stands; null when it is the member itself.</param>
/// <param name="IsStrong">Whether the reason alone carries a warning; otherwise no more than a suggestion.</param>
internal sealed record Evidence(EvidenceKind Kind, string Reason, Location? Place, bool IsStrong);
