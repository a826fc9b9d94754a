namespace Assay.Reference.Caching;

/// <summary>Why a value left the cache.</summary>
public enum RemovalCause
{
    /// <summary>It made room for another.</summary>
    Evicted,

    /// <summary>Its time was over.</summary>
    Expired,

    /// <summary>Another value took its key.</summary>
    Replaced,

    /// <summary>Its key was removed.</summary>
    Removed,

    /// <summary>The cache was cleared or disposed.</summary>
    Cleared,
}
