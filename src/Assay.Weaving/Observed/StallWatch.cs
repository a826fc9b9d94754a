using System.Runtime.ExceptionServices;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Observed;

/// <summary>Gives an exploration up whose code neither steps nor ends: it waits for, or computes, something that exploration has no hold on.</summary>
public static class StallWatch
{
    private const int Stack = 8 << 20;

    // Looks, not a time: on a busy machine whoever looks is slow as well. The looks of a stalled run last about a second and a half.
    private const int MostIdleLooks = 60;
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(25);

    /// <summary>Does something with an observation on a thread of its own.</summary>
    /// <param name="observation">What is watched.</param>
    /// <param name="work">What is done.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="place">Where it is stuck, as far as is known.</param>
    /// <returns>False when it is stuck; its thread is given up.</returns>
    public static bool TryRun<T>(Observation observation, Func<Observation, T> work, out T? result, out Site? place)
    {
        ArgumentNullException.ThrowIfNull(observation);
        T? made = default;
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    made = work(observation);
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            },
            Stack) { IsBackground = true, Name = "observation" };
        thread.Start();
        var (seen, idle) = (observation.Progress, 0);
        while (!thread.Join(Glance) && idle < MostIdleLooks)
        {
            var progress = observation.Progress;
            idle = progress == seen ? idle + 1 : 0;
            seen = progress;
        }

        (result, place) = (default, null);
        if (idle == MostIdleLooks)
        {
            place = observation.Place;
            return false;
        }

        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        result = made;
        return true;
    }
}
