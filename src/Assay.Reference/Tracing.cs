using System.Diagnostics;

namespace Assay.Reference;

/// <summary>
/// The spans of the reference components: <c>cache.load</c>, with a link to every caller who shares the load; <c>ledger.request</c>, of a metered
/// ledger; <c>rate_limiting.wait</c>, of a request that waits in a queue; <c>rate_limiting.shadow</c>, of a request that a limit in the shadow
/// would have answered otherwise. What else is answered at once has none.
/// </summary>
public static class Tracing
{
    /// <summary>The name to listen to.</summary>
    public const string SourceName = "Assay.Reference";

    // Without a listener its spans are null, and cost the question whether there is one.
    internal static ActivitySource Source { get; } = new(SourceName);
}
