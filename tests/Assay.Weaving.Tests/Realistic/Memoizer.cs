public sealed class Memoizer<TIn, TOut> where TIn : notnull
{
    private readonly ConcurrentDictionary<TIn, Lazy<TOut>> _known = new();
    private readonly Func<TIn, TOut> _compute;
    private int _computed;

    public Memoizer(Func<TIn, TOut> compute) => _compute = compute;

    public TOut this[TIn input] => _known.GetOrAdd(input, key => new Lazy<TOut>(() =>
    {
        Interlocked.Increment(ref _computed);
        return _compute(key);
    })).Value;

    public int Computed => Volatile.Read(ref _computed);
}

public sealed class MemoizerBad<TIn, TOut> where TIn : notnull
{
    private readonly ConcurrentDictionary<TIn, TOut> _known = new();
    private readonly Func<TIn, TOut> _compute;
    private int _computed;

    public MemoizerBad(Func<TIn, TOut> compute) => _compute = compute;

    public TOut this[TIn input] => _known.GetOrAdd(input, key =>
    {
        Interlocked.Increment(ref _computed);
        return _compute(key);
    });

    public int Computed => Volatile.Read(ref _computed);
}
