using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class BrokenDoubleCheckTests : RuleTests<BrokenDoubleCheck, BrokenDoubleCheckFix>
{
    [Fact]
    public Task A_null_check_that_is_not_repeated_under_a_monitor_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            List<int>? _list;
            public List<int> Get()
            {
                if ({|#0:_list|} == null)
                {
                    lock (_gate)
                    {
                        [|_list|] = new List<int>();
                    }
                }
                return _list;
            }
        }
        """,
        messages: ["The double-checked lock of '_list' is broken: it is checked at line 7 before '_gate' is taken and not again inside, so a thread that waited for the lock does it all a second time"]);

    [Fact]
    public Task An_early_return_that_is_not_repeated_is_flagged() => Flags(
        """
        class C
        {
            static readonly Lock s_gate = new();
            static string? s_text;
            public static string Get()
            {
                if ({|#0:s_text|} is not null) return s_text;
                lock (s_gate)
                {
                    [|s_text|] = File.ReadAllText("a");
                    return s_text;
                }
            }
        }
        """);

    [Fact]
    public Task A_flag_that_is_not_checked_again_is_flagged() => Flags(
        """
        class C
        {
            readonly Lock _gate = new();
            volatile bool _started;
            Thread? _thread;
            public void Start()
            {
                if ({|#0:_started|}) return;
                lock (_gate)
                {
                    _thread = new Thread(Run);
                    _thread.Start();
                    [|_started|] = true;
                }
            }
            void Run() { }
        }
        """);

    [Fact]
    public Task An_async_check_that_is_not_repeated_under_a_semaphore_is_flagged() => Flags(
        """
        class C
        {
            readonly SemaphoreSlim _gate = new(1, 1);
            string? _token;
            public async Task<string> GetAsync(CancellationToken ct)
            {
                if ({|#0:_token|} is null)
                {
                    await _gate.WaitAsync(ct);
                    try
                    {
                        [|_token|] = await File.ReadAllTextAsync("token", ct);
                    }
                    finally
                    {
                        _gate.Release();
                    }
                }
                return _token;
            }
        }
        """);

    [Fact]
    public Task A_nullable_number_that_is_not_checked_again_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int? _count;
            public int Count()
            {
                if (!{|#0:_count|}.HasValue)
                    lock (_gate)
                        [|_count|] = Directory.GetFiles(".").Length;
                return _count.Value;
            }
        }
        """);

    [Fact]
    public Task A_check_by_a_local_copy_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            List<int>? _list;
            public List<int> Get()
            {
                var list = _list;
                if ({|#0:list|} == null)
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

    [Fact]
    public Task A_second_check_of_another_field_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            List<int>? _prices;
            List<int>? _stock;
            public List<int> Prices()
            {
                if ({|#0:_prices|} == null)
                {
                    lock (_gate)
                    {
                        if ({|#1:_stock|} == null)
                            [|_prices|] = new List<int>();
                    }
                }
                return _prices!;
            }
            public void Drop() { lock (_gate) { _stock = null; } }
        }
        """,
        messages: ["The double-checked lock of '_prices' is broken: it is checked at line 8 before '_gate' is taken and inside '_stock' is checked instead, so a thread that waited for the lock does it all a second time"]);

    [Fact]
    public Task Two_locks_for_one_creation_are_flagged() => Flags(
        """
        class C
        {
            readonly object _a = new();
            readonly object _b = new();
            string? _text;
            public string First()
            {
                if (_text == null)
                    lock (_a)
                        if (_text == null) {|#0:_text|} = File.ReadAllText("a");
                return _text;
            }
            public string Second()
            {
                if (_text == null)
                    lock (_b)
                        if (_text == null) [|_text|] = File.ReadAllText("a");
                return _text;
            }
        }
        """,
        messages: ["The double-checked lock of '_text' is broken: it is written here under '_b' and at line 10 under '_a', so two threads can do it at once"]);

    [Fact]
    public Task A_map_that_is_filled_after_it_is_assigned_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            Dictionary<string, int>? _map;
            public Dictionary<string, int> Get()
            {
                if ({|#1:_map|} == null)
                {
                    lock (_gate)
                    {
                        if (_map == null)
                        {
                            [|_map|] = new Dictionary<string, int>();
                            foreach (var line in File.ReadAllLines("a"))
                                {|#0:_map.Add(line, 1)|};
                        }
                    }
                }
                return _map;
            }
        }
        """,
        messages: ["The double-checked lock of '_map' is broken: it is set here but complete only at line 15, and until then the check at line 7 lets other threads use it"]);

    [Fact]
    public Task An_object_that_is_configured_after_it_is_assigned_is_flagged() => Flags(
        """
        using System.Net.Http;
        class C
        {
            static readonly Lock s_gate = new();
            static HttpClient? s_client;
            public static HttpClient Get()
            {
                if ({|#1:s_client|} is null)
                {
                    lock (s_gate)
                    {
                        if (s_client is null)
                        {
                            var client = new HttpClient();
                            [|s_client|] = client;
                            {|#0:client.BaseAddress = new Uri("https://example.org")|};
                        }
                    }
                }
                return s_client;
            }
        }
        """);

    [Fact]
    public Task A_flag_that_is_set_before_what_it_announces_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            volatile bool _initialized;
            string? _name;
            public string? Name()
            {
                if (!{|#1:_initialized|})
                {
                    lock (_gate)
                    {
                        if (!_initialized)
                        {
                            [|_initialized|] = true;
                            {|#0:_name|} = File.ReadAllText("a");
                        }
                    }
                }
                return _name;
            }
        }
        """);

    [Fact]
    public Task A_struct_of_two_words_checked_outside_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            decimal? _rate;
            public decimal Rate()
            {
                if ([|_rate|] == null)
                {
                    lock (_gate)
                    {
                        if (_rate == null)
                            {|#0:_rate|} = decimal.Parse(File.ReadAllText("rate"));
                    }
                }
                return _rate.Value;
            }
        }
        """,
        messages: ["The double-checked lock of '_rate' is broken: it is a struct that the write at line 12 changes in several steps, and this read without the lock can see half of them"]);

    [Fact]
    public Task A_plain_flag_before_other_state_is_a_suggestion() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            bool _loaded;
            string? _name;
            public string? Name()
            {
                if (![|_loaded|])
                {
                    lock (_gate)
                    {
                        if (!_loaded)
                        {
                            _name = File.ReadAllText("a");
                            {|#0:_loaded|} = true;
                        }
                    }
                }
                return _name;
            }
        }
        """,
        messages: ["The double-checked lock of '_loaded' is broken: it is not volatile, so a thread that finds it set here need not see '_name', which line 14 wrote before it"],
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_dispose_flag_that_is_not_checked_again_is_a_suggestion() => Flags(
        """
        class C : IDisposable
        {
            readonly object _gate = new();
            bool _disposed;
            public void Dispose()
            {
                if ({|#0:_disposed|}) return;
                lock (_gate)
                {
                    [|_disposed|] = true;
                }
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Code_that_is_being_typed_is_looked_at() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            List<int>? _list;
            public List<int> Get()
            {
                if ({|#0:_list|} == null)
                    lock (_gate)
                        [|_list|] = new List<
            }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task A_right_double_check_of_a_reference_is_ignored() => Ignores(
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
                        if (_list == null)
                            _list = new List<int> { 1, 2 };
                    }
                }
                return _list;
            }
        }
        """);

    [Fact]
    public Task A_right_double_check_with_early_returns_is_ignored() => Ignores(
        """
        class C
        {
            static readonly Lock s_gate = new();
            static string? s_text;
            public static string Get()
            {
                if (s_text is { } known) return known;
                lock (s_gate)
                {
                    if (s_text is { } created) return created;
                    s_text = File.ReadAllText("a");
                    return s_text;
                }
            }
        }
        """);

    [Fact]
    public Task A_coalescing_assignment_under_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            List<int>? _list;
            string? _text;
            public List<int> Get()
            {
                if (_list == null)
                    lock (_gate)
                        _list ??= new List<int>();
                return _list;
            }
            public string Text()
            {
                if (_text == null)
                    lock (_gate)
                        _text = _text ?? File.ReadAllText("a");
                return _text;
            }
        }
        """);

    [Fact]
    public Task A_second_check_of_a_fresh_local_copy_is_ignored() => Ignores(
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
                        list = _list;
                        if (list == null)
                        {
                            list = new List<int>();
                            list.Add(1);
                            _list = list;
                        }
                    }
                }
                return list;
            }
        }
        """);

    [Fact]
    public Task An_async_double_check_with_a_semaphore_is_ignored() => Ignores(
        """
        class C
        {
            readonly SemaphoreSlim _gate = new(1, 1);
            string? _token;
            public async Task<string> GetAsync(CancellationToken ct)
            {
                if (_token is not null) return _token;
                await _gate.WaitAsync(ct).ConfigureAwait(false);
                try
                {
                    if (_token is not null) return _token;
                    _token = await File.ReadAllTextAsync("token", ct).ConfigureAwait(false);
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
    public Task A_double_check_with_Monitor_calls_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            string? _text;
            public string Get()
            {
                if (_text == null)
                {
                    Monitor.Enter(_gate);
                    try
                    {
                        if (_text == null) _text = File.ReadAllText("a");
                    }
                    finally
                    {
                        Monitor.Exit(_gate);
                    }
                }
                return _text;
            }
        }
        """);

    [Fact]
    public Task A_companion_that_is_written_together_counts_as_second_check() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            volatile bool _loaded;
            string? _name;
            public string? Name()
            {
                if (!_loaded)
                {
                    lock (_gate)
                    {
                        if (_name == null)
                        {
                            _name = File.ReadAllText("a");
                            _loaded = true;
                        }
                    }
                }
                return _name;
            }
        }
        """);

    [Fact]
    public Task A_second_check_in_a_property_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            string? _name;
            bool IsLoaded => _name != null;
            public string? Name()
            {
                if (_name == null)
                {
                    lock (_gate)
                    {
                        if (!IsLoaded) _name = File.ReadAllText("a");
                    }
                }
                return _name;
            }
        }
        """);

    [Fact]
    public Task A_volatile_flag_that_is_set_last_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            volatile bool _initialized;
            Dictionary<string, int> _map = new();
            public int Get(string key)
            {
                if (!_initialized)
                {
                    lock (_gate)
                    {
                        if (!_initialized)
                        {
                            _map = new Dictionary<string, int> { ["a"] = 1 };
                            _initialized = true;
                        }
                    }
                }
                return _map[key];
            }
        }
        """);

    [Fact]
    public Task A_flag_that_says_work_has_begun_may_be_set_first() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            volatile bool _started;
            Thread? _thread;
            public bool IsAlive => _thread?.IsAlive == true;
            public void Start()
            {
                if (_started) return;
                lock (_gate)
                {
                    if (_started) return;
                    _started = true;
                    _thread = new Thread(() => { });
                    _thread.Start();
                }
            }
        }
        """);

    [Fact]
    public Task A_check_whose_callers_hold_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            List<int>? _list;
            public int Count() { lock (_gate) return Get().Count; }
            public void Add(int n) { lock (_gate) Get().Add(n); }
            List<int> Get()
            {
                if (_list == null)
                    lock (_gate)
                        _list = new List<int>();
                return _list;
            }
        }
        """);

    [Fact]
    public Task A_setter_that_compares_with_its_value_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            bool _enabled;
            string? _name;
            public bool Enabled { get => _enabled; set { if (_enabled == value) return; lock (_gate) { _enabled = value; } } }
            public string? Name { get => _name; set { if (_name == value) return; lock (_gate) { _name = value; } } }
        }
        """);

    [Fact]
    public Task Emptying_the_field_under_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            Timer? _timer;
            public void Start() { lock (_gate) { _timer = new Timer(_ => { }); } }
            public void Stop()
            {
                if (_timer == null) return;
                lock (_gate)
                {
                    _timer?.Dispose();
                    _timer = null;
                }
            }
        }
        """);

    [Fact]
    public Task A_loop_that_waits_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            volatile bool _done;
            public void Run()
            {
                while (!_done)
                {
                    lock (_gate)
                    {
                        if (Step()) _done = true;
                    }
                }
            }
            static bool Step() => Environment.ProcessorCount > 1;
        }
        """);

    [Fact]
    public Task Creation_in_the_constructor_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            List<int>? _list;
            public C()
            {
                if (_list == null)
                    lock (_gate)
                        _list = new List<int>();
            }
            public int Count() { lock (_gate) return _list!.Count; }
        }
        """);

    [Fact]
    public Task An_atomic_publication_under_no_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            List<int>? _list;
            public List<int> Get()
            {
                if (_list == null)
                    Interlocked.CompareExchange(ref _list, new List<int>(), null);
                lock (_gate) return _list;
            }
        }
        """);

    [Fact]
    public Task Collections_filled_in_a_local_before_they_are_assigned_are_ignored() => Ignores(
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
                            foreach (var line in File.ReadAllLines("a")) map.Add(line, 1);
                            _map = map;
                        }
                    }
                }
                return _map;
            }
        }
        """);

    [Fact]
    public Task A_map_that_is_never_read_without_the_lock_may_be_filled_after() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            Dictionary<string, int>? _map;
            public int Get(string key)
            {
                lock (_gate)
                {
                    if (_map == null)
                    {
                        _map = new Dictionary<string, int>();
                        _map.Add("a", 1);
                    }
                    return _map[key];
                }
            }
        }
        """);

    [Fact]
    public Task A_creation_under_a_read_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly ReaderWriterLockSlim _gate = new();
            string? _text;
            readonly List<string> _parts = [];
            public string Text()
            {
                if (_text != null) return _text;
                _gate.EnterReadLock();
                try
                {
                    return _text = string.Join(" ", _parts);
                }
                finally
                {
                    _gate.ExitReadLock();
                }
            }
        }
        """);

    [Fact]
    public Task A_look_at_the_state_elsewhere_makes_no_double_check() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            decimal? _rate;
            public bool IsKnown => _rate.HasValue;
            public decimal Rate()
            {
                lock (_gate)
                {
                    if (_rate == null) _rate = decimal.Parse(File.ReadAllText("rate"));
                    return _rate.Value;
                }
            }
        }
        """);

    [Theory]
    [InlineData("if (_token != null && DateTime.UtcNow.Ticks < _expiry) return _token;")]
    [InlineData("var token = _token; if (token != null && DateTime.UtcNow.Ticks < _expiry) return token;")]
    [InlineData("if (_token == null || DateTime.UtcNow.Ticks >= _expiry) { } else { return _token; }")]
    public Task A_compound_check_that_is_repeated_under_a_semaphore_is_ignored(string check) => Ignores(Tokens(check, "_token"));

    [Theory]
    [InlineData("")]
    [InlineData("Console.WriteLine(_token);")]
    public Task A_compound_check_that_is_not_repeated_under_a_semaphore_is_flagged(string check) => Flags(Tokens(check, "[|_token|]"));

    [Fact]
    public Task A_question_under_a_write_lock_that_fills_the_field_is_ignored() => Ignores(
        """
        class Factory
        {
            static readonly ReaderWriterLockSlim s_gate = new();
            static readonly Dictionary<string, List<int>> s_all = new();
            volatile List<int>? _mine;
            public List<int> Get(string key)
            {
                if (_mine == null)
                {
                    s_gate.EnterWriteLock();
                    try
                    {
                        if (!s_all.TryGetValue(key, out _mine))
                        {
                            _mine = new List<int>();
                            s_all[key] = _mine;
                        }
                    }
                    finally
                    {
                        s_gate.ExitWriteLock();
                    }
                }
                return _mine;
            }
        }
        """);

    [Fact]
    public Task A_list_that_is_made_when_the_first_entry_comes_is_ignored() => Ignores(
        """
        class Entry
        {
            readonly Lock _gate = new();
            List<int>? _waiting;
            public bool IsIdle => _waiting == null;
            public void Add(int request)
            {
                lock (_gate)
                {
                    if (_waiting == null)
                    {
                        _waiting = new List<int>();
                    }
                    _waiting.Add(request);
                }
            }
        }
        """);

    private static string Tokens(string check, string written) =>
        $$"""
        class Tokens
        {
            readonly SemaphoreSlim _gate = new(1, 1);
            volatile string? _token;
            long _expiry;
            public async Task<string> GetAsync(HttpClient client)
            {
                if (_token != null && DateTime.UtcNow.Ticks < _expiry) return _token;
                await _gate.WaitAsync().ConfigureAwait(false);
                try
                {
                    {{check}}
                    var answer = await client.GetStringAsync("token");
                    {{written}} = answer;
                    _expiry = DateTime.UtcNow.Ticks + 1000;
                    return answer;
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """;

    [Fact]
    public Task A_lock_that_belongs_to_the_pool_is_ignored() => Ignores(
        """
        class Session
        {
            readonly object _poolLock = new();
            readonly Stack<byte[]> _pool = new();
            byte[]? _packet;
            public byte[] Take()
            {
                if (_packet != null) Array.Clear(_packet);
                else
                {
                    lock (_poolLock) { _packet = _pool.Count > 0 ? _pool.Pop() : new byte[8]; }
                }
                return _packet;
            }
            public void Give(byte[] packet)
            {
                lock (_poolLock) { _pool.Push(packet); }
                _packet = null;
            }
        }
        """);

    [Fact]
    public Task A_check_in_a_function_that_does_not_lead_to_the_lock_is_ignored() => Ignores(
        """
        class Symbols
        {
            readonly object _file = new();
            int[]? _locals;
            public int[] Locals()
            {
                lock (_file)
                {
                    if (_locals != null) return _locals;
                    _locals = new int[4];
                    for (var i = 0; i < 4; i++) _locals[i] = i;
                    return _locals;
                }
            }
            public int Write() => _locals != null ? _locals.Length : 0;
        }
        """);

    [Fact]
    public Task A_second_check_before_the_lock_is_given_back_and_taken_again_is_flagged() => Flags(
        """
        class Store
        {
            private readonly object _gate = new();
            private List<int>? _items;
            public List<int> Get()
            {
                if (_items == null)
                {
                    lock (_gate)
                    {
                        if (_items != null) return _items;
                    }
                    var made = new List<int> { 1 };
                    lock (_gate)
                    {
                        [|_items|] = made;
                    }
                }
                return _items;
            }
        }
        """);

    [Fact]
    public Task A_second_check_over_which_the_monitor_is_left_is_flagged() => Flags(
        """
        class Store
        {
            private readonly object _gate = new();
            private List<int>? _items;
            public List<int> Get()
            {
                if (_items == null)
                {
                    Monitor.Enter(_gate);
                    if (_items == null)
                    {
                        Monitor.Exit(_gate);
                        var made = new List<int> { 1 };
                        Monitor.Enter(_gate);
                        [|_items|] = made;
                    }
                    Monitor.Exit(_gate);
                }
                return _items;
            }
        }
        """);

    [Fact]
    public Task A_third_check_after_the_lock_is_taken_again_is_ignored() => Ignores(
        """
        class Store
        {
            private readonly object _gate = new();
            private List<int>? _items;
            public List<int> Get()
            {
                if (_items == null)
                {
                    lock (_gate)
                    {
                        if (_items != null) return _items;
                    }
                    var made = new List<int> { 1 };
                    lock (_gate)
                    {
                        if (_items == null) _items = made;
                    }
                }
                return _items;
            }
        }
        """);
}
