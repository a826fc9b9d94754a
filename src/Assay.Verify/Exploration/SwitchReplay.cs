namespace Assay.Verify.Exploration;

/// <summary>Follows a stored schedule, and the default where it is silent.</summary>
internal sealed class SwitchReplay(SwitchList schedule) : Scheduler
{
    private int _next;

    /// <summary>The default schedule.</summary>
    public static SwitchReplay Default => new(SwitchList.None);

    /// <summary>Whether every change was made: false when the program no longer does what it did.</summary>
    public bool IsComplete => _next == schedule.Switches.Count;

    public override bool Begin(Arena arena)
    {
        _next = 0;
        return true;
    }

    public override bool IsDue(int lane, int step) =>
        _next < schedule.Switches.Count && schedule.Switches[_next] is var change && change.From == lane && change.Step == step;

    public override int Next(in Choice choice, Arena arena)
    {
        if (IsDue(choice.Lane, choice.Step))
        {
            var change = schedule.Switches[_next++];
            if ((choice.Candidates >> change.To & 1) != 0)
                return change.To;
        }

        return choice.Default;
    }
}
