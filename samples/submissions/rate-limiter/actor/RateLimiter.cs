using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Assay.Contracts;

namespace Candidate;

/// <summary>An actor: callers put messages into a mailbox, one of them at a time works the mailbox off, and each waits for its own answer.</summary>
public sealed class RateLimiter : IRateLimiter
{
    private readonly ConcurrentQueue<Message> _mailbox = new();
    private readonly Buckets _buckets;
    private int _isWorking;

    public RateLimiter(int capacity, TimeSpan interval, TimeProvider clock) => _buckets = new Buckets(capacity, interval, clock);

    public RateDecision TryAcquire(string key, int permits)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Ask(buckets => buckets.Acquire([key], permits));
    }

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits)
    {
        var asked = keys.ToList();
        if (asked.Count is 0 or > 8 || asked.Exists(key => key is null) || new HashSet<string>(asked, StringComparer.Ordinal).Count < asked.Count)
            throw new ArgumentException("One to eight different keys.", nameof(keys));
        return Ask(buckets => buckets.Acquire(asked, permits));
    }

    public int Available(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Ask(buckets => buckets.Available(key));
    }

    public void RemoveIdle() => Ask(buckets => buckets.RemoveIdle());

    public int CountKeys() => Ask(buckets => buckets.Count);

    private T Ask<T>(Func<Buckets, T> work)
    {
        var message = new Message<T>(work);
        _mailbox.Enqueue(message);
        var spinner = new SpinWait();
        while (!message.IsAnswered)
        {
            // Whoever finds nobody at work is the actor until the mailbox is empty.
            if (Interlocked.CompareExchange(ref _isWorking, 1, 0) == 0)
            {
                while (_mailbox.TryDequeue(out var next))
                    next.Handle(_buckets);
                Volatile.Write(ref _isWorking, 0);
            }
            else
            {
                spinner.SpinOnce();
            }
        }

        return message.Answer();
    }

    private abstract class Message
    {
        private volatile bool _isAnswered;

        public bool IsAnswered => _isAnswered;

        public void Handle(Buckets buckets)
        {
            Run(buckets);
            _isAnswered = true;
        }

        protected abstract void Run(Buckets buckets);
    }

    private sealed class Message<T>(Func<Buckets, T> work) : Message
    {
        private T? _result;
        private ArgumentException? _fault;

        public T Answer() => _fault is null ? _result! : throw _fault;

        protected override void Run(Buckets buckets)
        {
            try
            {
                _result = work(buckets);
            }
            catch (ArgumentException fault)
            {
                _fault = fault;
            }
        }
    }

    // Only ever touched by the actor.
    private sealed class Buckets
    {
        private readonly Dictionary<string, TimeSpan> _fullAt = new(StringComparer.Ordinal);
        private readonly int _capacity;
        private readonly TimeSpan _interval;
        private readonly TimeProvider _clock;
        private readonly long _start;

        public Buckets(int capacity, TimeSpan interval, TimeProvider clock)
        {
            if (capacity < 1 || interval <= TimeSpan.Zero)
                throw new ArgumentOutOfRangeException(capacity < 1 ? nameof(capacity) : nameof(interval));
            (_capacity, _interval, _clock, _start) = (capacity, interval, clock, clock.GetTimestamp());
        }

        public int Count => _fullAt.Count;

        private TimeSpan Now => _clock.GetElapsedTime(_start);

        public RateDecision Acquire(IReadOnlyList<string> keys, int permits)
        {
            if (permits < 1 || permits > _capacity)
                throw new ArgumentOutOfRangeException(nameof(permits));
            var now = Now;
            var most = keys.Max(key => Missing(key, now));
            var remaining = Permits(most);
            if (remaining < permits)
                return new RateDecision(false, remaining, most - _interval * (_capacity - permits));
            foreach (var key in keys)
                _fullAt[key] = now + Missing(key, now) + _interval * permits;
            return new RateDecision(true, remaining - permits, TimeSpan.Zero);
        }

        public int Available(string key) => Permits(Missing(key, Now));

        public bool RemoveIdle()
        {
            var now = Now;
            foreach (var key in _fullAt.Where(pair => pair.Value <= now).Select(pair => pair.Key).ToList())
                _fullAt.Remove(key);
            return true;
        }

        private TimeSpan Missing(string key, TimeSpan now) => _fullAt.TryGetValue(key, out var fullAt) && fullAt > now ? fullAt - now : TimeSpan.Zero;

        private int Permits(TimeSpan missing) => (int)((_interval * _capacity - missing).Ticks / _interval.Ticks);
    }
}
