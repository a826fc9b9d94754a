using System.Diagnostics;

namespace Assay.Bench.Reference;

/// <summary>So many callers, each with one operation (or a row of them) under way at a time.</summary>
/// <param name="Callers">The callers.</param>
/// <param name="One">What a caller does; the number is the caller's.</param>
/// <param name="Operations">The operations in it.</param>
internal sealed record Load(int Callers, Func<int, Task> One, int Operations = 1);

/// <summary>Operations a second of many callers at once, against the anchor's, in slices that take turns: for what waits for a server.</summary>
/// <param name="Name">What is done.</param>
/// <param name="Anchor">What it is compared with.</param>
/// <param name="Goal">What it is to reach.</param>
/// <param name="Ours">Our load.</param>
/// <param name="Theirs">The anchor's.</param>
internal sealed record LoadCase(string Name, string Anchor, Goal? Goal, Load Ours, Load Theirs)
    : BenchCase(Name, Anchor, Goal)
{
    private const int FewestSlices = 5;
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(400);

    public override Measured Measure(TimeSpan budget)
    {
        // The first slices open connections and prepare statements.
        _ = Slice(Ours) + Slice(Theirs);
        var (ours, theirs, bytes) = (new List<double>(), new List<double>(), new List<double>());
        for (var clock = Stopwatch.StartNew(); ours.Count < FewestSlices || clock.Elapsed < budget;)
        {
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            ours.Add(Slice(Ours, out var operations));
            bytes.Add((GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)operations);
            theirs.Add(Slice(Theirs));
        }

        return new Measured(Median(ours), Median(theirs), Math.Round(bytes.Min()), "/s", Ours.Callers, ours.Count);
    }

    private static double Slice(Load load) => Slice(load, out _);

    private static double Slice(Load load, out long operations)
    {
        var (clock, done) = (Stopwatch.StartNew(), 0L);
        Task.WhenAll(Enumerable.Range(0, load.Callers).Select(caller => Task.Run(async () =>
        {
            while (clock.Elapsed < s_slice)
            {
                await load.One(caller);
                Interlocked.Add(ref done, load.Operations);
            }
        }))).GetAwaiter().GetResult();
        operations = done;
        return done / clock.Elapsed.TotalSeconds;
    }

    private static double Median(List<double> samples) => samples.Order().ElementAt(samples.Count / 2);
}
