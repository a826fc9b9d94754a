// Results are taken from what has completed.
#pragma warning disable ASSAY1001
using System.Collections;
using System.Collections.Concurrent;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Programs;

/// <summary>
/// What a caller does with an answer: it walks through items that are handed out, while others may change them, and ends what is to be disposed of.
/// </summary>
internal static class CallAnswers
{
    private const int MostItems = 20;

    /// <summary>The answer as it stays: items are taken one by one, as a loop would.</summary>
    public static object? Taken(CallPlan call, object? answer, int site, bool endsLater) => answer switch
    {
        null or string or Array or Delegate => answer is Array array ? array.Clone() : answer,
        IEnumerable items => Walked(items, site),
        _ when LaterWalk.For(answer.GetType()) is { } walk => walk.Taken(answer, MostItems),
        _ when endsLater => answer,
        _ => Ended(call, answer),
    };

    private static TakenItems Walked(IEnumerable items, int site)
    {
        var lane = Arena.Current!;
        var isOrdered = !(items is IDictionary || items.GetType().Name is "HashSet`1" or "ConcurrentBag`1" or "ConcurrentDictionary`2");
        // What is safe for concurrent use promises no more than some items of the time.
        var isSafe = items.GetType().Namespace == typeof(ConcurrentDictionary<,>).Namespace;
        var taken = new List<object?>();
        lane.Quiet += isSafe ? 1 : 0;
        try
        {
            Hooks.Enter(items, site);
            var walk = items.GetEnumerator();
            while (taken.Count < MostItems)
            {
                Hooks.Enter(items, site);
                if (!walk.MoveNext())
                    break;
                taken.Add(walk.Current);
            }

            (walk as IDisposable)?.Dispose();
        }
        finally
        {
            lane.Quiet -= isSafe ? 1 : 0;
        }

        return new TakenItems(taken, isOrdered);
    }

    // A scope or a subscription belongs to who asked for it; a shared object does not.
    private static object? Ended(CallPlan call, object answer)
    {
        if (call.IsProperty || (call.Returns != typeof(IDisposable) && !answer.GetType().IsNested))
            return answer;
        if (answer is IDisposable scope)
        {
            call.HandsScope = true;
            scope.Dispose();
        }

        return answer;
    }
}

/// <summary>Items as they were taken from a call's answer.</summary>
internal sealed class TakenItems(List<object?> items, bool isOrdered) : IEnumerable
{
    public bool IsOrdered => isOrdered;

    public IEnumerator GetEnumerator() => items.GetEnumerator();
}

/// <summary>Walks through items that come later.</summary>
internal abstract class LaterWalk
{
    public abstract TakenItems Taken(object items, int most);

    public static LaterWalk? For(Type type)
    {
        var items = Array.Find(type.GetInterfaces(), one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>));
        return items is null ? null : (LaterWalk)Activator.CreateInstance(typeof(Of<>).MakeGenericType(items.GetGenericArguments()))!;
    }

    private sealed class Of<T> : LaterWalk
    {
        public override TakenItems Taken(object items, int most)
        {
            var walk = ((IAsyncEnumerable<T>)items).GetAsyncEnumerator();
            var taken = new List<object?>();
            while (taken.Count < most && Awaited(walk.MoveNextAsync().AsTask()))
                taken.Add(walk.Current);
            Awaited(Ended(walk));
            return new TakenItems(taken, isOrdered: true);
        }

        private static async Task<bool> Ended(IAsyncEnumerator<T> walk)
        {
            await walk.DisposeAsync().ConfigureAwait(false);
            return true;
        }

        // The lane waits; then the task has completed.
        private static bool Awaited(Task<bool> task)
        {
            var lane = Arena.Current!;
            lane.Arena.WaitUntil(lane, lane.Site, task, static (state, _) => ((Task)state!).IsCompleted);
            return task.GetAwaiter().GetResult();
        }
    }
}

/// <summary>A new object as it was made.</summary>
internal sealed record MadeObject(string Type, string State)
{
    public override string ToString() => $"{Type} of {State}";
}
