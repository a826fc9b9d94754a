// lock
public class Till
{
    private readonly object _gate = new();
    private decimal _cash;
    public bool Pay(decimal amount)
    {
        lock (_gate)
        {
            if (_cash < amount)
                return false;
            _cash -= amount;
            return true;
        }
    }
    public void Fill(decimal amount) { lock (_gate) _cash += amount; }
    public decimal Cash { get { lock (_gate) return _cash; } }
}

public class TillBad
{
    private readonly object _gate = new();
    private decimal _cash;
    public bool Pay(decimal amount)
    {
        lock (_gate)
            if (_cash < amount)
                return false;
        lock (_gate)
            _cash -= amount;
        return true;
    }
    public void Fill(decimal amount) { lock (_gate) _cash += amount; }
    public decimal Cash { get { lock (_gate) return _cash; } }
}

// System.Threading.Lock
public class Tickets
{
    private readonly Lock _gate = new();
    private int _next;
    public int Take() { using (_gate.EnterScope()) return ++_next; }
    public int Taken { get { lock (_gate) return _next; } }
}

public class TicketsBad
{
    private readonly Lock _gate = new(), _other = new();
    private int _next;
    public int Take() { using (_gate.EnterScope()) return ++_next; }
    public int TakeTwo() { lock (_other) return _next += 2; }
}

// Monitor
public class Shelf
{
    private readonly object _gate = new();
    private int _books;
    public int Put()
    {
        Monitor.Enter(_gate);
        try { return ++_books; }
        finally { Monitor.Exit(_gate); }
    }
}

public class ShelfBad
{
    private readonly object _gate = new(), _index = new();
    public void Put() { Monitor.Enter(_gate); try { Monitor.Enter(_index); Monitor.Exit(_index); } finally { Monitor.Exit(_gate); } }
    public void Find() { Monitor.Enter(_index); try { Monitor.Enter(_gate); Monitor.Exit(_gate); } finally { Monitor.Exit(_index); } }
}

// Monitor.Wait and Pulse
public class Mailbox
{
    private readonly object _gate = new();
    private string? _letter;
    public void Post(string letter)
    {
        lock (_gate)
        {
            while (_letter is not null)
                Monitor.Wait(_gate);
            _letter = letter;
            Monitor.PulseAll(_gate);
        }
    }
    public string Collect()
    {
        lock (_gate)
        {
            while (_letter is null)
                Monitor.Wait(_gate);
            var letter = _letter;
            _letter = null;
            Monitor.PulseAll(_gate);
            return letter;
        }
    }
}

public class MailboxBad
{
    private readonly object _gate = new();
    private string? _letter;
    public void Post(string letter)
    {
        lock (_gate)
        {
            _letter = letter;
            Monitor.Pulse(_gate);
        }
    }
    public string Collect()
    {
        if (Volatile.Read(ref _letter) is null)
            lock (_gate)
                Monitor.Wait(_gate);
        lock (_gate)
            return _letter!;
    }
}

// Monitor.TryEnter
public class Refresher
{
    private readonly object _gate = new();
    private int _version;
    public bool TryRefresh()
    {
        var taken = false;
        try
        {
            Monitor.TryEnter(_gate, ref taken);
            if (taken)
                _version++;
            return taken;
        }
        finally
        {
            if (taken)
                Monitor.Exit(_gate);
        }
    }
    public int Version { get { lock (_gate) return _version; } }
}

public class RefresherBad
{
    private readonly object _gate = new();
    private int _version;
    public void Refresh()
    {
        var taken = Monitor.TryEnter(_gate);
        _version++;
        if (taken)
            Monitor.Exit(_gate);
    }
    public int Version { get { lock (_gate) return _version; } }
}

// MethodImplOptions.Synchronized
public class Register
{
    private int _sum;
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.Synchronized)]
    public int Ring(int price) => _sum += price;
    public int Sum { [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.Synchronized)] get => _sum; }
    public void Clear() { lock (this) _sum = 0; }
}

public class RegisterBad
{
    private static int s_sum;
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.Synchronized)]
    public int Ring(int price) => s_sum += price;
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.Synchronized)]
    public static int RingFor(int price) => s_sum += price;
}

// ReaderWriterLockSlim
public class Prices
{
    private readonly ReaderWriterLockSlim _gate = new();
    private readonly Dictionary<string, int> _all = [];
    public int Of(string item)
    {
        _gate.EnterReadLock();
        try { return _all.GetValueOrDefault(item); }
        finally { _gate.ExitReadLock(); }
    }
    public int Raise(string item)
    {
        _gate.EnterUpgradeableReadLock();
        try
        {
            var price = _all.GetValueOrDefault(item) + 1;
            _gate.EnterWriteLock();
            try { return _all[item] = price; }
            finally { _gate.ExitWriteLock(); }
        }
        finally { _gate.ExitUpgradeableReadLock(); }
    }
}

