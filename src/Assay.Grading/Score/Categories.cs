namespace Assay.Grading.Score;

/// <summary>The rule categories: the one vocabulary of rules, criteria and stages.</summary>
internal static class Categories
{
    /// <summary>By their thousands.</summary>
    public static readonly string[] All = ["Async", "SharedState", "Errors", "Time", "Data", "Api", "Observability", "Resources", "Ai"];
}
