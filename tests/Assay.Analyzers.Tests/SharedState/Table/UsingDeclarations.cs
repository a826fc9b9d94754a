namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Locks that end with a scope: `using` statements and declarations.</summary>
internal static class UsingDeclarations
{
    public static readonly Case A_scope_of_a_lock_covers_the_rest_of_the_method = new(Primitive.ThreadingLock, """
        public sealed class Waitlist
        {
            private readonly Lock _gate = new();
            private readonly List<string> _guests = new();

            public int Join(string guest)
            {
                using var scope = _gate.EnterScope();
                _guests.Add(guest);
                return _guests.Count;
            }

            public bool Leave(string guest)
            {
                using (_gate.EnterScope())
                    return _guests.Remove(guest);
            }
        }
        """);

    public static readonly Case A_scope_begins_after_the_first_access = new(Primitive.ThreadingLock, """
        public sealed class Waitlist
        {
            private readonly Lock _gate = new();
            private readonly List<string> _guests = new();

            public int Join(string guest)
            {
                if ({|#0:_guests|}.Contains(guest))
                    return 0;
                using var scope = _gate.EnterScope();
                {|ASSAY2003:{|#1:_guests|}.Add(guest)|};
                return _guests.Count;
            }

            public bool Leave(string guest)
            {
                using (_gate.EnterScope())
                    return _guests.Remove(guest);
            }
        }
        """);

    public static readonly Case A_scope_ends_with_its_block = new(Primitive.ThreadingLock, """
        public sealed class Waitlist
        {
            private readonly Lock _gate = new();
            private readonly List<string> _guests = new();

            public string? Next()
            {
                {
                    using var scope = _gate.EnterScope();
                    if ({|#1:_guests|}.Count == 0)
                        return null;
                }
                var next = {|ASSAY2001:_guests|}[0];
                {|ASSAY2001:_guests|}.RemoveAt(0);
                return next;
            }

            public void Join(string guest)
            {
                using var scope = _gate.EnterScope();
                {|#0:_guests|}.Add(guest);
            }

            public bool Leave(string guest)
            {
                using var scope = _gate.EnterScope();
                return _guests.Contains(guest) && _guests.Remove(guest);
            }

            public void Clear()
            {
                using var scope = _gate.EnterScope();
                _guests.Clear();
            }
        }
        """);

    public static readonly Case A_scope_is_held_over_an_await = new(Primitive.Wrapper, """
        public sealed class AsyncLock
        {
            private readonly SemaphoreSlim _turn = new(1, 1);

            public async Task<Releaser> LockAsync(CancellationToken cancellationToken = default)
            {
                await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
                return new Releaser(_turn);
            }

            public readonly struct Releaser(SemaphoreSlim turn) : IDisposable
            {
                public void Dispose() => turn.Release();
            }
        }

        public sealed class Wallet(AsyncLock gate)
        {
            private decimal _balance;

            public async Task PayAsync(Func<decimal, Task> charge, decimal amount)
            {
                using var held = await gate.LockAsync();
                if (_balance < amount)
                    return;
                await {|Info2011:charge(amount)|};
                _balance -= amount;
            }

            public async Task TopUpAsync(decimal amount)
            {
                using (await gate.LockAsync())
                    _balance += amount;
            }
        }
        """);

    public static readonly Case A_scope_of_a_wrapper_is_missing_in_one_method = new(Primitive.Wrapper, """
        public sealed class AsyncLock
        {
            private readonly SemaphoreSlim _turn = new(1, 1);

            public async Task<Releaser> LockAsync()
            {
                await _turn.WaitAsync().ConfigureAwait(false);
                return new Releaser(_turn);
            }

            public readonly struct Releaser(SemaphoreSlim turn) : IDisposable
            {
                public void Dispose() => turn.Release();
            }
        }

        public sealed class Wallet
        {
            private readonly AsyncLock _gate = new();
            private decimal _balance;

            public async Task TopUpAsync(decimal amount)
            {
                using (await _gate.LockAsync())
                    _balance += amount;
            }

            public async Task<decimal> BalanceAsync()
            {
                using (await _gate.LockAsync())
                    return {|#0:_balance|};
            }

            public async Task DrainAsync()
            {
                using (await _gate.LockAsync())
                    _balance = 0m;
            }

            public void Correct(decimal balance) => {|ASSAY2001:_balance|} = balance;
        }
        """);

    public static readonly Case A_reader_scope_of_a_wrapper_is_written_in = new(Primitive.Wrapper, """
        public sealed class ReadScope : IDisposable
        {
            private readonly ReaderWriterLockSlim _sync;

            public ReadScope(ReaderWriterLockSlim sync)
            {
                _sync = sync;
                _sync.EnterReadLock();
            }

            public void Dispose() => _sync.ExitReadLock();
        }

        public sealed class Translations
        {
            private readonly ReaderWriterLockSlim _sync = new();
            private readonly Dictionary<string, string> _texts = new();

            public string? Find(string key)
            {
                using (new ReadScope(_sync))
                    return _texts.GetValueOrDefault(key);
            }

            public void Load(IEnumerable<KeyValuePair<string, string>> texts)
            {
                _sync.EnterWriteLock();
                try
                {
                    foreach (var (key, text) in texts)
                        _texts[key] = text;
                }
                finally
                {
                    _sync.ExitWriteLock();
                }
            }
        }
        """);
}
