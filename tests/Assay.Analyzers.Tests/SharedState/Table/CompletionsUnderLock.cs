namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Cancel, Dispose and TrySetResult while a lock is held.</summary>
internal static class CompletionsUnderLock
{
    public static readonly Case A_plain_source_is_completed_under_the_lock = new(Primitive.LockStatement, """
        public sealed class Rendezvous
        {
            private readonly object _gate = new();
            private readonly TaskCompletionSource<int> _arrived = new();
            private bool _done;

            public Task<int> Arrived => _arrived.Task;

            public void Arrive(int number)
            {
                lock (_gate)
                {
                    _done = true;
                    {|ASSAY2011:_arrived.TrySetResult(number)|};
                }
            }
        }
        """);

    public static readonly Case A_source_that_continues_elsewhere_is_completed_under_the_lock = new(Primitive.LockStatement, """
        public sealed class Rendezvous
        {
            private readonly object _gate = new();
            private readonly TaskCompletionSource<int> _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
            private bool _done;

            public Task<int> Arrived => _arrived.Task;

            public void Arrive(int number)
            {
                lock (_gate)
                {
                    _done = true;
                    _arrived.TrySetResult(number);
                }
            }
        }
        """);

    public static readonly Case A_waiter_is_taken_from_the_queue_and_completed_under_the_lock = new(Primitive.ThreadingLock, """
        public sealed class AsyncGate
        {
            private readonly Lock _gate = new();
            private readonly Queue<TaskCompletionSource> _waiters = new();
            private int _permits;

            public Task EnterAsync()
            {
                lock (_gate)
                {
                    if (_permits > 0)
                    {
                        _permits--;
                        return Task.CompletedTask;
                    }
                    var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    _waiters.Enqueue(waiter);
                    return waiter.Task;
                }
            }

            public void Leave()
            {
                lock (_gate)
                {
                    if (_waiters.TryDequeue(out var waiter))
                        waiter.SetResult();
                    else
                        _permits++;
                }
            }
        }
        """);

    public static readonly Case A_source_is_cancelled_under_the_lock = new(Primitive.LockStatement, """
        public sealed class Search
        {
            private readonly object _gate = new();
            private CancellationTokenSource? _current;

            public CancellationToken Begin()
            {
                lock (_gate)
                {
                    _current?{|ASSAY2011:.Cancel()|};
                    _current = new CancellationTokenSource();
                    return _current.Token;
                }
            }
        }
        """);

    public static readonly Case A_source_is_swapped_under_the_lock_and_cancelled_after_it = new(Primitive.LockStatement, """
        public sealed class Search
        {
            private readonly object _gate = new();
            private CancellationTokenSource? _current;

            public CancellationToken Begin()
            {
                var next = new CancellationTokenSource();
                CancellationTokenSource? last;
                lock (_gate)
                {
                    last = _current;
                    _current = next;
                }
                last?.Cancel();
                return next.Token;
            }
        }
        """);

    public static readonly Case A_registration_is_disposed_under_the_semaphore = new(Primitive.Semaphore, """
        public sealed class Lease(CancellationToken stop)
        {
            private readonly SemaphoreSlim _turn = new(1, 1);
            private CancellationTokenRegistration _registration;

            public void Renew(Action lost)
            {
                _turn.Wait();
                try
                {
                    {|ASSAY2011:_registration.Dispose()|};
                    _registration = stop.Register(lost);
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        """);

    public static readonly Case A_source_is_cancelled_under_a_spin_lock = new(Primitive.SpinLock, """
        public sealed class Fuse
        {
            private readonly CancellationTokenSource _blown = new();
            private SpinLock _spin = new(false);
            private int _load;

            public void Add(int amperes)
            {
                var taken = false;
                try
                {
                    _spin.Enter(ref taken);
                    _load += amperes;
                    if (_load > 16)
                        {|ASSAY2011:_blown.Cancel()|};
                }
                finally
                {
                    if (taken)
                        _spin.Exit();
                }
            }
        }
        """);

    public static readonly Case A_cancel_async_is_started_under_the_lock = new(Primitive.LockStatement, """
        public sealed class Fuse
        {
            private readonly object _gate = new();
            private readonly CancellationTokenSource _blown = new();
            private int _load;

            public Task AddAsync(int amperes)
            {
                lock (_gate)
                {
                    _load += amperes;
                    return _load > 16 ? _blown.CancelAsync() : Task.CompletedTask;
                }
            }
        }
        """);
}
