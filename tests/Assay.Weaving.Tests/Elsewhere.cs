using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Assay.Weaving.Tests;

/// <summary>What completes outside of any run, for code under test to wait for: when, is counted and not timed.</summary>
public static class Elsewhere
{
    private static int s_waits;
    private static int s_asks;

    /// <summary>The how-manieth wait ends; those before never do.</summary>
    public static int EndingWait { get; set; }

    /// <summary>After so many times that somebody has asked whether it has ended.</summary>
    public static int AsksBefore { get; set; }

    /// <summary>Waits are counted anew.</summary>
    public static void Begin(int endingWait, int asksBefore)
    {
        (EndingWait, AsksBefore) = (endingWait, asksBefore);
        (s_waits, s_asks) = (0, 0);
    }

    public static Awaitable Event => new();

    public static ValueTask Work()
    {
        Next();
        return new ValueTask(new Source(), 0);
    }

    public static void BlocksForEver() => new ManualResetEventSlim().Wait();

    private static void Next() => (s_waits, s_asks) = (s_waits + 1, 0);

    private static bool HasEnded() => s_asks++ >= AsksBefore && s_waits >= EndingWait;

    public sealed class Awaitable : ICriticalNotifyCompletion
    {
        public bool IsCompleted => HasEnded();

        public Awaitable GetAwaiter()
        {
            Next();
            return this;
        }

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation)
        {
        }
    }

    private sealed class Source : IValueTaskSource
    {
        public ValueTaskSourceStatus GetStatus(short token) => HasEnded() ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
        }

        public void GetResult(short token)
        {
        }
    }
}
