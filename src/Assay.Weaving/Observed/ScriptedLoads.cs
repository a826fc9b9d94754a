using Assay.Verify.Exploration;

namespace Assay.Weaving.Observed;

/// <summary>How a scripted load goes.</summary>
public enum LoadScript
{
    /// <summary>It has its value at once.</summary>
    AtOnce,

    /// <summary>Its value comes later, from another thread.</summary>
    Later,

    /// <summary>It fails later.</summary>
    FailsLater,
}

/// <summary>
/// Loaders that are made where the program runs: nobody outside could be waited for while a schedule is followed. Each load's value names the key and which load of the run it was.
/// </summary>
public sealed class ScriptedLoads
{
    private readonly Site _site = new(SiteKind.Boundary, "load", "loader", "", 0);
    private int _number = -1;

    /// <summary>How many loads the run has had so far.</summary>
    public int Count { get; internal set; }

    /// <summary>A loader.</summary>
    public Func<string, CancellationToken, Task<string>> Of(LoadScript script) => (key, _) => Run(script, key);

    internal void Prepare(SiteTable sites)
    {
        if (_number < 0)
            _number = sites.Add(_site);
        Count = 0;
    }

    private Task<string> Run(LoadScript script, string key)
    {
        var value = $"{key}!{++Count}";
        if (Arena.Current is not { } lane || script == LoadScript.AtOnce)
            return Task.FromResult(value);
        lane.Arena.Step(lane, _number);
        var ended = new TaskCompletionSource<string>();
        lane.Arena.Start("loader", () =>
        {
            var loading = Arena.Current!;
            loading.Arena.Step(loading, _number);
            if (script == LoadScript.FailsLater)
                ended.SetException(new InvalidOperationException("the load fails"));
            else
                ended.SetResult(value);
        });
        return ended.Task;
    }
}
