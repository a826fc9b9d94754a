// field
public class Thermostat
{
    private readonly object _gate = new();
    private int _low = 18, _high = 22;
    public void Set(int low) { lock (_gate) { _low = low; _high = low + 4; } }
    public string Range { get { lock (_gate) return $"{_low}-{_high}"; } }
}

public class ThermostatBad
{
    private int _low = 18, _high = 22;
    public void Set(int low) { _low = low; _high = low + 4; }
    public string Range => $"{_low}-{_high}";
}

// volatile field
public class StopSign
{
    private volatile bool _stopped;
    public void Stop() => _stopped = true;
    public bool IsStopped => _stopped;
}

public class StopSignBad
{
    private volatile int _stops;
    public bool StopFirst() { if (_stops > 0) return false; _stops++; return true; }
}

// compound assignment
public class Meter
{
    private long _total;
    public void Add(int amount) => Interlocked.Add(ref _total, amount);
    public long Total => Interlocked.Read(ref _total);
}

public class MeterBad
{
    private long _total;
    public void Add(int amount) => _total += amount;
    public long Total => Interlocked.Read(ref _total);
}

// array
public class Votes
{
    private readonly int[] _counts = new int[3];
    public void Cast(int choice) => Interlocked.Increment(ref _counts[choice % 3]);
    public int Of(int choice) => Volatile.Read(ref _counts[choice % 3]);
}

public class VotesBad
{
    private readonly int[] _counts = new int[3];
    public void Cast(int choice) => _counts[choice % 3]++;
    public int Of(int choice) => Volatile.Read(ref _counts[choice % 3]);
}

// indexer
public class Seats
{
    private readonly object _gate = new();
    private readonly string?[] _rows = new string?[4];
    public string? this[int row] { get { lock (_gate) return _rows[row & 3]; } }
    public bool Book(int row, string who)
    {
        lock (_gate)
        {
            if (_rows[row & 3] is not null)
                return false;
            _rows[row & 3] = who;
            return true;
        }
    }
}

public class SeatsBad
{
    private readonly string?[] _rows = new string?[4];
    private string? this[int row] { get => Volatile.Read(ref _rows[row & 3]); set => Volatile.Write(ref _rows[row & 3], value); }
    public bool Book(int row, string who)
    {
        if (this[row] is not null)
            return false;
        this[row] = who;
        return true;
    }
    public string? Who(int row) => this[row];
}

// Interlocked
public class Highest
{
    private int _value;
    public int Value => Volatile.Read(ref _value);
    public void Offer(int value)
    {
        var seen = Volatile.Read(ref _value);
        while (value > seen)
        {
            var before = Interlocked.CompareExchange(ref _value, value, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }
}

public class HighestBad
{
    private int _value;
    public int Value => Volatile.Read(ref _value);
    public void Offer(int value)
    {
        if (value > Volatile.Read(ref _value))
            Interlocked.Exchange(ref _value, value);
    }
}

// Interlocked.And and Or
public class Flags
{
    private int _bits;
    public bool Raise(int bit) => (Interlocked.Or(ref _bits, 1 << (bit & 7)) & 1 << (bit & 7)) == 0;
    public bool Lower(int bit) => (Interlocked.And(ref _bits, ~(1 << (bit & 7))) & 1 << (bit & 7)) != 0;
}

public class FlagsBad
{
    private int _bits;
    public bool Raise(int bit)
    {
        var before = Volatile.Read(ref _bits);
        Volatile.Write(ref _bits, before | 1 << (bit & 7));
        return (before & 1 << (bit & 7)) == 0;
    }
    public bool Lower(int bit) => (Interlocked.And(ref _bits, ~(1 << (bit & 7))) & 1 << (bit & 7)) != 0;
}

// Volatile
public class Latest
{
    private string? _value;
    private bool _isSet;
    private readonly object _gate = new();
    public void Publish(string value)
    {
        lock (_gate)
        {
            if (_isSet)
                return;
            _value = value;
            Volatile.Write(ref _isSet, true);
        }
    }
    public string? Value => Volatile.Read(ref _isSet) ? _value : "none";
}

public class LatestBad
{
    private string? _value;
    private bool _isSet;
    private readonly object _gate = new();
    public void Publish(string value)
    {
        lock (_gate)
        {
            if (_isSet)
                return;
            Volatile.Write(ref _isSet, true);
            _value = value;
        }
    }
    public string? Value => Volatile.Read(ref _isSet) ? Volatile.Read(ref _value) : "none";
}
