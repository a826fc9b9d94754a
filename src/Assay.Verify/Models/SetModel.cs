namespace Assay.Verify;

/// <summary>What is done with an element of a set.</summary>
public enum SetAction
{
    /// <summary>Asks whether the element is there.</summary>
    Contains,

    /// <summary>Puts the element in; answers whether it was missing.</summary>
    Add,

    /// <summary>Takes the element out; answers whether it was there.</summary>
    Remove,
}

/// <summary>A call on a set.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <param name="Action">What is done.</param>
/// <param name="Item">The element.</param>
public readonly record struct SetCall<T>(SetAction Action, T Item)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Action.ToString().ToLowerInvariant()}({Item})";
}

/// <summary>A set, partitioned by element: the state of a part is whether its element is in.</summary>
/// <typeparam name="T">The element.</typeparam>
public sealed class SetModel<T> : ISequentialModel<bool, SetCall<T>, bool>
    where T : notnull
{
    /// <inheritdoc/>
    public bool Initial => false;

    /// <inheritdoc/>
    public IEnumerable<Outcome<bool, bool>> Apply(bool state, SetCall<T> input) => input.Action switch
    {
        SetAction.Contains => [new(state, state)],
        SetAction.Add => [new(true, !state)],
        SetAction.Remove => [new(false, state)],
        _ => throw new ArgumentOutOfRangeException(nameof(input)),
    };

    /// <inheritdoc/>
    public object? PartitionKey(SetCall<T> input) => input.Item;
}
