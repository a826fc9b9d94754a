namespace Assay.Verify.Exploration;

/// <summary>The thread that a lane stands for. Real threads carry several lanes, so what belongs to a thread belongs to this one.</summary>
/// <param name="number">Its number, as code under test sees it.</param>
internal sealed class LaneThread(int number)
{
    public int Number { get; } = number;

    /// <summary>What code under test is shown; null before it asks.</summary>
    public Thread? Shown { get; set; }
}
