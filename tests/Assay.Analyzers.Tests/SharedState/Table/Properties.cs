namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Auto-properties, field-backed properties and what init, required and `field` do to them.</summary>
internal static class Properties
{
    public static readonly Case An_auto_property_is_set_without_its_lock = new(Primitive.LockStatement, """
        public sealed class Basket
        {
            private readonly object _gate = new();

            public decimal Total { get; private set; }

            public void Add(decimal price)
            {
                lock (_gate)
                    {|#0:Total|} += price;
            }

            public decimal Checkout()
            {
                lock (_gate)
                {
                    var due = Total;
                    Total = 0m;
                    return due;
                }
            }

            public void ApplyVoucher(decimal percent) => {|ASSAY2005:Total -= Total * percent / 100m|};
        }
        """);

    public static readonly Case An_init_property_is_read_everywhere = new(Primitive.LockStatement, """
        public sealed class RetryBudget
        {
            private readonly object _gate = new();
            private int _spent;

            public required int Limit { get; init; }

            public bool TrySpend()
            {
                lock (_gate)
                {
                    if (_spent >= Limit)
                        return false;
                    _spent++;
                    return true;
                }
            }

            public int Remaining { get { lock (_gate) return Limit - _spent; } }
        }
        """);

    public static readonly Case A_field_backed_property_locks_in_both_accessors = new(Primitive.ThreadingLock, """
        public sealed class Cursor
        {
            private readonly Lock _gate = new();

            public long Position
            {
                get { lock (_gate) return field; }
                set { lock (_gate) field = Math.Max(field, value); }
            }
        }
        """);

    public static readonly Case A_counter_property_of_a_singleton_is_counted_up = new(Primitive.None, """
        using Microsoft.Extensions.DependencyInjection;

        public static class Startup
        {
            public static void Configure(IServiceCollection services) => {|#0:services.AddSingleton<LoginAudit>()|};
        }

        public sealed class LoginAudit
        {
            public int Failures { get; private set; }

            public void Fail(string user)
            {
                if (user.Length > 0)
                    {|ASSAY2005:Failures++|};
            }
        }
        """);

    public static readonly Case A_counter_property_of_a_scoped_service_is_counted_up = new(Primitive.None, """
        using Microsoft.Extensions.DependencyInjection;

        public static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddScoped<LoginAudit>();
        }

        public sealed class LoginAudit
        {
            public int Failures { get; private set; }

            public void Fail(string user)
            {
                if (user.Length > 0)
                    Failures++;
            }
        }
        """);

    public static readonly Case A_lazy_property_uses_lazy = new(Primitive.None, """
        public static class Certificates
        {
            private static readonly Lazy<List<string>> s_roots = new(Load);

            public static IReadOnlyList<string> Roots => s_roots.Value;

            private static List<string> Load() => ["root", "intermediate"];
        }
        """);

    public static readonly Case A_static_property_creates_its_source_on_first_use = new(Primitive.None, """
        public static class Shutdown
        {
            private static CancellationTokenSource? s_source;

            public static CancellationTokenSource Source => {|ASSAY2018:s_source ??= new CancellationTokenSource()|};
        }
        """);

    public static readonly Case A_static_property_remembers_a_pure_text = new(Primitive.None, """
        public static class Build
        {
            private static string? s_version;

            public static string Version => s_version ??= typeof(Build).Assembly.GetName().Version?.ToString() ?? "0.0";
        }
        """);

    public static readonly Case A_volatile_property_is_swapped_whole = new(Primitive.Volatile, """
        public sealed class RouteTable
        {
            private volatile IReadOnlyDictionary<string, string> _routes = new Dictionary<string, string>();

            public IReadOnlyDictionary<string, string> Routes => _routes;

            public void Replace(IReadOnlyDictionary<string, string> routes) => _routes = routes;

            public string Target(string path) => _routes.TryGetValue(path, out var target) ? target : "/";
        }
        """);
}
