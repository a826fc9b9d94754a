// Locks that somebody gives back later: the caller, another call, a lease, time.

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
