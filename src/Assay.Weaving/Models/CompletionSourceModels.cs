namespace Assay.Weaving.Models;

/// <summary>
/// Completion sources: continuations are lanes, so none runs inline, asked for or not. Asking would move combinations of tasks to the pool, which nobody controls.
/// </summary>
[Models(typeof(TaskCompletionSource))]
public static class TaskCompletionSourceModel
{
    public static TaskCompletionSource New(TaskCreationOptions options, int site) => new(options & ~TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The same with a result.</summary>
[Models(typeof(TaskCompletionSource<>))]
public static class TaskCompletionSourceOfModel
{
    public static TaskCompletionSource<TResult> New<TResult>(TaskCreationOptions options, int site) => new(options & ~TaskCreationOptions.RunContinuationsAsynchronously);
}
