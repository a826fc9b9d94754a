namespace Assay.Cli.Tests.Commands;

/// <summary>Submissions that are graded quickly.</summary>
internal static class Submissions
{
    /// <summary>Compiles, fulfils the form, and does little that is asked.</summary>
    public const string Idle = """
        using System;
        using System.Collections.Generic;
        using Assay.Contracts;

        public sealed class Idle(int capacity, TimeSpan interval, TimeProvider clock) : IRateLimiter
        {
            private readonly Dictionary<string, int> _taken = new();

            public RateDecision TryAcquire(string key, int permits)
            {
                if (interval <= TimeSpan.Zero || clock.GetTimestamp() < 0)
                    throw new ArgumentOutOfRangeException(nameof(key));
                _taken.TryGetValue(key, out var before);
                foreach (var other in _taken.Keys)
                {
                    if (other.Length > key.Length && _taken[other] > before)
                        before += capacity / 2;
                }

                _taken[key] = before + permits;
                throw new NotSupportedException($"{key} has taken {before + permits} of {capacity}");
            }

            public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits)
            {
                for (var i = 0; i < keys.Count; i++)
                {
                    if (keys[i] is null || permits < i)
                        throw new ArgumentException("no key", nameof(keys));
                }

                return TryAcquire(keys[0], permits);
            }

            public int Available(string key) => 0;

            public void RemoveIdle()
            {
            }

            public int CountKeys() => _taken.Count;
        }

        """;
}
