namespace Assay.Verify;

/// <summary>A call on a counter: adds an amount and answers the sum; zero reads it.</summary>
/// <param name="Amount">What is added; may be negative. Sums wrap at 64 bits.</param>
public readonly record struct CounterCall(long Amount)
{
    /// <summary>Adds zero.</summary>
    public static CounterCall Read => new(0);

    /// <inheritdoc/>
    public override string ToString() => Amount == 0 ? "read()" : $"add({Amount})";
}

/// <summary>A counter that answers each addition with the sum after it, as <see cref="Interlocked.Add(ref long, long)"/> does.</summary>
public sealed class CounterModel : ISequentialModel<long, CounterCall, long>
{
    /// <inheritdoc/>
    public long Initial => 0;

    /// <inheritdoc/>
    public IEnumerable<Outcome<long, long>> Apply(long state, CounterCall input)
    {
        var sum = unchecked(state + input.Amount);
        return [new(sum, sum)];
    }
}
