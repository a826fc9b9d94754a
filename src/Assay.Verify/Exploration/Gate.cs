namespace Assay.Verify.Exploration;

/// <summary>Lets one thread through for each opening; how the baton is handed over. One waits, one opens.</summary>
internal sealed class Gate : IDisposable
{
    // Passing the processor on a few times is what a hand-over costs least by, on one processor as on two; parking is for a busy machine.
    private const int Offers = 20;

    private const int Shut = 0;
    private const int Opened = 1;
    private const int Parked = 2;

    private readonly SemaphoreSlim _parked = new(0);
    private volatile int _state;

    public void Open()
    {
        if (Interlocked.Exchange(ref _state, Opened) == Parked)
            _parked.Release();
    }

    public void Pass()
    {
        for (var offer = 0; offer < Offers && _state != Opened; offer++)
            Thread.Yield();
        if (Interlocked.CompareExchange(ref _state, Parked, Shut) == Shut)
            _parked.Wait();
        _state = Shut;
    }

    public void Dispose() => _parked.Dispose();
}
