using System.Diagnostics;

namespace Assay.Grading;

/// <summary>Takes the time of each room. The only part of a record that differs from run to run.</summary>
internal sealed class Phases
{
    private readonly List<PhaseRecord> _records = [];

    /// <summary>The rooms so far.</summary>
    public IReadOnlyList<PhaseRecord> Records => _records;

    /// <summary>Notes how long a part of the last room took. Its processor time is in the room's.</summary>
    public void Add(string name, double milliseconds) => _records.Add(new PhaseRecord(name, milliseconds, 0));

    /// <summary>Runs a room.</summary>
    /// <param name="name">The room's name.</param>
    /// <param name="room">What it does.</param>
    /// <param name="cpu">Processor time of its child processes, asked afterwards.</param>
    public T Time<T>(string name, Func<T> room, Func<TimeSpan>? cpu = null)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            return room();
        }
        finally
        {
            _records.Add(new PhaseRecord(name, Stopwatch.GetElapsedTime(began).TotalMilliseconds, cpu?.Invoke().TotalMilliseconds ?? 0));
        }
    }
}
