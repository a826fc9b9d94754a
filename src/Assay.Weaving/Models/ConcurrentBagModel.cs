using System.Collections.Concurrent;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>
/// Bags. The real one keeps the items of each thread apart and takes a thread's own first, the last one first; on which threads lanes lie is nobody's choice. So all items are kept as one
/// thread's, and who takes gets the last one that was added, in every run.
/// </summary>
[Models(typeof(ConcurrentBag<>))]
public static class ConcurrentBagModel
{
    public static void Add<T>(ConcurrentBag<T> target, T item, int site) => AtHome(target, site).Add(item);

    public static bool TryTake<T>(ConcurrentBag<T> target, out T? item, int site) => AtHome(target, site).TryTake(out item);

    public static bool TryPeek<T>(ConcurrentBag<T> target, out T? item, int site) => AtHome(target, site).TryPeek(out item);

    public static T[] ToArray<T>(ConcurrentBag<T> target, int site) => AtHome(target, site).ToArray();

    public static void CopyTo<T>(ConcurrentBag<T> target, T[] items, int index, int site) => AtHome(target, site).CopyTo(items, index);

    public static IEnumerator<T> GetEnumerator<T>(ConcurrentBag<T> target, int site) => AtHome(target, site).GetEnumerator();

    private static ConcurrentBag<T> AtHome<T>(ConcurrentBag<T> target, int site)
    {
        Hooks.Step(target, site);
        if (Arena.Current is not { } lane || lane.Arena.ShadowOf<Home>(target) is not { } home || home.Thread == Environment.CurrentManagedThreadId)
            return target;
        home.Thread = Environment.CurrentManagedThreadId;
        var items = target.ToArray();
        target.Clear();
        for (var index = items.Length - 1; index >= 0; index--)
            target.Add(items[index]);
        return target;
    }

    private sealed class Home
    {
        public int Thread { get; set; }
    }
}
