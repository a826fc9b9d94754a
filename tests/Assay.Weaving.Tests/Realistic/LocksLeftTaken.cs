public class Importer
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _rows;

    public async Task ImportAsync(string row, CancellationToken token)
    {
        await _turn.WaitAsync(token);
        try
        {
            token.ThrowIfCancellationRequested();
            _rows += int.Parse(row, null);
        }
        finally
        {
            _turn.Release();
        }
    }

    public int Rows
    {
        get
        {
            _turn.Wait();
            try
            {
                return _rows;
            }
            finally
            {
                _turn.Release();
            }
        }
    }
}

public class ImporterBad
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _rows;

    public async Task ImportAsync(string row)
    {
        await _turn.WaitAsync();
        _rows += int.Parse(row, null);
        _turn.Release();
    }

    public async Task<int> RowsAsync()
    {
        await _turn.WaitAsync();
        try
        {
            return _rows;
        }
        finally
        {
            _turn.Release();
        }
    }
}

public class Ledgers
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _sum;

    public bool TryWithdraw(long amount)
    {
        _turn.Wait();
        try
        {
            if (amount <= 0)
                return false;
            _sum -= amount;
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }
}

public class LedgersBad
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _sum;

    public bool TryWithdraw(long amount)
    {
        _turn.Wait();
        if (amount <= 0)
            return false;
        _sum -= amount;
        _turn.Release();
        return true;
    }
}

public class Refresher
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Dictionary<string, string> _known = [];

    public async Task<string> GetAsync(string key, Func<string, Task<string>> load)
    {
        await _one.WaitAsync();
        try
        {
            if (!_known.TryGetValue(key, out var value))
                _known[key] = value = await load(key);
            return value;
        }
        finally
        {
            _one.Release();
        }
    }
}

// The loader fails, and nobody gives the permit back.
public class RefresherBad
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Dictionary<string, string> _known = [];

    public async Task<string> GetAsync(string key, Func<string, Task<string>> load)
    {
        await _one.WaitAsync();
        if (!_known.TryGetValue(key, out var value))
            _known[key] = value = await load(key);
        _one.Release();
        return value;
    }
}

public class Exports
{
    private readonly SemaphoreSlim _slots = new(1, 1);
    private int _done;

    public async Task ExportAsync(int page, CancellationToken token)
    {
        await _slots.WaitAsync(token);
        try
        {
            await Task.Yield();
            token.ThrowIfCancellationRequested();
            _done += page;
        }
        finally
        {
            _slots.Release();
        }
    }
}

// Whoever finds the token cancelled by then leaves without giving the slot back.
public class ExportsBad
{
    private readonly SemaphoreSlim _slots = new(1, 1);
    private int _done;

    public async Task ExportAsync(int page, CancellationToken token)
    {
        await _slots.WaitAsync();
        if (token.IsCancellationRequested)
            return;
        _done += page;
        await Task.Yield();
        _slots.Release();
    }
}

// Takes and gives back in two calls, as its callers want it.
public class Turnstile
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _isInside;
    private int _passed;

    public async Task EnterAsync()
    {
        await _turn.WaitAsync();
        Volatile.Write(ref _isInside, 1);
    }

    public void Leave()
    {
        if (Interlocked.Exchange(ref _isInside, 0) == 1)
            _turn.Release();
    }

    public async Task PassAsync()
    {
        await _turn.WaitAsync();
        _passed++;
        _turn.Release();
    }
}

// A pause keeps the others out until it is over.
public class Intake
{
    private readonly SemaphoreSlim _open = new(1, 1);
    private int _isPaused;
    private int _taken;

    public void Pause()
    {
        _open.Wait();
        if (Interlocked.Exchange(ref _isPaused, 1) == 1)
            _open.Release();
    }

    public void Resume()
    {
        if (Interlocked.Exchange(ref _isPaused, 0) == 1)
            _open.Release();
    }