public class PricesBad
{
    private readonly ReaderWriterLockSlim _gate = new();
    private readonly Dictionary<string, int> _all = [];
    public int Raise(string item)
    {
        _gate.EnterReadLock();
        var price = _all.GetValueOrDefault(item) + 1;
        _gate.ExitReadLock();
        _gate.EnterWriteLock();
        try { return _all[item] = price; }
        finally { _gate.ExitWriteLock(); }
    }
}

// ReaderWriterLock
public class Rates
{
    private readonly ReaderWriterLock _gate = new();
    private int _rate;
    public int Rate
    {
        get
        {
            _gate.AcquireReaderLock(Timeout.Infinite);
            try { return _rate; }
            finally { _gate.ReleaseReaderLock(); }
        }
    }
    public int Bump()
    {
        _gate.AcquireWriterLock(Timeout.Infinite);
        try { return ++_rate; }
        finally { _gate.ReleaseWriterLock(); }
    }
}

public class RatesBad
{
    private readonly ReaderWriterLock _gate = new();
    private int _rate;
    // Between reading and writing others may write: to upgrade gives the read lock back.
    public int Bump()
    {
        _gate.AcquireReaderLock(Timeout.Infinite);
        var next = _rate + 1;
        var cookie = _gate.UpgradeToWriterLock(Timeout.Infinite);
        _rate = next;
        _gate.DowngradeFromWriterLock(ref cookie);
        _gate.ReleaseReaderLock();
        return next;
    }
}

// SpinLock
public class Spinner
{
    private SpinLock _gate = new(false);
    private int _turns;
    public int Turn()
    {
        var taken = false;
        try { _gate.Enter(ref taken); return ++_turns; }
        finally { if (taken) _gate.Exit(); }
    }
}

public class SpinnerBad
{
    private readonly SpinLock _gate = new(false);
    private int _turns;
    // A readonly lock is copied before it is taken.
    public int Turn()
    {
        var taken = false;
        try { _gate.Enter(ref taken); return ++_turns; }
        finally { if (taken) _gate.Exit(); }
    }
}

// SpinWait
public class Turnstile
{
    private int _owner;
    private int _value;
    public int Add()
    {
        var spin = new SpinWait();
        while (Interlocked.Exchange(ref _owner, 1) != 0)
            spin.SpinOnce();
        var value = ++_value;
        Volatile.Write(ref _owner, 0);
        return value;
    }
}

public class TurnstileBad
{
    private int _owner;
    private int _value;
    public int Add()
    {
        SpinWait.SpinUntil(() => Volatile.Read(ref _owner) == 0);
        _owner = 1;
        var value = ++_value;
        _owner = 0;
        return value;
    }
}

// named mutex
public class Journal
{
    private static int s_lines;
    public int Append()
    {
        using var gate = new Mutex(false, "Assay.Journal");
        gate.WaitOne();
        try { return ++s_lines; }
        finally { gate.ReleaseMutex(); }
    }
}

public class JournalBad
{
    private static int s_lines;
    public int Append() => Under("Assay.Journal.A");
    public int Import() => Under("Assay.Journal.B");
    private static int Under(string name)
    {
        using var gate = new Mutex(false, name);
        gate.WaitOne();
        try { return ++s_lines; }
        finally { gate.ReleaseMutex(); }
    }
}

// current thread
public class OwnedGate
{
    private int _owner, _depth, _value;
    public int Add()
    {
        Enter();
        Enter();
        var value = ++_value;
        Leave();
        Leave();
        return value;
    }
    private void Enter()
    {
        var me = Environment.CurrentManagedThreadId;
        while (Volatile.Read(ref _owner) != me && Interlocked.CompareExchange(ref _owner, me, 0) != 0)
            Thread.Yield();
        _depth++;
    }
    private void Leave()
    {
        if (--_depth == 0)
            Volatile.Write(ref _owner, 0);
    }
}

public class OwnedGateBad
{
    private int _owner, _value;
    public int Add()
    {
        var me = Thread.CurrentThread.ManagedThreadId;
        while (Volatile.Read(ref _owner) != 0)
            Thread.Yield();
        Volatile.Write(ref _owner, me);
        var value = ++_value;
        if (Volatile.Read(ref _owner) == me)
            Volatile.Write(ref _owner, 0);
        return value;
    }
}
