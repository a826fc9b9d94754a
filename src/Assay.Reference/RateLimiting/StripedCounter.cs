namespace Assay.Reference.RateLimiting;

/// <summary>A sum that many threads add to without meeting on one cache line. A reading during additions may miss some of them.</summary>
internal sealed class StripedCounter
{
    // 128 bytes: processors fetch cache lines in pairs.
    private const int Stride = 128 / sizeof(long);

    private static readonly int Stripes = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount);

    // One stride more in front, which keeps the array's length away from the first stripe.
    private readonly long[] _sums = new long[(Stripes + 1) * Stride];

    public long Sum
    {
        get
        {
            var sum = 0L;
            for (var stripe = 1; stripe <= Stripes; stripe++)
                sum += Volatile.Read(ref _sums[stripe * Stride]);
            return sum;
        }
    }

    public void Increment() => Interlocked.Increment(ref _sums[((Thread.GetCurrentProcessorId() & (Stripes - 1)) + 1) * Stride]);
}
