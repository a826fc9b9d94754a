namespace Assay.Verify;

/// <summary>A finished record of concurrent calls, ordered by invocation.</summary>
/// <typeparam name="TOp">What is asked of the object.</typeparam>
/// <typeparam name="TResult">What it answers.</typeparam>
public sealed class History<TOp, TResult>
{
    /// <summary>Takes over the calls, in any order.</summary>
    /// <param name="operations">The calls. Counter values are distinct and each call returns after it began.</param>
    /// <exception cref="ArgumentException">Two events share a counter value, or a call returns before it began.</exception>
    public History(IEnumerable<Operation<TOp, TResult>> operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        Operations = [.. operations.OrderBy(operation => operation.Invoked)];
        var stamps = new HashSet<long>();
        foreach (var operation in Operations)
        {
            if (!stamps.Add(operation.Invoked) || (operation.Returned is { } end && !stamps.Add(end)))
                throw new ArgumentException($"Two events share a counter value with {operation}.", nameof(operations));
            if (operation.Returned <= operation.Invoked)
                throw new ArgumentException($"{operation} returns before it began.", nameof(operations));
        }
    }

    /// <summary>The calls, ordered by <see cref="Operation{TOp,TResult}.Invoked"/>.</summary>
    public IReadOnlyList<Operation<TOp, TResult>> Operations { get; }

    /// <summary>The history as text, a line for each lane; the same text for the same history.</summary>
    /// <returns>Lines separated by line feeds.</returns>
    public override string ToString() => Timeline.Print(this);
}
