using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>
/// What is known of a call while it runs. Above all what became of its attempts that give up: to enter at once or never, or to wait for no longer than a time. That an attempt is refused because another
/// thread is inside is an answer that its caller has to live with, and one that no order of the calls explains unless it is refused there too.
/// </summary>
internal sealed class CallRecord
{
    private readonly List<bool> _granted = [];

    /// <summary>Attempt by attempt, whether to refuse it whatever the state; null to refuse none.</summary>
    public string? Script { get; set; }

    /// <summary>Attempt by attempt: 1 for one that was granted, 0 for one that was refused.</summary>
    public override string ToString() => string.Concat(_granted.Select(one => one ? '1' : '0'));

    /// <summary>The call's number in its program.</summary>
    public int Call { get; set; }

    /// <summary>Whether the call has run work that it was handed, or let time pass: meanwhile others may see what it is at.</summary>
    public bool RunsWork { get; private set; }

    /// <summary>Whether it has asked how many permits are free, which tells what others hold just then.</summary>
    public bool ReadsGauge { get; private set; }

    public static void NoteGauge()
    {
        if (Arena.Current is { } lane)
            Of(lane).ReadsGauge = true;
    }

    /// <summary>The call that the running lane works for runs work that is not its own.</summary>
    public static void NoteWork()
    {
        if (Arena.Current is { } lane)
            Of(lane).RunsWork = true;
    }

    /// <summary>Whether a call has waited for no longer than a time: what passing time leads to is worth a look.</summary>
    public static bool HasTimed(Arena arena) => arena.ShadowOf<TimedWaits>(typeof(TimedWaits)).HasAny;

    /// <summary>Makes an attempt for the call that a lane works for.</summary>
    public static bool Attempt(Lane lane, Func<bool> attempt, TimeSpan? patience = null)
    {
        if (patience > TimeSpan.Zero)
            lane.Arena.ShadowOf<TimedWaits>(typeof(TimedWaits)).HasAny = true;
        var record = Of(lane);
        var index = record._granted.Count;
        record._granted.Add(false);
        return record._granted[index] = !record.IsScripted(index) && attempt();
    }

    /// <summary>The record of the call that a lane works for: continuations and tasks draw their chance from where it does.</summary>
    public static CallRecord Of(Lane lane) => lane.Arena.ShadowOf<CallRecord>(lane.Chance);

    private bool IsScripted(int index) => Script is { } script && index < script.Length && script[index] == '0';

    private sealed class TimedWaits
    {
        public bool HasAny { get; set; }
    }
}
