namespace Assay.Reference.Ledger;

/// <summary>A lock of a ledger. A seam of one virtual call, by which tests put every lock under the control of a schedule.</summary>
internal class Gate
{
    private readonly Lock _lock = new();

    public virtual void Enter() => _lock.Enter();

    public virtual void Exit() => _lock.Exit();

    public Hold Held()
    {
        Enter();
        return new Hold(this);
    }

    /// <summary>Gives the lock back at the end of a <c>using</c>.</summary>
    public readonly ref struct Hold(Gate gate)
    {
        public void Dispose() => gate.Exit();
    }
}
