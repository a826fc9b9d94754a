namespace Assay.Bench.Reference;

/// <summary>The cases of one component. Every implementation in this program is found and run; write one file a component.</summary>
internal interface IComponentBench
{
    string Component { get; }

    IEnumerable<BenchCase> Cases();
}

/// <summary>So many operations in a row. With two threads it runs on both at once.</summary>
internal delegate void Work(int operations);

/// <summary>A comparison with an anchor.</summary>
/// <param name="Name">What is done.</param>
/// <param name="Anchor">What it is compared with.</param>
/// <param name="Goal">What it is to reach, or null to inform only.</param>
internal abstract record BenchCase(string Name, string Anchor, Goal? Goal)
{
    public abstract Measured Measure(TimeSpan budget);
}

/// <summary>What a case came to; <see cref="BenchRow"/> explains the numbers. Unsettled, it is published but not judged.</summary>
internal sealed record Measured(double Ours, double Theirs, double? Bytes, string Unit, int Threads, int Samples, bool IsSettled = true);

/// <summary>Time an operation against the anchor's. The set-ups run once; what they return must be able to go on for seconds.</summary>
/// <param name="Name">What is done.</param>
/// <param name="Anchor">What it is compared with.</param>
/// <param name="Goal">What it is to reach.</param>
/// <param name="Ours">Makes the state and returns the work on it.</param>
/// <param name="Theirs">The same for the anchor.</param>
/// <param name="Threads">One, or two on the same object.</param>
internal sealed record TimedCase(string Name, string Anchor, Goal? Goal, Func<Work> Ours, Func<Work> Theirs, int Threads = 1)
    : BenchCase(Name, Anchor, Goal)
{
    // With fewer, the machine was too busy for a verdict.
    private const int FewestSlices = 10;

    public override Measured Measure(TimeSpan budget)
    {
        var (ours, theirs) = (new Variant(Ours()), new Variant(Theirs()));
        using var slices = Slices.On(Threads);
        Interleaving.Run([theirs, ours], slices, budget);
        var samples = Math.Min(ours.Kept, theirs.Kept);
        return new Measured(ours.Median(), theirs.Median(), ours.BytesPerOperation(), "ns", Threads, samples, samples >= FewestSlices);
    }
}

/// <summary>A figure that is no time in nanoseconds, such as a hit rate or a throughput of a server: the case measures it by itself.</summary>
/// <param name="Name">What is done.</param>
/// <param name="Anchor">What it is compared with.</param>
/// <param name="Goal">What it is to reach.</param>
/// <param name="Unit">The unit of both figures.</param>
/// <param name="Take">Measures within a budget of time: ours and the anchor's, and how many samples they are medians of (zero: timing plays no part).</param>
internal sealed record FigureCase(string Name, string Anchor, Goal? Goal, string Unit, Func<TimeSpan, (double Ours, double Theirs, int Samples)> Take)
    : BenchCase(Name, Anchor, Goal)
{
    public override Measured Measure(TimeSpan budget)
    {
        var (ours, theirs, samples) = Take(budget);
        return new Measured(ours, theirs, null, Unit, 1, samples);
    }
}
