namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Types that are shared because somebody registered them so.</summary>
internal static class Registrations
{
    public static readonly Case A_singleton_creates_its_connection_on_first_use = new(Primitive.None, """
        using Microsoft.Data.Sqlite;
        using Microsoft.Extensions.DependencyInjection;

        public static class Startup
        {
            public static void Configure(IServiceCollection services) => {|#1:services.AddSingleton<Archive>()|};
        }

        public sealed class Archive
        {
            private SqliteConnection? _connection;

            public SqliteConnection Connection
            {
                get
                {
                    if ({|#0:_connection|} == null)
                        {|ASSAY2018:_connection = new SqliteConnection("Data Source=archive.db")|};
                    return _connection;
                }
            }
        }
        """);

    public static readonly Case A_transient_creates_its_connection_on_first_use = new(Primitive.None, """
        using Microsoft.Data.Sqlite;
        using Microsoft.Extensions.DependencyInjection;

        public static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddTransient<Archive>();
        }

        public sealed class Archive
        {
            private SqliteConnection? _connection;

            public SqliteConnection Connection => _connection ??= new SqliteConnection("Data Source=archive.db");
        }
        """);

    public static readonly Case A_singleton_behind_an_interface_hashes_with_one_object = new(Primitive.None, """
        using System.Security.Cryptography;
        using Microsoft.Extensions.DependencyInjection;

        public interface IFingerprint
        {
            string Of(byte[] content);
        }

        public static class Startup
        {
            public static void Configure(IServiceCollection services) => {|#1:services.AddSingleton<IFingerprint, Fingerprint>()|};
        }

        public sealed class Fingerprint : IFingerprint
        {
            private readonly SHA256 _hash = SHA256.Create();

            public string Of(byte[] content) => Convert.ToHexString({|#0:{|ASSAY2020:_hash|}|}.ComputeHash(content));
        }
        """);

    public static readonly Case A_singleton_hashes_with_the_static_method = new(Primitive.None, """
        using System.Security.Cryptography;
        using Microsoft.Extensions.DependencyInjection;

        public static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Fingerprint>();
        }

        public sealed class Fingerprint
        {
            private readonly string _prefix = "sha256:";

            public string Of(byte[] content) => _prefix + Convert.ToHexString(SHA256.HashData(content));
        }
        """);

    public static readonly Case A_hosted_service_alone_uses_its_counter = new(Primitive.None, """
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;

        public static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddHostedService<Heartbeat>();
        }

        public sealed class Heartbeat : BackgroundService
        {
            private int _beats;

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    _beats++;
                    Console.WriteLine(_beats);
                    await Task.Delay(1000, stoppingToken);
                }
            }
        }
        """);

    public static readonly Case A_hosted_service_shares_its_counter_with_a_timer = new(Primitive.None, """
        using Microsoft.Extensions.Hosting;

        public sealed class Heartbeat : IHostedService, IDisposable
        {
            private Timer? _timer;
            private int _beats;

            public Task StartAsync(CancellationToken cancellationToken)
            {
                _timer = new Timer({|#1:_ => {|ASSAY2005:{|#2:_beats|}++|}|}, null, 0, 1000);
                return Task.CompletedTask;
            }

            public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

            public void Skip(int beats) => {|ASSAY2005:{|#0:_beats|} += beats|};

            public void Dispose() => _timer?.Dispose();
        }
        """);

    public static readonly Case A_singleton_keeps_its_state_in_a_concurrent_dictionary = new(Primitive.None, """
        using System.Collections.Concurrent;
        using Microsoft.Extensions.DependencyInjection;

        public static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Presence>();
        }

        public sealed class Presence
        {
            private readonly ConcurrentDictionary<string, int> _online = new();

            public void Come(string user) => _online.AddOrUpdate(user, 1, (_, count) => count + 1);

            public void Go(string user) => _online.AddOrUpdate(user, 0, (_, count) => Math.Max(0, count - 1));
        }
        """);

    public static readonly Case A_singleton_checks_its_concurrent_dictionary_and_then_adds = new(Primitive.None, """
        using System.Collections.Concurrent;
        using Microsoft.Extensions.DependencyInjection;

        public static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Presence>();
        }

        public sealed class Presence
        {
            private readonly ConcurrentDictionary<string, int> _online = new();

            public void Come(string user)
            {
                if ({|#0:_online.ContainsKey(user)|})
                    {|ASSAY2003:_online[user]++|};
                else
                    {|ASSAY2003:_online.TryAdd(user, 1)|};
            }
        }
        """);

    public static readonly Case A_middleware_counts_its_requests = new(Primitive.None, """
        using Microsoft.AspNetCore.Http;

        public sealed class RequestCounter(RequestDelegate next)
        {
            private long _requests;

            public async Task InvokeAsync(HttpContext context)
            {
                {|ASSAY2005:_requests++|};
                context.Response.Headers["X-Count"] = _requests.ToString();
                await next(context);
            }
        }
        """);

    public static readonly Case A_middleware_counts_atomically = new(Primitive.Interlocked, """
        using Microsoft.AspNetCore.Http;

        public sealed class RequestCounter(RequestDelegate next)
        {
            private long _requests;

            public async Task InvokeAsync(HttpContext context)
            {
                context.Response.Headers["X-Count"] = Interlocked.Increment(ref _requests).ToString();
                await next(context);
            }
        }
        """);

    public static readonly Case A_singleton_keeps_its_sessions_in_a_plain_dictionary = new(Primitive.None, """
        using Microsoft.Extensions.DependencyInjection;

        public static class Startup
        {
            public static void Configure(IServiceCollection services) => {|#1:services.AddSingleton<Sessions>()|};
        }

        public sealed class Sessions
        {
            private readonly Dictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);

            public void Touch(string session, DateTimeOffset now) => {|ASSAY2020:_seen|}[session] = now;

            public void End(string session) => {|#0:_seen|}.Remove(session);
        }
        """);

    public static readonly Case A_singleton_keeps_its_sessions_in_a_concurrent_dictionary = new(Primitive.None, """
        using System.Collections.Concurrent;
        using Microsoft.Extensions.DependencyInjection;

        public static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Sessions>();
        }

        public sealed class Sessions
        {
            private readonly ConcurrentDictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);

            public void Touch(string session, DateTimeOffset now) => _seen[session] = now;

            public void End(string session) => _seen.TryRemove(session, out _);
        }
        """);

    public static readonly Case A_singleton_is_given_the_table_that_its_constructor_fills = new(Primitive.None, """
        using Microsoft.Extensions.DependencyInjection;

        public static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Zones>();
        }

        public sealed class Zones
        {
            private readonly Dictionary<string, int> _hours = new(StringComparer.Ordinal);

            public Zones() => Fill(["utc", "cet"]);

            public int HoursOf(string zone) => _hours.GetValueOrDefault(zone);

            private void Fill(string[] zones)
            {
                for (var i = 0; i < zones.Length; i++)
                    _hours[zones[i]] = i;
            }
        }
        """);
}
