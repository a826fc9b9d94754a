using Assay.Reference.RateLimiting;
using Assay.Verify;

namespace Assay.Reference.Tests.Mutants;

/// <summary>H-RL-9: drops a key's limit once nobody has asked for a second, whatever has been spent.</summary>
internal sealed class ForgetfulSweep(Func<string, PermitLimit> create, ManualClock clock)
{
    private readonly Dictionary<string, (PermitLimit Limit, long LastCall)> _limits = [];

    public Decision TryAcquire(string key, int permits)
    {
        var limit = _limits.TryGetValue(key, out var kept) ? kept.Limit : create(key);
        _limits[key] = (limit, clock.GetTimestamp());
        return limit.TryAcquire(permits);
    }

    public void Sweep()
    {
        foreach (var (key, (_, lastCall)) in _limits.ToList())
        {
            if (clock.GetElapsedTime(lastCall) >= TimeSpan.FromSeconds(1))
                _limits.Remove(key);
        }
    }
}
