using System.Collections.Concurrent;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Blocking collections. The real one keeps the items; who finds none, or no room, waits in its lane.</summary>
[Models(typeof(BlockingCollection<>))]
public static class BlockingCollectionModel
{
    public static void Add<T>(BlockingCollection<T> target, T item, int site) => TryAdd(target, item, Timeout.Infinite, CancellationToken.None, site);

    public static void Add<T>(BlockingCollection<T> target, T item, CancellationToken cancellationToken, int site) => TryAdd(target, item, Timeout.Infinite, cancellationToken, site);

    public static bool TryAdd<T>(BlockingCollection<T> target, T item, int site) => TryAdd(target, item, 0, CancellationToken.None, site);

    public static bool TryAdd<T>(BlockingCollection<T> target, T item, int milliseconds, int site) => TryAdd(target, item, milliseconds, CancellationToken.None, site);

    public static bool TryAdd<T>(BlockingCollection<T> target, T item, TimeSpan patience, int site) => TryAdd(target, item, Locking.Milliseconds(patience), CancellationToken.None, site);

    public static bool TryAdd<T>(BlockingCollection<T> target, T item, int milliseconds, CancellationToken cancellationToken, int site)
    {
        if (Arena.Current is not { } lane)
            return target.TryAdd(item, milliseconds, cancellationToken);
        var patience = Locking.Patience(milliseconds);
        lane.Arena.Step(lane, site, target);
        Locking.Until(lane, site, target, () => Allows(target, static one => one.IsAddingCompleted || one.BoundedCapacity < 0 || one.Count < one.BoundedCapacity), patience, cancellationToken);
        // Not even a moment's wait: whoever makes room is another lane.
        return target.TryAdd(item, 0, cancellationToken);
    }

    public static T Take<T>(BlockingCollection<T> target, int site) => Take(target, CancellationToken.None, site);

    public static T Take<T>(BlockingCollection<T> target, CancellationToken cancellationToken, int site)
    {
        if (Arena.Current is null)
            return target.Take(cancellationToken);
        if (TryTake(target, out var item, Timeout.Infinite, cancellationToken, site))
            return item;
        throw new InvalidOperationException("The collection is empty and adding to it is completed.");
    }

    public static bool TryTake<T>(BlockingCollection<T> target, out T item, int site) => TryTake(target, out item, 0, CancellationToken.None, site);

    public static bool TryTake<T>(BlockingCollection<T> target, out T item, int milliseconds, int site) => TryTake(target, out item, milliseconds, CancellationToken.None, site);

    public static bool TryTake<T>(BlockingCollection<T> target, out T item, TimeSpan patience, int site) => TryTake(target, out item, Locking.Milliseconds(patience), CancellationToken.None, site);

    public static bool TryTake<T>(BlockingCollection<T> target, out T item, int milliseconds, CancellationToken cancellationToken, int site)
    {
        if (Arena.Current is not { } lane)
            return target.TryTake(out item!, milliseconds, cancellationToken);
        var patience = Locking.Patience(milliseconds);
        lane.Arena.Step(lane, site, target);
        Locking.Until(lane, site, target, () => Allows(target, static one => one.IsAddingCompleted || one.Count > 0), patience, cancellationToken);
        return target.TryTake(out item!, 0, cancellationToken);
    }

    public static IEnumerable<T> GetConsumingEnumerable<T>(BlockingCollection<T> target, int site) => GetConsumingEnumerable(target, CancellationToken.None, site);

    public static IEnumerable<T> GetConsumingEnumerable<T>(BlockingCollection<T> target, CancellationToken cancellationToken, int site)
    {
        while (TryTake(target, out var item, Timeout.Infinite, cancellationToken, site))
            yield return item;
    }

    public static void CompleteAdding<T>(BlockingCollection<T> target, int site)
    {
        Hooks.Step(target, site);
        target.CompleteAdding();
    }

    public static int get_Count<T>(BlockingCollection<T> target, int site)
    {
        Hooks.Step(target, site);
        return target.Count;
    }

    public static bool get_IsCompleted<T>(BlockingCollection<T> target, int site)
    {
        Hooks.Step(target, site);
        return target.IsCompleted;
    }

    public static bool get_IsAddingCompleted<T>(BlockingCollection<T> target, int site)
    {
        Hooks.Step(target, site);
        return target.IsAddingCompleted;
    }

    public static void Dispose<T>(BlockingCollection<T> target, int site)
    {
        Hooks.Step(target, site);
        target.Dispose();
    }

    // A disposed one keeps nobody: the real one then throws what it throws.
    private static bool Allows<T>(BlockingCollection<T> target, Func<BlockingCollection<T>, bool> condition)
    {
        try
        {
            return condition(target);
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
