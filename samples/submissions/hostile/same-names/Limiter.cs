namespace Assay.Contracts
{
    public interface IRateLimiter
    {
        bool TryAcquire(string key, int permits);
    }
}

namespace Assay.Jail
{
    public sealed class Driver : Assay.Contracts.IRateLimiter
    {
        public bool TryAcquire(string key, int permits) => true;
    }
}
