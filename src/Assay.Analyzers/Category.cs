namespace Assay.Analyzers;

/// <summary>
/// The one vocabulary of Assay: a category is the descriptor's category, the folder of the rule, the thousand of its ID,
/// the criterion of a rubric and the tag of a stage.
/// </summary>
public static class Category
{
    public const string Async = "Async";
    public const string SharedState = "SharedState";
    public const string Errors = "Errors";
    public const string Time = "Time";
    public const string Data = "Data";
    public const string Api = "Api";
    public const string Observability = "Observability";
    public const string Resources = "Resources";
    public const string Ai = "Ai";

    /// <summary>All categories; the position of a category plus one is the thousand of its rules' IDs.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Async, SharedState, Errors, Time, Data, Api, Observability, Resources, Ai];
}
