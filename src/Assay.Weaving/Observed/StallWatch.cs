using System.Runtime.ExceptionServices;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Observed;

/// <summary>Gives an exploration up whose code neither steps nor ends: it waits for, or computes, something that exploration has no hold on.</summary>
public static class StallWatch
{
    // Deep recursion of the code under test ends in the check at each method's entry, not in this stack.
    private const int Stack = 16 << 20;

    // Looks, not a time: on a busy machine whoever looks is slow as well. The looks of a stalled run last about a second and a half.
    private const int MostIdleLooks = 60;
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(25);

    /// <summary>Explores on a thread of its own and in the background: code under test may hold it for ever, but not the process.</summary>
    /// <param name="work">What is done.</param>
    /// <param name="progress">Changes while something happens.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="cancellationToken">Gives it up at once.</param>
    /// <returns>False when it is stuck; its thread is given up.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static bool TryRun<TResult, TProgress>(Func<TResult> work, Func<TProgress> progress, out TResult? result, CancellationToken cancellationToken = default)
        where TProgress : IEquatable<TProgress>
    {
        ArgumentNullException.ThrowIfNull(progress);
        TResult? made = default;
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                OneProcessor.KeepHere();
                try
                {
                    made = work();
                }
                catch (Exception exception)
                {
                    // Whoever waits gets it; this thread has no one above.
                    failure = exception;
                }
            },
            Stack) { IsBackground = true, Name = "observation" };
        thread.Start();
        result = default;
        var (seen, idle) = (progress(), 0);
        while (!thread.Join(Glance))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var now = progress();
            idle = now.Equals(seen) ? idle + 1 : 0;
            seen = now;
            if (idle == MostIdleLooks)
                return false;
        }

        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        result = made;
        return true;
    }
}
