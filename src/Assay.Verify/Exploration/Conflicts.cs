namespace Assay.Verify.Exploration;

/// <summary>
/// Which kinds of location two lanes have used in ways that matter to each other, over all runs so far. An interruption before any other access
/// changes nothing that can be seen, so only conflicting ones are places to interrupt. Knowledge only grows; who searches starts anew when it does.
/// </summary>
internal sealed class Conflicts(int locations)
{
    private readonly ulong[] _readers = new ulong[locations + 1];
    private readonly ulong[] _writers = new ulong[locations + 1];

    /// <summary>Grows with every new use.</summary>
    public int Version { get; private set; }

    /// <summary>Notes an access and tells whether it conflicts with one of another lane.</summary>
    public bool Touch(int location, ulong lane, bool writes)
    {
        // An unknown location may be any.
        if (location == 0)
            return true;
        var known = writes ? _writers : _readers;
        if ((known[location] & lane) == 0)
        {
            known[location] |= lane;
            Version++;
        }

        var others = writes ? _writers[location] | _readers[location] : _writers[location];
        return (others & ~lane) != 0;
    }
}
