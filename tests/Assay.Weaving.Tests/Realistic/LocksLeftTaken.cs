// Calls that end and leave a lock taken, and the same written right.
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
