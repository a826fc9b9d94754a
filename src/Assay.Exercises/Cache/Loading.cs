using System.Runtime.ExceptionServices;

namespace Assay.Exercises.Cache;

/// <summary>Waits for a load in a check, which is one thread that does one thing after the other.</summary>
internal static class Loading
{
    /// <summary>Far above what any load takes, on a busy machine too: what never comes must not hold up the others.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromSeconds(20);

    /// <summary>What a load brought.</summary>
    /// <exception cref="SubjectThrewException">What it threw.</exception>
    /// <exception cref="CheckFailedException">It does not end.</exception>
    public static string? Of(Task<string> task)
    {
        Ended(task);
        if (task.Exception is { InnerException: { } failure })
            ExceptionDispatchInfo.Throw(failure);
        return task.IsCompletedSuccessfully ? task.Result : throw new CheckFailedException("a load", "a value", "a cancelled task");
    }

    /// <summary>What a load threw; null when it brought a value.</summary>
    public static SubjectThrewException? Failure(Task<string> task)
    {
        try
        {
            Of(task);
            return null;
        }
        catch (SubjectThrewException thrown)
        {
            return thrown;
        }
    }

    /// <summary>Waits until a check's own delegates have brought something about.</summary>
    /// <exception cref="CheckFailedException">They have not.</exception>
    public static void Until(ManualResetEventSlim happened, string what, string expected, string actual)
    {
        if (!happened.Wait(Longest))
            throw new CheckFailedException(what, expected, actual);
    }

    private static void Ended(Task task)
    {
        if (task.IsCompleted)
            return;
        // Not disposed: whoever ends the task late still sets it.
        var ended = new ManualResetEventSlim();
        task.GetAwaiter().OnCompleted(ended.Set);
        Until(ended, "a load", "the task to end once its loader has", "a task that does not end");
    }
}

/// <summary>A loader that ends when the check says so, and remembers what it was asked.</summary>
internal sealed class Loader
{
    private readonly TaskCompletionSource<string> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _begun = new();
    private readonly ManualResetEventSlim _cancelled = new();
    private int _runs;

    public int Runs => Volatile.Read(ref _runs);

    /// <summary>Whether the token of a run was cancelled so far.</summary>
    public bool IsCancelled => _cancelled.IsSet;

    public Task<string> Run(string key, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _runs);
        cancellationToken.UnsafeRegister(_ => _cancelled.Set(), null);
        _begun.Set();
        return _end.Task;
    }

    /// <summary>Waits until it is called: across a pipe that takes a moment.</summary>
    /// <param name="asked">What was asked for.</param>
    public Loader Begun(string asked = "a missing key that is asked for")
    {
        Loading.Until(_begun, asked, "its loader to be called", "nothing");
        return this;
    }

    /// <summary>Waits until its token is cancelled.</summary>
    public void Cancelled(string when) => Loading.Until(_cancelled, $"the loader's token {when}", "cancelled", "not cancelled");

    public void End(string value) => _end.SetResult(value);

    public void Fail(string message) => _end.SetException(new InvalidOperationException(message));
}
