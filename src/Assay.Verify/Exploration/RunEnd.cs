namespace Assay.Verify.Exploration;

/// <summary>How one run ended.</summary>
public enum RunEndKind
{
    /// <summary>The program came to its end.</summary>
    Completed,

    /// <summary>A lane threw what nobody caught, or the program's own check failed.</summary>
    Failed,

    /// <summary>Every lane waits for another.</summary>
    Deadlock,

    /// <summary>It took more steps than allowed.</summary>
    Endless,

    /// <summary>Two lanes were inside a collection that is not safe for that.</summary>
    Overlap,

    /// <summary>The code did something that exploration has no hold on.</summary>
    NotControlled,
}

/// <summary>A lane that waits.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Name">Its name.</param>
/// <param name="Site">Where it waits.</param>
/// <param name="For">The lane that would have to make way; null when that could be any.</param>
/// <param name="ForName">The name of that lane.</param>
public readonly record struct LaneWait(int Lane, string Name, Site Site, int? For, string? ForName)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} waits at {Site}{(ForName is { } other ? $", for {other}" : ", which nobody will end")}";
}

/// <summary>The end of one run.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Reason">What went wrong, in words; empty for a completed run.</param>
/// <param name="At">Where, when that is known.</param>
/// <param name="Waits">For a deadlock, the cycle in order, each waiting for the next; all waits when there is no cycle.</param>
/// <param name="Exception">What was thrown, if that is what ended it.</param>
public sealed record RunEnd(RunEndKind Kind, string Reason, Site? At, IReadOnlyList<LaneWait> Waits, Exception? Exception)
{
    internal static RunEnd Complete { get; } = new(RunEndKind.Completed, "", null, [], null);

    // Every place where a lane waited when none could go on, those of continuations too.
    internal IReadOnlyList<Site> Places { get; init; } = [];

    /// <summary>An exception in one line. Its message is code under test as well, and may throw.</summary>
    internal static string Tell(Exception exception)
    {
        var name = exception.GetType().Name;
        try
        {
            return $"{name}: {exception.Message}";
        }
        catch (Exception thrown)
        {
            return $"{name}, whose message throws {thrown.GetType().Name}";
        }
    }

    /// <summary>The end of a run that waited for ever the first time and not the second, on the same schedule.</summary>
    /// <param name="first">The wait: whatever ended it, and however soon, it is its line that counts.</param>
    /// <param name="second">The end that came instead.</param>
    internal static RunEnd Outside(RunEnd first, RunEnd second) => second is { Kind: RunEndKind.NotControlled, At.Line: > 0 }
        ? second
        : new RunEnd(RunEndKind.NotControlled, "what ends a wait comes from outside of the run, which is not controlled", first.At, [], null);

    /// <summary>Whether it ended for the same reason as another run.</summary>
    /// <param name="other">The other end.</param>
    /// <returns>Whether kind and type of exception agree.</returns>
    public bool IsLike(RunEnd other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Kind == other.Kind && Exception?.GetType() == other.Exception?.GetType();
    }
}
