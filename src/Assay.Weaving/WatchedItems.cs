using System.Collections;

namespace Assay.Weaving;

/// <summary>A collection that is not safe for concurrent use, as a query sees it: each item is a place where another thread may be inside.</summary>
internal sealed class WatchedItems<T>(IEnumerable<T> source, int site) : IEnumerable<T>
{
    public IEnumerator<T> GetEnumerator()
    {
        Hooks.Enter(source, site);
        foreach (var item in source)
        {
            yield return item;
            Hooks.Enter(source, site);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
