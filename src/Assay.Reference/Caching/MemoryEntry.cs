using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;

namespace Assay.Reference.Caching;

/// <summary>An entry of a <see cref="BoundedMemoryCache"/>: what its maker sets before he disposes it, and nobody after that.</summary>
internal sealed class MemoryEntry(object key, Action<MemoryEntry> store, Action<MemoryEntry> changed) : ICacheEntry
{
    private readonly List<IDisposable> _registrations = [];

    // Guards the registrations and what has become of the entry. Never held while callbacks run.
    private readonly Lock _gate = new();
    private object? _value;
    private bool _hasValue;
    private bool _isDisposed;
    private bool _isGone;
    private bool _isBlamedOnToken;

    public object Key => key;

    public object? Value
    {
        get => _value;
        set => (_value, _hasValue) = (value, true);
    }

    public DateTimeOffset? AbsoluteExpiration { get; set; }

    public TimeSpan? AbsoluteExpirationRelativeToNow
    {
        get;
        set => field = Positive(value);
    }

    public TimeSpan? SlidingExpiration
    {
        get;
        set => field = Positive(value);
    }

    public IList<IChangeToken> ExpirationTokens { get; } = [];

    public IList<PostEvictionCallbackRegistration> PostEvictionCallbacks { get; } = [];

    public CacheItemPriority Priority { get; set; } = CacheItemPriority.Normal;

    public long? Size
    {
        get;
        set => field = value is null or >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A size is not negative.");
    }

    /// <summary>Whether a token says that the value is out of date. Also asked at every read, for tokens that do not call.</summary>
    public bool HasChanged
    {
        get
        {
            for (var i = 0; i < ExpirationTokens.Count; i++)
            {
                if (ExpirationTokens[i].HasChanged)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Stores it, the first time, if it has a value: an exception in the maker's block leaves none behind.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        if (_hasValue)
            store(this);
    }

    /// <summary>Listens to the tokens from now on. One that has changed already calls at once.</summary>
    public void Watch()
    {
        foreach (var token in ExpirationTokens)
        {
            if (token.ActiveChangeCallbacks)
                Keep(token.RegisterChangeCallback(static state => ((MemoryEntry)state!).OnChanged(), this));
        }
    }

    /// <summary>Notes that a token is why it leaves.</summary>
    public void BlameToken()
    {
        lock (_gate)
            _isBlamedOnToken = true;
    }

    /// <summary>Tells those who asked that it has left, once.</summary>
    /// <exception cref="AggregateException">Callbacks threw; all were called.</exception>
    public void Leave(EvictionReason reason)
    {
        lock (_gate)
        {
            if (_isGone)
                return;
            _isGone = true;
            if (_isBlamedOnToken && reason == EvictionReason.Removed)
                reason = EvictionReason.TokenExpired;
        }

        // Nothing is added any more.
        _registrations.ForEach(static registration => registration.Dispose());
        var failures = new List<Exception>();
        foreach (var callback in PostEvictionCallbacks)
        {
            try
            {
                callback.EvictionCallback?.Invoke(key, _value, reason, callback.State);
            }
            catch (Exception failure)
            {
                failures.Add(failure);
            }
        }

        if (failures.Count > 0)
            throw new AggregateException(failures);
    }

    private void OnChanged() => changed(this);

    private void Keep(IDisposable registration)
    {
        lock (_gate)
        {
            if (!_isGone)
            {
                _registrations.Add(registration);
                return;
            }
        }

        registration.Dispose();
    }

    private static TimeSpan? Positive(TimeSpan? span) =>
        span is null || span > TimeSpan.Zero ? span : throw new ArgumentOutOfRangeException(nameof(span), span, "A time to live is positive.");
}
