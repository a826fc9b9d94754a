namespace Assay.Reference.Caching;

/// <summary>
/// The small queue's share of the cache, found by hill climbing: a step, and if the hit rate of the next period is worse, a step back
/// (Einziger, Eytan, Friedman and Manes, Adaptive Software Cache Management, Middleware 2018). Not safe for concurrent use.
/// </summary>
internal sealed class QueueShare(Func<long> hits)
{
    private const double Smallest = 0.01;
    private const double Largest = 0.8;
    private const double FirstStep = 0.0625;

    // A change of the hit rate that means another workload, not another share.
    private const double Upheaval = 0.05;

    // Requests an entry in a period.
    private const int Period = 10;

    private double _step = FirstStep;
    private double _rateBefore = -1;
    private long _hitsBefore;
    private long _misses;
    private long _nextLook;

    public double Value { get; private set; } = 0.1;

    /// <summary>A miss led to an addition; so many entries there are.</summary>
    public void Missed(int entries)
    {
        // The hits are summed over all threads: not at every miss.
        if (++_misses < _nextLook)
            return;
        _nextLook = _misses + 1 + (entries / 8);
        var hitsNow = hits();
        var requests = hitsNow - _hitsBefore + _misses;
        if (requests < (long)entries * Period)
            return;
        Climb((double)(hitsNow - _hitsBefore) / requests);
        (_hitsBefore, _misses, _nextLook) = (hitsNow, 0, 0);
    }

    private void Climb(double rate)
    {
        if (_rateBefore >= 0)
        {
            var change = rate - _rateBefore;
            var direction = Math.Sign(_step) * (change < 0 ? -1 : 1);
            _step = Math.Abs(change) >= Upheaval ? direction * FirstStep : direction * Math.Abs(_step) * 0.98;
            Value = Math.Clamp(Value + _step, Smallest, Largest);
        }

        _rateBefore = rate;
    }
}
