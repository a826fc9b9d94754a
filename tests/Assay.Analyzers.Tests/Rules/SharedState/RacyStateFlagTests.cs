using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class RacyStateFlagTests : RuleTests<RacyStateFlag, RacyStateFlagFix>
{
    [Fact]
    public Task Code_that_is_being_typed_is_looked_at() => Flags(
        """
        class Pump
        {
            volatile bool _started;
            public void Start()
            {
                if (_started) return;
                [|_started = true|];
                Open();
                Open(
            }
            void Open() { }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task A_volatile_flag_with_an_early_return_is_flagged() => Flags(
        """
        class Pump
        {
            volatile bool _started;
            public void Start()
            {
                if ({|#0:_started|}) return;
                [|_started = true|];
                Open();
            }
            void Open() { }
        }
        """,
        messages: ["Two threads can pass the check of '_started' at line 6 before one of them sets it here, and both do 'Open' at line 8: '_started' is volatile"]);

    [Fact]
    public Task A_branch_that_sets_the_flag_is_flagged() => Flags(
        """
        static class Plugins
        {
            static bool s_loaded;
            public static void Ensure()
            {
                if (!{|#0:s_loaded|})
                {
                    [|s_loaded = true|];
                    Load();
                }
            }
            static void Load() { }
        }
        """,
        messages: ["Two threads can pass the check of 's_loaded' at line 6 before one of them sets it here, and both do 'Load' at line 9: every thread shares a static"]);

    [Fact]
    public Task A_flag_set_after_the_work_is_flagged() => Flags(
        """
        static class Plugins
        {
            static int s_state;
            public static void Ensure()
            {
                if (s_state == 1) return;
                new Thread(Load).Start();
                [|s_state = 1|];
            }
            static void Load() { }
        }
        """);

    [Fact]
    public Task A_flag_that_saves_work_is_a_suggestion() => Flags(
        """
        static class Plugins
        {
            static bool s_initialized;
            static string? s_text;
            public static string? Text()
            {
                if (!s_initialized)
                {
                    s_text = File.ReadAllText("a");
                    [|s_initialized = true|];
                }
                return s_text;
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_flag_that_is_locked_elsewhere_is_flagged() => Flags(
        """
        class Link
        {
            readonly Lock _gate = new();
            bool _connected;
            public void Drop() { lock (_gate) { {|#1:_connected|} = false; } }
            public void Connect()
            {
                if ({|#0:_connected|}) return;
                Dial();
                [|_connected = true|];
            }
            void Dial() { }
        }
        """);

    [Fact]
    public Task A_flag_that_a_timer_checks_too_is_flagged() => Flags(
        """
        class Poller
        {
            readonly Timer _timer;
            bool _busy;
            public Poller() => _timer = new Timer(_ => Poll());
            public void Poll()
            {
                if (_busy) return;
                [|_busy = true|];
                Fetch();
                _busy = false;
            }
            void Fetch() { }
        }
        """);

    [Fact]
    public Task A_dispose_flag_is_a_suggestion() => Flags(
        """
        class C : IDisposable
        {
            volatile bool _disposed;
            readonly Stream _stream = new MemoryStream();
            public void Dispose()
            {
                if (_disposed) return;
                [|_disposed = true|];
                _stream.Dispose();
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_misuse_that_throws_is_a_suggestion() => Flags(
        """
        class C
        {
            volatile bool _started;
            public void Start()
            {
                if (_started) throw new InvalidOperationException();
                [|_started = true|];
                Open();
            }
            void Open() { }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_flag_under_one_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            bool _started;
            public void Start()
            {
                lock (_gate)
                {
                    if (_started) return;
                    _started = true;
                    Open();
                }
            }
            public void Stop() { lock (_gate) { if (!_started) return; _started = false; } }
            void Open() { }
        }
        """);

    [Fact]
    public Task A_flag_checked_again_under_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            volatile bool _started;
            public void Start()
            {
                if (_started) return;
                lock (_gate)
                {
                    if (_started) return;
                    Open();
                    _started = true;
                }
            }
            void Open() { }
        }
        """);

    [Fact]
    public Task A_flag_set_by_Interlocked_is_ignored() => Ignores(
        """
        class C
        {
            int _started;
            bool _open;
            public void Start()
            {
                if (Interlocked.Exchange(ref _started, 1) == 1) return;
                Open();
            }
            public void Claim()
            {
                if (_started == 0 && Interlocked.CompareExchange(ref _started, 1, 0) == 0)
                    Open();
            }
            void Open() { }
        }
        """);

    [Fact]
    public Task A_flag_behind_an_atomic_claim_is_ignored() => Ignores(
        """
        class C
        {
            int _claims;
            volatile bool _started;
            public void Start()
            {
                if (Interlocked.Increment(ref _claims) == 1)
                {
                    if (!_started)
                    {
                        _started = true;
                        Open();
                    }
                }
            }
            void Open() { }
        }
        """);

    [Fact]
    public Task A_flag_of_a_type_that_nobody_shares_is_ignored() => Ignores(
        """
        class Parser
        {
            bool _started;
            public void Start()
            {
                if (_started) return;
                _started = true;
                Open();
            }
            void Open() { }
        }
        """);

    [Fact]
    public Task A_flag_that_a_hosted_service_keeps_to_its_loop_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Hosting;
        class Worker : BackgroundService
        {
            bool _greeted;
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    if (!_greeted)
                    {
                        _greeted = true;
                        Console.WriteLine("hello");
                    }
                    await Task.Delay(1000, stoppingToken);
                }
            }
        }
        """);

    [Fact]
    public Task A_flag_on_which_nothing_else_depends_is_ignored() => Ignores(
        """
        class C
        {
            volatile bool _seen;
            public void Touch()
            {
                if (!_seen) _seen = true;
            }
        }
        """);

    [Fact]
    public Task A_loop_that_waits_for_a_flag_is_ignored() => Ignores(
        """
        class C
        {
            volatile bool _done;
            public void Run()
            {
                while (!_done)
                {
                    _done = true;
                    Step();
                }
            }
            void Step() { }
        }
        """);

    [Fact]
    public Task A_flag_set_during_construction_is_ignored() => Ignores(
        """
        class C
        {
            volatile bool _ready;
            public C()
            {
                if (!_ready)
                {
                    _ready = true;
                    Open();
                }
            }
            void Open() { }
        }
        """);

    [Fact]
    public Task A_thread_static_flag_is_ignored() => Ignores(
        """
        static class C
        {
            [ThreadStatic] static bool s_inside;
            public static void Run()
            {
                if (s_inside) return;
                s_inside = true;
                Step();
                s_inside = false;
            }
            static void Step() { }
        }
        """);

    [Fact]
    public Task A_private_helper_whose_callers_hold_the_lock_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            bool _started;
            public void Start() { lock (_gate) Begin(); }
            public void Restart() { lock (_gate) { _started = false; Begin(); } }
            void Begin()
            {
                if (_started) return;
                _started = true;
                Open();
            }
            void Open() { }
        }
        """);

    [Fact]
    public Task An_early_return_becomes_an_exchange() => Fixes(
        """
        static class Plugins
        {
            private static bool s_loaded;

            public static void Ensure()
            {
                if (s_loaded)
                    return;
                [|s_loaded = true|];
                Load();
            }

            private static void Load() { }
        }
        """,
        """
        static class Plugins
        {
            private static bool s_loaded;

            public static void Ensure()
            {
                if (Interlocked.Exchange(ref s_loaded, true))
                    return;
                Load();
            }

            private static void Load() { }
        }
        """);

    [Fact]
    public Task A_branch_becomes_an_exchange() => Fixes(
        """
        static class Plugins
        {
            private static volatile bool s_loaded;

            public static void Ensure()
            {
                if (!s_loaded)
                {
                    [|s_loaded = true|];
                    Load();
                }
            }

            private static void Load() { }
        }
        """,
        """
        static class Plugins
        {
            private static volatile bool s_loaded;

            public static void Ensure()
            {
                if (!Interlocked.Exchange(ref s_loaded, true))
                {
                    Load();
                }
            }

            private static void Load() { }
        }
        """);

    [Fact]
    public Task A_flag_set_after_the_work_is_left_to_the_author() => Fixes(
        """
        static class Plugins
        {
            static bool s_loaded;
            public static void Ensure()
            {
                if (s_loaded) return;
                Register();
                [|s_loaded = true|];
            }
            static void Register() { }
        }
        """,
        """
        static class Plugins
        {
            static bool s_loaded;
            public static void Ensure()
            {
                if (s_loaded) return;
                Register();
                [|s_loaded = true|];
            }
            static void Register() { }
        }
        """);

    [Fact]
    public Task A_flag_that_only_one_timer_checks_is_a_suggestion() => Flags(
        """
        class Mailer
        {
            bool _timedOut;
            Timer? _timer;
            public void Send()
            {
                _timedOut = false;
                _timer = new Timer(OnTimeout, null, 1000, Timeout.Infinite);
            }
            public bool HasFailed => _timedOut;
            void OnTimeout(object? state)
            {
                if (!_timedOut)
                {
                    [|_timedOut = true|];
                    Connect();
                }
            }
            void Connect() { }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_provider_that_is_registered_twice_is_a_suggestion() => Flags(
        """
        static class Texts
        {
            static volatile bool s_registered;
            public static void Ensure()
            {
                if (!s_registered)
                {
                    System.Text.Encoding.RegisterProvider(System.Text.CodePagesEncodingProvider.Instance);
                    [|s_registered = true|];
                }
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task The_start_that_ASP_NET_calls_once_is_ignored() => Ignores(
        """
        public static class PreApplicationStartCode
        {
            private static bool _startWasCalled;
            public static void Start()
            {
                if (_startWasCalled) return;
                _startWasCalled = true;
                Register();
            }
            private static void Register() => AppContext.SetSwitch("a", true);
        }
        """);

    [Fact]
    public Task A_function_whose_comment_says_that_its_lock_is_held_is_ignored() => Ignores(
        """
        /// <summary>A segment. It is thread-safe.</summary>
        public sealed class Segment
        {
            private bool _frozen;
            private int _tail;
            /// <summary>Stops further items.</summary>
            public void Freeze() // must only be called while the queue's lock is held
            {
                if (_frozen) return;
                _frozen = true;
                Interlocked.Add(ref _tail, 64);
            }
        }
        """);
}
