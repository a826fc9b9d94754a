namespace Assay.Verify.Exploration;

/// <summary>A place where more than one lane could go on.</summary>
/// <param name="Lane">The lane that got here.</param>
/// <param name="Step">Its own number of the step it is about to do.</param>
/// <param name="CanGoOn">Whether it could go on itself: choosing another is then a preemption.</param>
/// <param name="Candidates">The lanes that can go on, a bit each.</param>
internal readonly record struct Choice(int Lane, int Step, bool CanGoOn, ulong Candidates)
{
    /// <summary>The lane that goes on when nobody has a wish.</summary>
    public int Default => CanGoOn ? Lane : System.Numerics.BitOperations.TrailingZeroCount(Candidates);
}

/// <summary>Decides which lane goes on, run after run.</summary>
internal abstract class Scheduler
{
    /// <summary>Prepares a run.</summary>
    /// <returns>False when there is nothing left to try.</returns>
    public abstract bool Begin(Arena arena);

    /// <summary>Whether a change is due at a step, whatever is known about conflicts there: a stored schedule does not depend on what was learnt.</summary>
    public virtual bool IsDue(int lane, int step) => false;

    /// <summary>Chooses one of the candidates.</summary>
    public abstract int Next(in Choice choice, Arena arena);

    /// <summary>Takes note of what a lane has just begun to do, at a place where another could have gone first.</summary>
    public virtual void Performed(Lane lane, Arena arena)
    {
    }

    /// <summary>Whether it is to be told of each step.</summary>
    public virtual bool Watches => false;

    /// <summary>A lane is about to take a step.</summary>
    public virtual void Stepping(Lane lane, int site, object? target)
    {
    }

    /// <summary>A lane has gone round a loop.</summary>
    public virtual void WentRound(Lane lane, int site)
    {
    }

    /// <summary>Takes note of a run's end.</summary>
    public virtual void End(Arena arena)
    {
    }
}
