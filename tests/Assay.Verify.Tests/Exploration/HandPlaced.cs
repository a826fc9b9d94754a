using Assay.Verify.Exploration;

namespace Assay.Verify.Tests.Exploration;

/// <summary>A small program whose places are written by hand: what instrumentation writes into real code.</summary>
internal sealed class HandPlaced
{
    private readonly SiteTable _sites = new();
    private readonly int _read;
    private readonly int _write;
    private readonly int _acquire;
    private readonly int _spin;
    private readonly int _join;

    public HandPlaced()
    {
        _read = _sites.Add(new Site(SiteKind.Read, "value", "Add", "Program.cs", 1), "value");
        _write = _sites.Add(new Site(SiteKind.Write, "value", "Add", "Program.cs", 2), "value");
        _acquire = _sites.Add(new Site(SiteKind.Acquire, "lock", "Add", "Program.cs", 3));
        _spin = _sites.Add(new Site(SiteKind.Loop, "while", "Add", "Program.cs", 4));
        _join = _sites.Add(new Site(SiteKind.Acquire, "join", "main", "Program.cs", 5));
    }

    public int Value { get; set; }

    public SiteTable Sites => _sites;

    public void Add()
    {
        Arena.Current!.Arena.Step(Arena.Current, _read, this);
        var value = Value;
        Arena.Current.Arena.Log?.AddValue(Arena.Current, value);
        Arena.Current.Arena.Step(Arena.Current, _write, this);
        Value = value + 1;
        Arena.Current.Arena.Log?.AddValue(Arena.Current, Value);
    }

    public void Locked(object gate, Action body)
    {
        var lane = Arena.Current!;
        lane.Arena.Step(lane, _acquire, gate);
        lane.Arena.WaitUntil(lane, _acquire, gate, static (target, waiting) => waiting.Arena.Locks.IsFree(target!, waiting, LockMode.Exclusive));
        lane.Arena.Locks.Take(gate, lane, LockMode.Exclusive);
        try
        {
            body();
        }
        finally
        {
            lane.Arena.Locks.Release(gate, lane, LockMode.Exclusive);
        }
    }

    public void SpinUntil(Func<bool> condition)
    {
        while (!condition())
            Arena.Current!.Arena.Round(Arena.Current, _spin);
    }

    public void Together(params Action[] bodies) =>
        Arena.Current!.Arena.Together(Arena.Current, _join, [.. bodies.Select((body, index) => ($"T{index + 1}", body))]);
}
