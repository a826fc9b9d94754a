using Assay.Verify.Exploration;

namespace Assay.Weaving.Observed;

/// <summary>What a run says of itself, for a reader.</summary>
public static class ObservedText
{
    /// <summary>Why a run ended as it did, with the lines; empty for one that completed.</summary>
    public static string Reason(RunEnd end)
    {
        ArgumentNullException.ThrowIfNull(end);
        if (end.Kind == RunEndKind.Completed)
            return "";
        var waits = end.Waits.Select(wait => $"{wait.Name} waits at {Place(wait.Site)}{(wait.ForName is { } other ? $" for {other}" : "")}");
        return end.Waits.Count > 0 ? string.Join("; ", waits) : end.At is { Line: > 0 } at && end.Kind != RunEndKind.Overlap ? $"{end.Reason} ({Place(at)})" : end.Reason;
    }

    /// <summary>A place as "File.cs:12, Method: what".</summary>
    public static string Place(Site site) => site.Line == 0 ? $"{site.Method}: {site.What}" : $"{Path.GetFileName(site.File)}:{site.Line}, {site.Method}: {site.What}";

    /// <summary>What a step does, e.g. "write _count".</summary>
    public static string Does(LoggedStep step) => step.Site.Kind switch
    {
        SiteKind.Read => $"read {step.Site.What}",
        SiteKind.Write => $"write {step.Site.What}",
        _ => step.Site.What,
    };
}
