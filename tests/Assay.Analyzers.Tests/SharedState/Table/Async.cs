namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>State that lives across awaits, and locks that must not.</summary>
internal static class Async
{
    public static readonly Case A_singleton_fills_its_token_across_an_await = new(Primitive.None, """
        using Microsoft.Extensions.DependencyInjection;

        public static class Startup
        {
            public static void Configure(IServiceCollection services) => {|#1:services.AddSingleton<TokenSource>()|};
        }

        public sealed class TokenSource(HttpClient http)
        {
            private string? _token;

            public async Task<string> GetAsync(CancellationToken cancellationToken)
            {
                if ({|#0:_token|} is null)
                    {|ASSAY2006:_token = await http.GetStringAsync("token", cancellationToken)|};
                return _token;
            }
        }
        """);

    public static readonly Case A_singleton_fills_its_token_under_an_async_lock = new(Primitive.AsyncSemaphore, """
        using Microsoft.Extensions.DependencyInjection;

        public static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<TokenSource>();
        }

        public sealed class TokenSource(HttpClient http)
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private string? _token;

            public async Task<string> GetAsync(CancellationToken cancellationToken)
            {
                if (_token is { } known)
                    return known;
                await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    return _token ??= await http.GetStringAsync("token", cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    public static readonly Case A_balance_is_summed_over_an_await = new(Primitive.Volatile, """
        public sealed class Account
        {
            private volatile int _points;

            public int Points => _points;

            public async Task EarnAsync(Task<int> purchase)
            {
                var before = {|#0:_points|};
                var earned = await purchase;
                {|ASSAY2006:_points = before + earned|};
            }
        }
        """);

    public static readonly Case A_balance_is_read_after_the_await = new(Primitive.LockStatement, """
        public sealed class Account
        {
            private readonly object _gate = new();
            private int _points;

            public int Points { get { lock (_gate) return _points; } }

            public async Task EarnAsync(Task<int> purchase)
            {
                var earned = await purchase;
                lock (_gate)
                    _points += earned;
            }
        }
        """);

    public static readonly Case A_field_is_added_to_with_an_await_inside = new(Primitive.Interlocked, """
        public sealed class Downloads
        {
            private long _bytes;

            public long Bytes => Interlocked.Read(ref _bytes);

            public async Task FetchAsync(HttpClient http, Uri address)
            {
                var content = await http.GetByteArrayAsync(address);
                Interlocked.Add(ref _bytes, content.Length);
            }
        }
        """);

    public static readonly Case An_await_between_enter_and_exit_of_a_lock = new(Primitive.ThreadingLock, """
        public sealed class Mailbox
        {
            private readonly Lock _gate = new();
            private readonly Queue<string> _drafts = new();

            public async Task FlushAsync(Func<string, Task> send)
            {
                {|#0:_gate.Enter()|};
                try
                {
                    while (_drafts.TryDequeue(out var draft))
                        {|ASSAY2014:await send(draft)|};
                }
                finally
                {
                    _gate.Exit();
                }
            }
        }
        """);

    public static readonly Case A_batch_is_taken_under_the_lock_and_sent_after_it = new(Primitive.ThreadingLock, """
        public sealed class Mailbox
        {
            private readonly Lock _gate = new();
            private readonly Queue<string> _drafts = new();

            public void Write(string draft)
            {
                lock (_gate)
                    _drafts.Enqueue(draft);
            }

            public async Task FlushAsync(Func<string, Task> send)
            {
                string[] batch;
                lock (_gate)
                {
                    batch = _drafts.ToArray();
                    _drafts.Clear();
                }
                foreach (var draft in batch)
                    await send(draft);
            }
        }
        """);

    public static readonly Case A_mutex_is_held_over_an_await = new(Primitive.Mutex, """
        public sealed class Journal : IDisposable
        {
            private readonly Mutex _mutex = new(false, "journal");

            public async Task AppendAsync(string path, string line)
            {
                {|#0:_mutex.WaitOne()|};
                try
                {
                    {|ASSAY2014:await File.AppendAllTextAsync(path, line)|};
                }
                finally
                {
                    _mutex.ReleaseMutex();
                }
            }

            public void Dispose() => _mutex.Dispose();
        }
        """);

    public static readonly Case An_async_lambda_writes_after_its_await_beside_the_others = new(Primitive.None, """
        public static class Thumbnails
        {
            public static async Task<long> SizeAsync(HttpClient http, IEnumerable<Uri> images)
            {
                long size = 0;
                await Task.WhenAll({|#0:images.Select(async image =>
                {
                    var content = await http.GetByteArrayAsync(image);
                    {|ASSAY2008:size += content.Length|};
                })|});
                return size;
            }
        }
        """);

    public static readonly Case An_async_lambda_writes_before_any_await = new(Primitive.None, """
        public static class Thumbnails
        {
            public static async Task<int> StartedAsync(HttpClient http, IEnumerable<Uri> images)
            {
                var started = 0;
                await Task.WhenAll(images.Select(async image =>
                {
                    started++;
                    await http.GetByteArrayAsync(image);
                }));
                return started;
            }
        }
        """);

    public static readonly Case A_wait_for_a_task_under_the_lock_others_need = new(Primitive.LockStatement, """
        public sealed class Profile(HttpClient http)
        {
            private readonly object _gate = new();
            private string? _json;

            public string Json(string user)
            {
                lock (_gate)
                    return _json ??= {|ASSAY2010:http.GetStringAsync(user).GetAwaiter().GetResult()|};
            }
        }
        """);
}
