namespace Assay.Verify.Exploration;

/// <summary>Lets another scheduler choose and writes down where it departs from the default, so that any run can be replayed.</summary>
internal sealed class Recording(Scheduler inner) : Scheduler
{
    private readonly List<Switch> _switches = [];

    public SwitchList Schedule => new([.. _switches]);

    public override bool Begin(Arena arena)
    {
        _switches.Clear();
        return inner.Begin(arena);
    }

    public override int Next(in Choice choice, Arena arena)
    {
        var chosen = inner.Next(choice, arena);
        if (chosen != choice.Default)
            _switches.Add(new Switch(choice.Lane, choice.Step, chosen));
        return chosen;
    }

    public override void Performed(Lane lane, Arena arena) => inner.Performed(lane, arena);

    public override void End(Arena arena) => inner.End(arena);
}