    public void Take()
    {
        _open.Wait();
        _taken++;
        _open.Release();
    }
}

// Two calls are needed: what was staged is then committed, which gives the lock back.
public class TwoSteps
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private int _stage;
    private int _value;

    public async Task BeginAsync()
    {
        await _gate.WaitAsync();
        Volatile.Write(ref _stage, 1);
    }

    public void Check() => Interlocked.CompareExchange(ref _stage, 2, 1);

    public void Commit()
    {
        if (Interlocked.CompareExchange(ref _stage, 0, 2) == 2)
            _gate.Release();
    }

    public async Task AddAsync()
    {
        await _gate.WaitAsync();
        _value++;
        _gate.Release();
    }
}

// A lease is handed out and gives the permit back when it ends, by a name of its own.
public sealed class Permit(SemaphoreSlim of)
{
    private int _over;

    public void End()
    {
        if (Interlocked.Exchange(ref _over, 1) == 0)
            of.Release();
    }
}

public class Permits
{
    private readonly SemaphoreSlim _all = new(1, 1);
    private int _runs;

    public async Task<Permit> TakeAsync()
    {
        await _all.WaitAsync();
        return new Permit(_all);
    }

    public async Task RunAsync()
    {
        await _all.WaitAsync();
        _runs++;
        _all.Release();
    }
}

// Somebody else of the same assembly gives back what was borrowed.
public class Borrowed
{
    private readonly SemaphoreSlim _all = new(1, 1);
    private int _uses;

    public void Borrow() => _all.Wait();

    public void Use()
    {
        _all.Wait();
        _uses++;
        _all.Release();
    }

    internal void GiveBack() => _all.Release();
}

// When it is shut down nothing more gets in.
public class Closable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _sent;

    public void Send()
    {
        _turn.Wait();
        _sent++;
        _turn.Release();
    }

    public void Close() => _turn.Wait();
}

// The permit comes back by itself after a while.
public class Cooldown
{
    private readonly SemaphoreSlim _ready = new(1, 1);

    public async Task FireAsync()
    {
        await _ready.WaitAsync();
        _ = RearmAsync();
    }

    private async Task RearmAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(1));
        _ready.Release();
    }
}

// What was numbered is asked back by its number.
public class Numbered
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly object _gate = new();
    private Guid _holder;

    public async Task<Guid> TakeAsync()
    {
        await _one.WaitAsync();
        lock (_gate)
            return _holder = Guid.NewGuid();
    }

    public bool Return(Guid holder)
    {
        lock (_gate)
        {
            if (holder == Guid.Empty || holder != _holder)
                return false;
            _holder = Guid.Empty;
        }

        _one.Release();
        return true;
    }

    public async Task WaitForTurnAsync()
    {
        await _one.WaitAsync();
        _one.Release();
    }
}

public class Cells
{
    private SpinLock _spin = new(false);
    private readonly Dictionary<string, int> _cells = [];

    public int? Put(string name, int value)
    {
        var taken = false;
        try
        {
            _spin.Enter(ref taken);
            _cells.Add(name, value);
            return value;
        }
        catch (ArgumentException)
        {
            return null;
        }
        finally
        {
            if (taken)
                _spin.Exit();
        }
    }
}

// What is there already is refused, with the lock held.
public class CellsBad
{
    private SpinLock _spin = new(false);
    private readonly int[] _cells = new int[4];

    public void Put(int place, int value)
    {
        var taken = false;
        _spin.Enter(ref taken);
        _cells[place] = value;
        _spin.Exit();
    }
}

public class Guarded
{
    private readonly object _gate = new();
    private int _value;

    public void Set(int value)
    {
        Monitor.Enter(_gate);
        try
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _value = value;
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }
}

public class GuardedBad
{
    private readonly object _gate = new();
    private int _value;

    public void Set(int value)
    {
        Monitor.Enter(_gate);
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        _value = value;
        Monitor.Exit(_gate);
    }
}
