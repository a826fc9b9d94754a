namespace Assay.Reference.Caching;

/// <summary>
/// The small queue's share of the cache, found by hill climbing (the idea of Einziger, Eytan, Friedman and Manes, Adaptive Software Cache
/// Management, Middleware 2018): double it or halve it for a while, and keep what raised the hit rate by more than chance. Not safe for
/// concurrent use.
/// </summary>
internal sealed class QueueShare(Func<long> hits)
{
    private const double Smallest = 0.0125;
    private const double Largest = 0.8;

    // Requests an entry: while the queues adjust to a new share, and while its hit rate is measured.
    private const int Settling = 2;
    private const int Measuring = 10;

    // A change of the hit rate that means another workload, and the least that counts as better.
    private const double Upheaval = 0.05;
    private const double Least = 0.005;
    private const int LongestPause = 32;

    // The share that has proved itself so far and its hit rate.
    private double _proven = 0.1;
    private double _provenRate = -1;
    private bool _grows = true;
    private bool _isProbing;
    private bool _isSettling;
    private int _failures;

    // Measurements without a probe; it doubles when neither direction is better, because probes cost hits.
    private int _pause;
    private int _nextPause = 1;

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
        if (requests < (long)entries * (_isSettling ? Settling : Measuring))
            return;
        if (_isSettling)
            _isSettling = false;
        else
            Judge((double)(hitsNow - _hitsBefore) / requests, requests);
        (_hitsBefore, _misses, _nextLook) = (hitsNow, 0, 0);
    }

    private void Judge(double rate, long requests)
    {
        // Two and a half standard deviations of the difference of two measurements.
        var chance = Math.Max(Least, 2.5 * Math.Sqrt(2 * rate * (1 - rate) / requests));
        if (!_isProbing)
        {
            if (_provenRate >= 0 && Math.Abs(rate - _provenRate) > Upheaval)
                (_nextPause, _pause, _failures) = (1, 0, 0);
            _provenRate = rate;
            if (_pause-- <= 0)
                Probe();
        }
        else if (rate > _provenRate + chance)
        {
            (_proven, _provenRate, _failures, _nextPause) = (Value, rate, 0, 1);
            Probe();
        }
        else
        {
            Return();
        }
    }

    private void Probe()
    {
        if (Step() == _proven)
            _grows = !_grows;
        (Value, _isProbing, _isSettling) = (Step(), true, true);
    }

    private void Return()
    {
        (Value, _isProbing, _isSettling, _grows) = (_proven, false, true, !_grows);
        if (++_failures < 2)
            return;
        (_failures, _pause, _nextPause) = (0, _nextPause, Math.Min(LongestPause, _nextPause * 2));
    }

    private double Step() => Math.Clamp(_grows ? _proven * 2 : _proven / 2, Smallest, Largest);
}
