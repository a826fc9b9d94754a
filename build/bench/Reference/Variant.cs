namespace Assay.Bench.Reference;

/// <summary>One side of a comparison: its work and what it took, slice by slice.</summary>
internal sealed class Variant(Work work)
{
    private const int ByteOperations = 20_000;

    private readonly List<double> _kept = [];
    private readonly List<double> _all = [];

    public Work Work => work;

    public int Operations { get; set; } = 1;

    /// <summary>The slices during which the machine was ours.</summary>
    public int Kept => _kept.Count;

    public void Add(Slice slice, int threads)
    {
        var nanoseconds = slice.Wall.TotalNanoseconds / ((double)Operations * threads);
        _all.Add(nanoseconds);
        if (slice.IsUndisturbed)
            _kept.Add(nanoseconds);
    }

    /// <summary>Of the kept slices; of all, when the machine left none alone.</summary>
    public double Median() => Middle(_kept.Count > 0 ? _kept : _all);

    /// <summary>Counted outside the timed slices, and over all threads, because work may allocate on others.</summary>
    public double BytesPerOperation()
    {
        // Three times, least: the program's own threads allocate now and then.
        return Math.Round(Enumerable.Range(0, 3).Min(_ => Bytes()), 1);

        double Bytes()
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            work(ByteOperations);
            return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)ByteOperations;
        }
    }

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
