namespace Assay.Verify.Exploration;

/// <summary>
/// The time of a run. It moves only when every lane waits, and then to the next alarm, or when one spins while all others wait: what a program does takes no
/// time, and nothing is settled by who sleeps longer than whose work lasts.
/// </summary>
internal sealed class VirtualClock
{
    private readonly PriorityQueue<Alarm, (TimeSpan Due, int Number)> _alarms = new();
    private int _number;

    public TimeSpan Now { get; private set; }

    /// <summary>Whether anything waits for time to pass.</summary>
    public bool HasAlarms => _alarms.UnorderedItems.Any(item => !item.Element.IsCancelled);

    public void Clear()
    {
        _alarms.Clear();
        (Now, _number) = (TimeSpan.Zero, 0);
    }

    public Alarm Add(TimeSpan after, Action ring)
    {
        var alarm = new Alarm(ring);
        var due = after < TimeSpan.MaxValue - Now ? Now + after : TimeSpan.MaxValue;
        _alarms.Enqueue(alarm, (due, _number++));
        return alarm;
    }

    /// <summary>Moves to the next alarm and rings it, and with it all that are due at the same moment, in the order they were set.</summary>
    /// <returns>False when none is set.</returns>
    public bool FireNext()
    {
        while (_alarms.TryDequeue(out var alarm, out var key))
        {
            if (alarm.IsCancelled)
                continue;
            Now = key.Due;
            alarm.Ring();
            Advance(TimeSpan.Zero);
            return true;
        }

        return false;
    }

    /// <summary>Moves by some time and rings what is due by then.</summary>
    public void Advance(TimeSpan by)
    {
        var until = by < TimeSpan.MaxValue - Now ? Now + by : TimeSpan.MaxValue;
        while (_alarms.TryPeek(out var alarm, out var key) && key.Due <= until)
        {
            _alarms.Dequeue();
            if (alarm.IsCancelled)
                continue;
            Now = key.Due;
            alarm.Ring();
        }

        Now = until;
    }

    internal sealed class Alarm(Action ring)
    {
        public bool IsCancelled { get; private set; }

        public void Ring() => ring();

        public void Cancel() => IsCancelled = true;
    }
}
