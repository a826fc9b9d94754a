namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Double-checked locks, right and wrong.</summary>
internal static class DoubleChecked
{
    public static readonly Case A_reference_is_checked_again_under_the_lock = new(Primitive.LockStatement, """
        public sealed class Dictionaries
        {
            private readonly object _gate = new();
            private Dictionary<string, string>? _words;

            public Dictionary<string, string> Words
            {
                get
                {
                    if (_words is null)
                    {
                        lock (_gate)
                        {
                            if (_words is null)
                            {
                                var words = new Dictionary<string, string>();
                                words["one"] = "eins";
                                _words = words;
                            }
                        }
                    }
                    return _words;
                }
            }
        }
        """);

    public static readonly Case The_second_check_is_missing = new(Primitive.LockStatement, """
        public sealed class Connections
        {
            private readonly object _gate = new();
            private HttpClient? _client;

            public HttpClient Client
            {
                get
                {
                    if ({|#0:_client|} is null)
                    {
                        lock (_gate)
                            {|ASSAY2017:_client|} = new HttpClient();
                    }
                    return _client;
                }
            }
        }
        """);

    public static readonly Case A_local_copy_is_checked_again = new(Primitive.ThreadingLock, """
        public sealed class Connections
        {
            private readonly Lock _gate = new();
            private volatile HttpClient? _client;

            public HttpClient Client
            {
                get
                {
                    var client = _client;
                    if (client is not null)
                        return client;
                    lock (_gate)
                        return _client ??= new HttpClient();
                }
            }
        }
        """);

    public static readonly Case The_object_is_published_before_it_is_filled = new(Primitive.ThreadingLock, """
        public sealed class CountryCodes
        {
            private readonly Lock _gate = new();
            private Dictionary<string, int>? _codes;

            public int Of(string country)
            {
                if ({|#1:_codes|} is null)
                {
                    lock (_gate)
                    {
                        if (_codes is null)
                        {
                            {|ASSAY2017:_codes|} = new Dictionary<string, int>();
                            {|#0:_codes.Add("DE", 49)|};
                            _codes.Add("FR", 33);
                        }
                    }
                }
                return _codes[country];
            }
        }
        """);

    public static readonly Case A_volatile_flag_is_set_after_the_work = new(Primitive.LockStatement, """
        public sealed class Schema
        {
            private readonly object _gate = new();
            private volatile bool _ready;
            private string _sql = "";

            public string Sql()
            {
                if (!_ready)
                {
                    lock (_gate)
                    {
                        if (!_ready)
                        {
                            _sql = "create table orders";
                            _ready = true;
                        }
                    }
                }
                return _sql;
            }
        }
        """);

    public static readonly Case The_second_check_uses_another_lock = new(Primitive.LockStatement, """
        public sealed class Fonts
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private List<string>? _families;

            public List<string> Families()
            {
                if (_families == null)
                {
                    lock (_gate)
                    {
                        if (_families == null)
                            {|#0:_families|} = new List<string> { "Serif" };
                    }
                }
                return _families;
            }

            public void Reload()
            {
                lock (_other)
                {
                    {|ASSAY2002:_families|} = new List<string> { "Sans" };
                }
            }
        }
        """);

    public static readonly Case Lazy_initializer_takes_the_lock = new(Primitive.Interlocked, """
        public sealed class Fonts
        {
            private List<string>? _families;
            private object? _gate;
            private bool _made;

            public List<string> Families => LazyInitializer.EnsureInitialized(ref _families, ref _made, ref _gate, () => new List<string> { "Serif" })!;
        }
        """);

    public static readonly Case A_nullable_decimal_is_read_outside_the_lock = new(Primitive.LockStatement, """
        public sealed class Vat
        {
            private readonly object _gate = new();
            private decimal? _rate;

            public decimal Rate(Func<decimal> load)
            {
                if ({|ASSAY2017:_rate|} is null)
                {
                    lock (_gate)
                    {
                        if (_rate is null)
                            {|#0:_rate|} = load();
                    }
                }
                return _rate.Value;
            }
        }
        """);
}
