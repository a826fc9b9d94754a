using System.Globalization;

namespace Assay.Verify.Exploration;

/// <summary>One change of lanes that the default would not have made.</summary>
/// <param name="From">The lane that made way.</param>
/// <param name="Step">Before which of its own steps, counted from one.</param>
/// <param name="To">The lane that went on.</param>
public readonly record struct Switch(int From, int Step, int To);

/// <summary>
/// A schedule: where it departs from the default, by which a lane goes on while it can and then the first that can follows. Steps are counted
/// lane by lane, so that leaving out one change does not renumber the others. Its text form replays the run.
/// </summary>
/// <param name="Switches">The changes in order.</param>
public sealed record SwitchList(IReadOnlyList<Switch> Switches)
{
    /// <summary>The default schedule.</summary>
    public static SwitchList None { get; } = new([]);

    /// <summary>Reads the text form, changes separated by spaces: <c>1@5&gt;2</c> for lane 1 making way to lane 2 before its fifth step.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="FormatException">The text is not a schedule.</exception>
    public static SwitchList Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new SwitchList([.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "-").Select(One)]);
    }

    /// <summary>The text form.</summary>
    /// <returns>Text for <see cref="Parse"/>; a dash for the default schedule.</returns>
    public override string ToString() =>
        Switches.Count == 0 ? "-" : string.Join(' ', Switches.Select(change => $"{change.From}@{change.Step}>{change.To}"));

    /// <summary>Compares by content.</summary>
    /// <param name="other">The other schedule.</param>
    /// <returns>Whether they are the same schedule.</returns>
    public bool Equals(SwitchList? other) => other is not null && Switches.SequenceEqual(other.Switches);

    /// <inheritdoc/>
    public override int GetHashCode() => Switches.Aggregate(0, HashCode.Combine);

    private static Switch One(string part)
    {
        var (at, to) = (part.IndexOf('@', StringComparison.Ordinal), part.IndexOf('>', StringComparison.Ordinal));
        if (at > 0 && to > at && IsNumber(part[..at], out var from) && IsNumber(part[(at + 1)..to], out var step) && IsNumber(part[(to + 1)..], out var lane))
            return new Switch(from, step, lane);
        throw new FormatException($"'{part}' is not a change of lanes; write from@step>to.");
    }

    private static bool IsNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
