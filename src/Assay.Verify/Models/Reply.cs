namespace Assay.Verify;

/// <summary>What the calls of the models here answer: whether the call did what was asked, and a value where it has one.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="Succeeded">False for a take from an empty queue, a missing key, a refused lock or a failed comparison.</param>
/// <param name="HasValue">Whether the call answers a value; keeps a write that is done apart from a read of the default.</param>
/// <param name="Value">The value; the type's default where the call has none.</param>
public readonly record struct Reply<T>(bool Succeeded, bool HasValue, T? Value)
{
    /// <summary>The call did what was asked and has no value.</summary>
    public static Reply<T> Done => new(true, false, default);

    /// <summary>The call could not do what was asked.</summary>
    public static Reply<T> No => new(false, false, default);

    /// <summary>The call did what was asked and answers a value.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The reply.</returns>
    public static Reply<T> Of(T value) => new(true, true, value);

    /// <summary>The value, <c>done</c> or <c>no</c>.</summary>
    /// <returns>Short text for a timeline.</returns>
    public override string ToString() => HasValue ? Value?.ToString() ?? "null" : Succeeded ? "done" : "no";
}
