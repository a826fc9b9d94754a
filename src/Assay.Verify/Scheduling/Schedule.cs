using System.Globalization;

namespace Assay.Verify;

/// <summary>The choices of a run: which task went on at each point where more than one could. Its text form replays the run.</summary>
/// <param name="Choices">Task numbers in order.</param>
public sealed record Schedule(IReadOnlyList<int> Choices)
{
    /// <summary>Reads the text form: task numbers separated by spaces, <c>2*5</c> for five times task 2.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="FormatException">The text is not a schedule.</exception>
    public static Schedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var choices = new List<int>();
        foreach (var run in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = run.Split('*');
            var count = 1;
            if (parts.Length > 2 || !IsNumber(parts[0], out var task) || (parts.Length == 2 && !IsNumber(parts[1], out count)))
                throw new FormatException($"'{run}' is not a choice; write a task number, or number*count.");
            choices.AddRange(Enumerable.Repeat(task, count));
        }

        return new Schedule(choices);
    }

    /// <summary>The text form.</summary>
    /// <returns>Text for <see cref="Parse"/>.</returns>
    public override string ToString()
    {
        var runs = new List<string>();
        for (var start = 0; start < Choices.Count;)
        {
            var end = start + 1;
            while (end < Choices.Count && Choices[end] == Choices[start])
                end++;
            runs.Add(end - start == 1 ? $"{Choices[start]}" : $"{Choices[start]}*{end - start}");
            start = end;
        }

        return string.Join(' ', runs);
    }

    /// <summary>Compares by choices.</summary>
    /// <param name="other">The other schedule.</param>
    /// <returns>Whether they choose alike.</returns>
    public bool Equals(Schedule? other) => other is not null && Choices.SequenceEqual(other.Choices);

    /// <inheritdoc/>
    public override int GetHashCode() => Choices.Aggregate(0, HashCode.Combine);

    // A million is far more than a run may have steps, and keeps a bad text from filling the memory.
    private static bool IsNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= 1_000_000;
}
