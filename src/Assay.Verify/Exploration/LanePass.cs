namespace Assay.Verify.Exploration;

/// <summary>
/// What a lane that makes way again and again does in between. One that goes the same way each time and writes nothing only looks whether anything has changed: it is at rest,
/// though it never waits.
/// </summary>
internal sealed class LanePass
{
    // The first time it may have been in the middle of something.
    private const int SameBeforeRest = 2;

    private ulong _way;
    private ulong _lastWay;
    private int _same;
    private bool _writes;
    private bool _isAtEnd;

    /// <summary>Whether it stands where it makes way, and has found everything as it was.</summary>
    public bool IsIdle => _isAtEnd && _same >= SameBeforeRest;

    public void Clear() => (_way, _lastWay, _same, _writes, _isAtEnd, HasFound) = (0, 0, 0, false, false, false);

    /// <summary>Whether it has gone a way of its own since it was to look again.</summary>
    public bool HasFound { get; private set; }

    /// <summary>There may be something new to be seen.</summary>
    public void LookAgain() => (_same, HasFound) = (0, false);

    /// <summary>It comes to a place.</summary>
    public void Note(int site, bool writes)
    {
        _way = HappensBefore.Mix(_way, (ulong)site);
        _writes |= writes;
        _isAtEnd = false;
    }

    /// <summary>It makes way.</summary>
    public void End()
    {
        var isSame = !_writes && _way == _lastWay;
        _same = isSame ? _same + 1 : 0;
        HasFound |= !isSame;
        (_lastWay, _way, _writes, _isAtEnd) = (_way, 0, false, true);
    }
}
