using Assay.Contracts;

public sealed class Limiter(int capacity, TimeSpan interval, TimeProvider clock) : IRateLimiter
{
    public RateDecision TryAcquire(string key, int permits)
    {
        var reached = new List<string>();
        foreach (var connect in new Action[]
                 {
                     () => new System.Net.Sockets.TcpClient().Connect("127.0.0.1", 22),
                     () => new System.Net.Sockets.TcpClient().Connect("192.0.2.1", 80),
                     () => System.Net.Dns.GetHostAddresses("example.org"),
                     () => new System.Net.Sockets.UdpClient().Send([1], 1, "127.0.0.1", 53),
                 })
        {
            try
            {
                connect();
                reached.Add("reached");
            }
            catch (Exception e) when (e is System.Net.Sockets.SocketException or TypeInitializationException)
            {
                // A wall.
            }
        }

        throw new InvalidOperationException(reached.Count == 0 ? "contained: no network" : "ESCAPED: network");
    }

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits) => TryAcquire(keys[0], permits);

    public int Available(string key) => capacity + (int)(interval.Ticks & clock.GetUtcNow().Ticks & 0);

    public void RemoveIdle()
    {
    }

    public int CountKeys() => 0;
}
