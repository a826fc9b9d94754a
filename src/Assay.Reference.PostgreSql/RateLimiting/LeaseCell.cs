namespace Assay.Reference.PostgreSql.RateLimiting;

/// <summary>What a caller is to do about permits.</summary>
internal enum LeaseStep
{
    /// <summary>They are taken.</summary>
    Taken,

    /// <summary>Wait for who is asking the server, then try again.</summary>
    Wait,

    /// <summary>Ask the server, and say how that ended.</summary>
    Ask,

    /// <summary>The cell has been taken out; look for the one in its place.</summary>
    Retired,
}

/// <summary>The permits of one key that this process holds. One caller at a time asks for more: no process holds two leases of a key.</summary>
internal sealed class LeaseCell(byte[] id)
{
    // Guards all below.
    private readonly Lock _gate = new();
    private int _left;
    private long _takenAt;
    private TaskCompletionSource? _asking;
    private bool _isRetired;

    public byte[] Id => id;

    /// <summary>Takes permits if there are enough that may still be used. Whoever is to ask holds all that were left from then on.</summary>
    public LeaseStep Take(int permits, TimeProvider clock, TimeSpan life, out int left, out Task asked)
    {
        lock (_gate)
        {
            (left, asked) = (0, _asking?.Task ?? Task.CompletedTask);
            if (_isRetired)
                return LeaseStep.Retired;
            if (_asking is not null)
                return LeaseStep.Wait;
            if (_left >= permits && !IsOver(clock, life))
            {
                left = _left -= permits;
                return LeaseStep.Taken;
            }

            _asking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (left, _left) = (_left, 0);
            return LeaseStep.Ask;
        }
    }

    /// <summary>Ends the question: so many are held from now on, since the instant if it is another lease.</summary>
    public void Answered(int left, long? takenAt = null)
    {
        TaskCompletionSource? asking;
        lock (_gate)
        {
            (_left, _takenAt) = (left, takenAt ?? _takenAt);
            (asking, _asking) = (_asking, null);
        }

        asking?.SetResult();
    }

    /// <summary>Takes the cell out of use unless its permits may still be used or are being asked for, and answers how many are left.</summary>
    public bool TryRetire(TimeProvider clock, TimeSpan life, bool isForced, out int left)
    {
        lock (_gate)
        {
            left = 0;
            if (_isRetired || _asking is not null || !(isForced || IsOver(clock, life)))
                return false;
            _isRetired = true;
            (left, _left) = (_left, 0);
            return true;
        }
    }

    private bool IsOver(TimeProvider clock, TimeSpan life) => clock.GetElapsedTime(_takenAt) >= life;
}
