using Assay.Reference.Caching;
using Assay.Verify;

namespace Assay.Reference.Tests.Caching;

/// <summary>Plays sequences of events on a real cache, on one thread, beside their definition.</summary>
internal sealed class LoadEvents(Func<CacheOptions<int, int>, ICache<int, int>> create, int length)
{
    private static readonly LoadEvent[] All = Enum.GetValues<LoadEvent>();
    private readonly LoadEvent[] _events = new LoadEvent[length];

    public long Played { get; private set; }

    /// <summary>Every possible sequence of the length, until one differs.</summary>
    public string? FirstDifference() => Extend(0);

    private string? Extend(int position)
    {
        if (position == length)
            return Play();
        var model = new LoadModel();
        foreach (var happening in _events.AsSpan(0, position))
            model.Happen(happening);
        foreach (var happening in All.Where(model.IsPossible))
        {
            _events[position] = happening;
            if (Extend(position + 1) is { } difference)
                return difference;
        }

        return null;
    }

    private string? Play()
    {
        Played++;
        var (model, real) = (new LoadModel(), new RealLoads(create));
        foreach (var happening in _events)
        {
            model.Happen(happening);
            real.Happen(happening);
            if (real.Seen != model.Seen)
                return $"{string.Join(", ", _events)}: after {happening}\n{real.Seen}\nby definition\n{model.Seen}";
        }

        return null;
    }
}

/// <summary>The events on a cache, with factories that end when they are told to.</summary>
internal sealed class RealLoads
{
    private const int Key = 1;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);
    private readonly ManualClock _clock = new();
    private readonly ICache<int, int> _cache;
    private readonly List<(TaskCompletionSource<int> End, CancellationToken Token)> _factories = [];
    private readonly List<(Task<int> Task, CancellationTokenSource Source)> _callers = [];
    private int _sets;

    public RealLoads(Func<CacheOptions<int, int>, ICache<int, int>> create) =>
        _cache = create(new CacheOptions<int, int> { Capacity = 3, Clock = _clock, Terms = new EntryTerms(Life) });

    public string Seen => LoadModel.Describe(
        _callers.Select(caller => State(caller.Task)),
        _factories.Select(factory => factory.Token.IsCancellationRequested),
        _cache.TryGet(Key, out var stored) ? stored : null);

    public void Happen(LoadEvent happening)
    {
        switch (happening)
        {
            case LoadEvent.Arrive:
                var source = new CancellationTokenSource();
                _callers.Add((_cache.GetOrAddAsync(Key, Factory, source.Token).AsTask(), source));
                break;
            case LoadEvent.CancelFirst:
                _callers.First(caller => !caller.Task.IsCompleted).Source.Cancel();
                break;
            case LoadEvent.CancelLast:
                _callers.Last(caller => !caller.Task.IsCompleted).Source.Cancel();
                break;
            case LoadEvent.SucceedFirst:
                Succeed(_factories.FindIndex(factory => !factory.End.Task.IsCompleted));
                break;
            case LoadEvent.SucceedLast:
                Succeed(_factories.FindLastIndex(factory => !factory.End.Task.IsCompleted));
                break;
            case LoadEvent.FailFirst:
                _factories.First(factory => !factory.End.Task.IsCompleted).End.SetException(new InvalidDataException("no such row"));
                break;
            default:
                Invalidate(happening);
                break;
        }
    }

    private void Invalidate(LoadEvent happening)
    {
        switch (happening)
        {
            case LoadEvent.Remove:
                _cache.TryRemove(Key, out _);
                break;
            case LoadEvent.Clear:
                _cache.Clear();
                break;
            case LoadEvent.Set:
                _cache.Set(Key, ++_sets);
                break;
            default:
                _clock.Advance(Life);
                break;
        }
    }

    // Continuations of the factory's task run where it ends, so that the load has ended when this returns.
    private ValueTask<int> Factory(int key, CancellationToken token)
    {
        var end = new TaskCompletionSource<int>();
        _factories.Add((end, token));
        return new ValueTask<int>(end.Task);
    }

    private void Succeed(int number) => _factories[number].End.SetResult(100 + number);

    private static string State(Task<int> task) => task switch
    {
        { IsCompletedSuccessfully: true } => $"{task.GetAwaiter().GetResult()}",
        { IsCanceled: true } => "cancelled",
        { IsFaulted: true } => task.Exception.InnerException is InvalidDataException ? "failed" : $"{task.Exception.InnerException}",
        _ => "waits",
    };
}
