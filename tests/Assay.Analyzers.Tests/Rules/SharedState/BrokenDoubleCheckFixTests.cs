using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class BrokenDoubleCheckFixTests : RuleTests<BrokenDoubleCheck, BrokenDoubleCheckFix>
{
    [Fact]
    public Task A_static_creation_becomes_a_Lazy() => Fixes(
        """
        public sealed class Countries
        {
            private static readonly object s_gate = new object();
            // Read on first use.
            private static volatile Countries? s_all;

            public static Countries All
            {
                get
                {
                    if (s_all == null)
                    {
                        lock (s_gate)
                        {
                            [|s_all|] = new Countries();
                        }
                    }
                    return s_all;
                }
            }

            public static Countries Other() => new();
        }
        """,
        """
        public sealed class Countries
        {
            // Read on first use.
            private static readonly Lazy<Countries> s_all = new(() => new Countries());

            public static Countries All => s_all.Value;

            public static Countries Other() => new();
        }
        """);

    [Fact]
    public Task A_static_method_with_early_returns_becomes_a_Lazy() => Fixes(
        """
        static class Codes
        {
            static readonly Lock s_gate = new();
            static string? s_text;
            static int s_reads;

            public static string Get()
            {
                if (s_text is not null) return s_text;
                lock (s_gate)
                {
                    [|s_text|] = File.ReadAllText("codes");
                    return s_text;
                }
            }

            public static void Count() { lock (s_gate) s_reads++; }
        }
        """,
        """
        static class Codes
        {
            static readonly Lock s_gate = new();
            static readonly Lazy<string> s_text = new(() => File.ReadAllText("codes"));
            static int s_reads;

            public static string Get() => s_text.Value;

            public static void Count() { lock (s_gate) s_reads++; }
        }
        """);

    [Fact]
    public Task A_static_struct_becomes_a_Lazy() => Fixes(
        """
        static class Rates
        {
            private static readonly object s_gate = new();
            private static decimal? s_rate;

            public static decimal Current()
            {
                if ([|s_rate|] == null)
                {
                    lock (s_gate)
                    {
                        if (s_rate == null)
                        {
                            s_rate = decimal.Parse(File.ReadAllText("rate"));
                        }
                    }
                }
                return s_rate.Value;
            }
        }
        """,
        """
        static class Rates
        {
            private static readonly Lazy<decimal> s_rate = new(() => decimal.Parse(File.ReadAllText("rate")));

            public static decimal Current() => s_rate.Value;
        }
        """);

    [Fact]
    public Task An_instance_field_is_assigned_only_when_it_is_still_null() => Fixes(
        """
        class C
        {
            readonly object _gate = new();
            List<int>? _list;
            public List<int> Get()
            {
                if (_list == null)
                {
                    lock (_gate)
                    {
                        // Empty at first.
                        [|_list|] = new List<int>();
                    }
                }
                return _list;
            }
        }
        """,
        """
        class C
        {
            readonly object _gate = new();
            List<int>? _list;
            public List<int> Get()
            {
                if (_list == null)
                {
                    lock (_gate)
                    {
                        // Empty at first.
                        _list ??= new List<int>();
                    }
                }
                return _list;
            }
        }
        """);

    [Fact]
    public Task Several_statements_are_wrapped_in_the_second_check() => Fixes(
        """
        class C
        {
            readonly object _gate = new();
            volatile bool _started;
            Thread? _thread;
            public void Start()
            {
                if (!_started)
                {
                    lock (_gate)
                    {
                        _thread = new Thread(() => { });
                        _thread.Start(); // runs until the end
                        [|_started|] = true;
                    }
                }
            }
        }
        """,
        """
        class C
        {
            readonly object _gate = new();
            volatile bool _started;
            Thread? _thread;
            public void Start()
            {
                if (!_started)
                {
                    lock (_gate)
                    {
                        if (!_started)
                        {
                            _thread = new Thread(() => { });
                            _thread.Start(); // runs until the end
                            _started = true;
                        }
                    }
                }
            }
        }
        """);

    [Fact]
    public Task An_early_return_is_repeated_inside() => Fixes(
        """
        class C
        {
            readonly SemaphoreSlim _gate = new(1, 1);
            string? _token;
            public async Task<string> GetAsync(CancellationToken ct)
            {
                if (_token is not null)
                    return _token;
                await _gate.WaitAsync(ct);
                try
                {
                    [|_token|] = await File.ReadAllTextAsync("token", ct);
                    return _token;
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """,
        """
        class C
        {
            readonly SemaphoreSlim _gate = new(1, 1);
            string? _token;
            public async Task<string> GetAsync(CancellationToken ct)
            {
                if (_token is not null)
                    return _token;
                await _gate.WaitAsync(ct);
                try
                {
                    if (_token is not null)
                        return _token;
                    _token = await File.ReadAllTextAsync("token", ct);
                    return _token;
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task A_map_is_assigned_after_it_is_filled() => Fixes(
        """
        class C
        {
            readonly object _gate = new();
            Dictionary<string, int>? _map;
            public Dictionary<string, int> Get()
            {
                if (_map == null)
                {
                    lock (_gate)
                    {
                        if (_map == null)
                        {
                            [|_map|] = new Dictionary<string, int>();
                            foreach (var line in File.ReadAllLines("a"))
                            {
                                _map.Add(line, _map.Count);
                            }
                        }
                    }
                }
                return _map;
            }
        }
        """,
        """
        class C
        {
            readonly object _gate = new();
            Dictionary<string, int>? _map;
            public Dictionary<string, int> Get()
            {
                if (_map == null)
                {
                    lock (_gate)
                    {
                        if (_map == null)
                        {
                            var map = new Dictionary<string, int>();
                            foreach (var line in File.ReadAllLines("a"))
                            {
                                map.Add(line, map.Count);
                            }
                            _map = map;
                        }
                    }
                }
                return _map;
            }
        }
        """);

    [Fact]
    public Task A_flag_is_set_after_what_it_announces() => Fixes(
        """
        class C
        {
            readonly object _gate = new();
            volatile bool _initialized;
            string? _name;
            public string? Name()
            {
                if (!_initialized)
                {
                    lock (_gate)
                    {
                        if (!_initialized)
                        {
                            [|_initialized|] = true;
                            _name = File.ReadAllText("a");
                        }
                    }
                }
                return _name;
            }
        }
        """,
        """
        class C
        {
            readonly object _gate = new();
            volatile bool _initialized;
            string? _name;
            public string? Name()
            {
                if (!_initialized)
                {
                    lock (_gate)
                    {
                        if (!_initialized)
                        {
                            _name = File.ReadAllText("a");
                            _initialized = true;
                        }
                    }
                }
                return _name;
            }
        }
        """);

    [Fact]
    public Task A_check_by_a_local_copy_is_left_to_the_author() => Fixes(
        """
        class C
        {
            readonly object _gate = new();
            List<int>? _list;
            public List<int> Get()
            {
                var list = _list;
                if (list == null)
                {
                    lock (_gate)
                    {
                        list = new List<int>();
                        [|_list|] = list;
                    }
                }
                return list;
            }
        }
        """,
        """
        class C
        {
            readonly object _gate = new();
            List<int>? _list;
            public List<int> Get()
            {
                var list = _list;
                if (list == null)
                {
                    lock (_gate)
                    {
                        list = new List<int>();
                        [|_list|] = list;
                    }
                }
                return list;
            }
        }
        """);
}
