using Assay.Contracts;

public sealed class Limiter(int capacity, TimeSpan interval, TimeProvider clock) : IRateLimiter
{
    public RateDecision TryAcquire(string key, int permits)
    {
        var written = new List<string>();
        foreach (var path in new[] { "/d/x", "/r/x", "/usr/lib/x", "/x", "/dev/x", "/proc/x", "/etc/x", "/dev/shm/x", "/home/x", "/var/tmp/x" })
        {
            try
            {
                File.WriteAllText(path, "x");
                if (!path.StartsWith("/dev/", StringComparison.Ordinal))
                    written.Add(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Closed to us.
            }
        }

        throw new InvalidOperationException(written.Count == 0 ? "contained: read-only" : "ESCAPED: wrote " + string.Join(", ", written));
    }

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits) => TryAcquire(keys[0], permits);

    public int Available(string key) => capacity + (int)(interval.Ticks & clock.GetUtcNow().Ticks & 0);

    public void RemoveIdle()
    {
    }

    public int CountKeys() => 0;
}
