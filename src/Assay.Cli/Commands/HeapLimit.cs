namespace Assay.Cli.Commands;

/// <summary>A limit on this process's heap: code that takes memory without end gets an exception, and the machine keeps its own.</summary>
internal sealed class HeapLimit : IDisposable
{
    private readonly long _before = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    private HeapLimit()
    {
    }

    /// <summary>Allows so many bytes beyond what is in use now.</summary>
    public static HeapLimit Above(long bytes)
    {
        var limit = new HeapLimit();
        Set(Math.Min(limit._before, GC.GetGCMemoryInfo().TotalCommittedBytes + bytes));
        return limit;
    }

    /// <inheritdoc/>
    public void Dispose() => Set(_before);

    private static void Set(long bytes)
    {
        AppContext.SetData("GCHeapHardLimit", (ulong)bytes);
        try
        {
            GC.RefreshMemoryLimit();
        }
        catch (InvalidOperationException)
        {
            // More is in use already; the limit stays as it was.
        }
    }
}
