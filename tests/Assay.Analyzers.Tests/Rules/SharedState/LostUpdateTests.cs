using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class LostUpdateTests : RuleTests<LostUpdate, LostUpdateFix>
{
    [Fact]
    public Task An_increment_of_a_volatile_field_is_flagged() => Flags(
        """
        class C
        {
            volatile int _n;
            public void Hit() => [|_n++|];
            public int Hits => _n;
        }
        """,
        messages: ["'_n++' reads and then writes; what another thread writes in between is lost: '_n' is volatile"]);

    [Fact]
    public Task An_increment_beside_interlocked_is_flagged() => Flags(
        """
        class C
        {
            int _n;
            public void Hit() => Interlocked.Increment(ref _n);
            public void Miss() => [|_n--|];
        }
        """,
        messages: ["'_n--' reads and then writes; what another thread writes in between is lost: 'Interlocked.Increment' is used for it at line 4"]);

    [Fact]
    public Task An_update_beside_another_writer_is_flagged() => Flags(
        """
        class C
        {
            volatile int _n;
            public void Hit() => [|_n += 1|];
            public void Reset() => {|#0:_n|} = 0;
        }
        """,
        messages: ["'_n += 1' reads and then writes; what 'Reset' (line 5) writes in between is lost: '_n' is volatile"]);

    [Fact]
    public Task A_static_counter_is_flagged() => Flags(
        """
        class C
        {
            static long s_issued;
            public long Next() => [|++s_issued|];
        }
        """,
        messages: ["'++s_issued' reads and then writes; what another thread writes in between is lost: every thread shares a static"]);

    [Fact]
    public Task A_static_counted_in_public_constructors_is_flagged() => Flags(
        """
        class C
        {
            static int s_made;
            public C() { [|s_made++|]; }
        }
        """);

    [Fact]
    public Task A_singleton_is_flagged() => Flags(
        """
        using Microsoft.Extensions.DependencyInjection;

        static class Startup
        {
            public static void Configure(IServiceCollection services) => {|#0:services.AddSingleton<Rates>()|};
        }

        class Rates
        {
            int _reads;
            public void Read() => [|_reads++|];
        }
        """,
        messages: ["'_reads++' reads and then writes; what another thread writes in between is lost: 'Rates' is registered as a singleton, Test0.cs line 5"]);

    [Theory]
    [InlineData("services.AddSingleton<IRates, Rates>()")]
    [InlineData("services.AddSingleton(typeof(IRates), typeof(Rates))")]
    [InlineData("services.AddSingleton<IRates>(_ => new Rates())")]
    [InlineData("services.AddSingleton<IRates>(new Rates())")]
    [InlineData("services.AddSingleton(new Rates())")]
    [InlineData("services.AddKeyedSingleton<IRates, Rates>(\"eu\")")]
    [InlineData("services.AddSingleton<IRates>(_ => { var made = new Rates(); return made; })")]
    public Task Every_form_of_registration_is_flagged(string registration) => Flags(
        $$"""
        using Microsoft.Extensions.DependencyInjection;

        static class Startup
        {
            public static void Configure(IServiceCollection services) => {{registration}};
        }

        interface IRates;

        class Rates : IRates
        {
            int _reads;
            public void Read() => [|_reads++|];
        }
        """);

    [Fact]
    public Task A_scoped_service_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.DependencyInjection;

        static class Startup
        {
            public static void Configure(IServiceCollection services)
            {
                services.AddScoped<Basket>();
                services.AddSingleton<Clock>();
            }
        }

        class Clock;

        class Basket
        {
            int _items;
            public void Add() => _items++;
        }
        """);

    [Fact]
    public Task A_registration_in_another_file_is_flagged() => Flags(
        """
        // ==== Program.cs
        using Microsoft.Extensions.DependencyInjection;

        static class Startup
        {
            public static void Configure(IServiceCollection services) => services.AddSingleton<Rates>();
        }
        // ==== Rates.cs
        class Rates
        {
            int _reads;
            public void Read() => [|_reads++|];
        }
        """,
        messages: ["'_reads++' reads and then writes; what another thread writes in between is lost: 'Rates' is registered as a singleton, Program.cs line 5"]);

    [Fact]
    public Task A_hosted_service_that_others_call_is_flagged() => Flags(
        """
        using Microsoft.Extensions.Hosting;

        class Shipping : BackgroundService
        {
            int _open;
            public void Enqueue() => [|_open++|];
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await Task.Delay(1, stoppingToken);
                [|_open--|];
            }
        }
        """);

    [Fact]
    public Task State_of_the_loop_of_a_hosted_service_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Hosting;

        class Shipping : BackgroundService
        {
            int _rounds;
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    await Task.Delay(1, stoppingToken);
                    Count();
                }
            }
            void Count() => _rounds++;
        }
        """);

    [Fact]
    public Task A_middleware_is_flagged() => Flags(
        """
        using Microsoft.AspNetCore.Http;

        class Audit(RequestDelegate next)
        {
            int _requests;
            public Task InvokeAsync(HttpContext context)
            {
                [|_requests++|];
                return next(context);
            }
        }
        """,
        messages: ["'_requests++' reads and then writes; what another thread writes in between is lost: one 'Audit' serves all requests as a middleware"]);

    [Fact]
    public Task A_timer_beside_callers_is_flagged() => Flags(
        """
        class Meter
        {
            readonly Timer _timer;
            int _n;
            public Meter() => _timer = new Timer({|#1:Flush|}, null, 0, 1000);
            public void Mark() => [|_n++|];
            void Flush(object? state) => {|#0:_n|} = 0;
        }
        """,
        messages: ["'_n++' reads and then writes; what 'Flush' (line 7) writes in between is lost: 'Flush' uses it on a timer at line 5"]);

    [Fact]
    public Task A_count_that_a_timer_only_reads_is_ignored() => Ignores(
        """
        class Meter
        {
            readonly Timer _timer;
            int _n;
            public Meter() => _timer = new Timer(_ => _n++, null, 0, 1000);
            public int Ticks => _n;
        }
        """);

    [Fact]
    public Task An_event_of_a_timer_beside_callers_is_flagged() => Flags(
        """
        class Meter
        {
            readonly System.Timers.Timer _timer = new();
            int _n;
            public Meter() => _timer.Elapsed += OnElapsed;
            public void Mark() => [|_n++|];
            void OnElapsed(object? sender, System.Timers.ElapsedEventArgs e) => _n--;
        }
        """);

    [Fact]
    public Task A_task_for_each_call_is_flagged() => Flags(
        """
        class C
        {
            int _done;
            public void Queue(Action work) => Task.Run(() => { work(); [|_done++|]; });
        }
        """,
        messages: ["'_done++' reads and then writes; what another thread writes in between is lost: a lambda uses it in 'Task.Run' at line 4"]);

    [Fact]
    public Task A_parallel_loop_over_a_field_is_flagged() => Flags(
        """
        class C
        {
            int _done;
            public void Run(int[] items) => Parallel.ForEach(items, i => [|_done += i|]);
        }
        """);

    [Fact]
    public Task One_loop_on_its_own_thread_is_ignored() => Ignores(
        """
        class C
        {
            int _rounds;
            public void Start() => new Thread(Loop).Start();
            void Loop() { while (true) _rounds++; }
            public int Rounds => _rounds;
        }
        """);

    [Fact]
    public Task A_first_step_before_the_loop_starts_is_ignored() => Ignores(
        """
        class C
        {
            int _fails;
            public void Start()
            {
                Manage();
                Task.Run(Loop);
            }
            void Loop() { while (true) Manage(); }
            void Manage() => _fails++;
        }
        """);

    [Fact]
    public Task A_type_that_is_marked_thread_safe_is_flagged() => Flags(
        """
        class ThreadSafeAttribute : Attribute;

        [ThreadSafe]
        class Counter
        {
            int _n;
            public void Add(int by) => [|_n = _n + by|];
        }
        """,
        messages: ["'_n = _n + by' reads and then writes; what another thread writes in between is lost: 'Counter' is said to be thread-safe"]);

    [Fact]
    public Task A_type_that_says_it_is_thread_safe_is_flagged() => Flags(
        """
        /// <summary>Counts what passes. All members are thread-safe.</summary>
        class Counter
        {
            int _n;
            public void Add() => [|_n++|];
        }
        """);

    [Fact]
    public Task A_type_that_says_it_is_not_thread_safe_is_ignored() => Ignores(
        """
        /// <summary>Counts what passes. Not thread-safe.</summary>
        class Counter
        {
            volatile int _n;
            public void Add() => _n++;
        }
        """);

    [Fact]
    public Task A_field_used_under_a_lock_elsewhere_is_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public void Add() => [|_n++|];
            public void Sub() => [|_n--|];
            public void Reset() { lock (_gate) _n = 0; }
        }
        """);

    [Fact]
    public Task A_field_read_under_a_lock_by_the_way_is_ignored() => Ignores(
        """
        class Search
        {
            readonly object _gate = new();
            readonly List<int> _rows = [];
            int _hits;
            public void Step() => _hits++;
            public void Report() { lock (_gate) Console.WriteLine(_rows.Count + _hits); }
        }
        """);

    [Fact]
    public Task A_lock_that_the_callers_brought_is_ignored() => Ignores(
        """
        class Writer(object sync)
        {
            readonly object _sync = sync;
            int _buffered;
            public void Advance(int bytes) => _buffered += bytes;
            public void Flush() { lock (_sync) _buffered = 0; }
        }
        """);

    [Fact]
    public Task A_lock_of_another_object_is_ignored() => Ignores(
        """
        class Table { internal readonly object Gate = new(); }

        class Search(Table table)
        {
            readonly Table _table = table;
            int _hits;
            public void Step() => _hits++;
            public void Restart() { lock (_table.Gate) _hits = 0; }
        }
        """);

    [Fact]
    public Task An_object_made_for_one_call_is_ignored() => Ignores(
        """
        class Scanner
        {
            class Source { public int Found; }
            public Task<int> ScanAsync(int[] items) => Task.Run(() => { var source = new Source(); Scan(source, items); return source.Found; });
            static void Scan(Source source, int[] items) { foreach (var item in items) source.Found += item; }
        }
        """);

    [Fact]
    public Task A_function_that_derived_types_call_under_the_lock_is_ignored() => Ignores(
        """
        abstract class Cache
        {
            protected readonly object Gate = new();
            int _misses;
            public int Misses { get { lock (Gate) return _misses; } }
            protected void CountMiss() => _misses++;
        }
        """);

    [Fact]
    public Task A_count_beside_a_lock_is_a_suggestion_and_flagged() => Flags(
        """
        class C
        {
            readonly object _gate = new();
            readonly List<int> _items = [];
            int _adds;
            public void Add(int item)
            {
                lock (_gate) _items.Add(item);
                [|_adds++|];
            }
            public int Count() { lock (_gate) return _items.Count; }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_count_of_a_type_that_locks_elsewhere_is_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            readonly List<int> _items = [];
            int _depth;
            public void Add(int item) { lock (_gate) _items.Add(item); }
            public void Enter() => _depth++;
        }
        """);

    [Fact]
    public Task A_held_lock_is_ignored() => Ignores(
        """
        class C
        {
            static readonly object s_gate = new();
            static int s_n;
            public void Add() { lock (s_gate) s_n++; }
        }
        """);

    [Fact]
    public Task A_private_function_under_its_callers_lock_is_ignored() => Ignores(
        """
        class C
        {
            static readonly object s_gate = new();
            static int s_n;
            public void Add() { lock (s_gate) Count(); }
            static void Count() => s_n++;
        }
        """);

    [Fact]
    public Task A_thread_static_is_ignored() => Ignores(
        """
        class C
        {
            [ThreadStatic] static int s_depth;
            public void Enter() => s_depth++;
        }
        """);

    [Fact]
    public Task A_static_counted_by_initialisers_is_ignored() => Ignores(
        """
        class C
        {
            static int s_next;
            public static readonly int A = Next();
            public static readonly int B = Next();
            static int Next() => s_next++;
        }
        """);

    [Fact]
    public Task A_plain_object_is_ignored() => Ignores(
        """
        class Cart
        {
            int _items;
            public int Total { get; private set; }
            public void Add(int price) { _items++; Total += price; }
        }
        """);

    [Fact]
    public Task A_program_of_windows_is_a_suggestion_and_flagged() => Flags(
        """
        namespace System.Windows.Forms { public class Control; }

        class C : System.Windows.Forms.Control
        {
            static int s_opened;
            public void Open() => [|s_opened++|];
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_plain_swap_of_a_static_is_ignored() => Ignores(
        """
        class Cart
        {
            static Cart? s_last;
            public void Add() => s_last = this;
        }
        """);

    [Fact]
    public Task A_wrapped_stream_is_ignored() => Ignores(
        """
        class C
        {
            volatile Stream _stream = Stream.Null;
            public void Wrap() => _stream = new BufferedStream(_stream);
        }
        """);

    [Fact]
    public Task A_delegate_is_ignored() => Ignores(
        """
        class C
        {
            static Action? s_done;
            public static void OnDone(Action action) => s_done += action;
        }
        """);

    [Fact]
    public Task A_lazy_first_value_is_ignored() => Ignores(
        """
        class C
        {
            static string? s_name;
            public static string Name => s_name ??= Environment.MachineName;
        }
        """);

    [Fact]
    public Task A_maximum_and_an_immutable_list_are_flagged() => Flags(
        """
        using System.Collections.Immutable;

        class C
        {
            static int s_max;
            static ImmutableList<int> s_seen = [];
            static State s_state = new(0);
            record State(int Count);
            public static void See(int n)
            {
                [|s_max = Math.Max(s_max, n)|];
                [|s_seen = s_seen.Add(n)|];
                [|s_state = s_state with { Count = n }|];
                [|s_max = n > s_max ? n : s_max|];
            }
        }
        """);

    [Fact]
    public Task An_entry_of_a_concurrent_dictionary_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;

        class C
        {
            static readonly ConcurrentDictionary<string, int> s_counts = new();
            public static void Count(string word) { [|s_counts[word]++|]; }
            public static void Double(string word) => [|s_counts[word] = s_counts[word] * 2|];
        }
        """);

    [Fact]
    public Task A_slot_that_the_caller_owns_is_ignored() => Ignores(
        """
        class C
        {
            static readonly int[] s_slots = new int[16];
            public static void Count(int slot) => s_slots[slot]++;
        }
        """);

    [Fact]
    public Task A_slot_that_all_share_is_flagged() => Flags(
        """
        class C
        {
            static readonly int[] s_slots = new int[16];
            public static void Count() => [|s_slots[0]++|];
        }
        """);

    [Fact]
    public Task Half_typed_code_is_ignored() => Ignores(
        """
        class C
        {
            static int s_n;
            static Missing s_m;
            void M() { s_m++; s_n = ; s_ += 1; }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task Counts_become_interlocked() => Fixes(
        """
        class C
        {
            static int s_n;
            static long s_sum;

            public static int Next() => [|s_n++|];

            public static int Following() => [|++s_n|];

            public static void Add(int n)
            {
                // One more.
                [|s_n++|]; // counted
                [|s_sum += n|];
                [|s_sum -= n + 1|];
                [|s_sum = s_sum + n|];
                [|s_n = s_n + 1|];
                if ([|s_n--|] == 1)
                    Console.WriteLine([|s_sum += 2|]);
            }
        }

        """,
        """
        class C
        {
            static int s_n;
            static long s_sum;

            public static int Next() => Interlocked.Increment(ref s_n) - 1;

            public static int Following() => Interlocked.Increment(ref s_n);

            public static void Add(int n)
            {
                // One more.
                Interlocked.Increment(ref s_n); // counted
                Interlocked.Add(ref s_sum, n);
                Interlocked.Add(ref s_sum, -(n + 1));
                Interlocked.Add(ref s_sum, n);
                Interlocked.Increment(ref s_n);
                if (Interlocked.Decrement(ref s_n) + 1 == 1)
                    Console.WriteLine(Interlocked.Add(ref s_sum, 2));
            }
        }

        """);

    [Fact]
    public Task Bits_become_interlocked() => Fixes(
        """
        class C
        {
            static int s_flags;
            public static void Raise(int flag) { [|s_flags |= flag|]; }
            public static void Lower(int flag) { [|s_flags &= ~flag|]; }
        }

        """,
        """
        class C
        {
            static int s_flags;
            public static void Raise(int flag) { Interlocked.Or(ref s_flags, flag); }
            public static void Lower(int flag) { Interlocked.And(ref s_flags, ~flag); }
        }

        """);

    [Fact]
    public Task An_immutable_list_becomes_an_atomic_update() => Fixes(
        """
        using System.Collections.Immutable;

        class C
        {
            static ImmutableList<int> s_seen = [];
            public static void See(int n) { [|s_seen = s_seen.Add(n)|]; }
        }

        """,
        """
        using System.Collections.Immutable;

        class C
        {
            static ImmutableList<int> s_seen = [];
            public static void See(int n) { ImmutableInterlocked.Update(ref s_seen, current => current.Add(n)); }
        }

        """,
        "Update with 'ImmutableInterlocked.Update'");

    [Fact]
    public Task A_counted_entry_becomes_AddOrUpdate() => Fixes(
        """
        using System.Collections.Concurrent;

        class C
        {
            static readonly ConcurrentDictionary<string, int> s_counts = new();

            public static void Count(string word, int by)
            {
                [|s_counts[word]++|];
                [|s_counts[word] += by|];
                [|s_counts[word] = s_counts[word] + by|];
            }
        }

        """,
        """
        using System.Collections.Concurrent;

        class C
        {
            static readonly ConcurrentDictionary<string, int> s_counts = new();

            public static void Count(string word, int by)
            {
                s_counts.AddOrUpdate(word, 1, (_, current) => current + 1);
                s_counts.AddOrUpdate(word, by, (_, current) => current + by);
                s_counts.AddOrUpdate(word, by, (_, current) => current + by);
            }
        }

        """,
        "Update with 'AddOrUpdate'");

    [Theory]
    [InlineData("static double s_sum;", "[|s_sum += n|];")]
    [InlineData("static short s_sum;", "[|s_sum++|];")]
    [InlineData("static int Sum { get; set; }", "[|Sum += n|];")]
    [InlineData("static int s_max;", "[|s_max = Math.Max(s_max, n)|];")]
    [InlineData("static int s_sum;", "checked { [|s_sum += n|]; }")]
    [InlineData("static uint s_sum;", "[|s_sum -= (uint)n|];")]
    [InlineData("static int s_sum;", "[|s_sum *= n|];")]
    public Task What_interlocked_cannot_do_is_left_and_becomes_nothing(string field, string statement)
    {
        var code = $$"""
            class C
            {
                {{field}}
                public static void Add(int n) { {{statement}} }
            }

            """;
        return Fixes(code, code);
    }

    [Fact]
    public Task A_flag_that_the_claimant_sets_is_a_suggestion() => Flags(
        """
        class Message
        {
            int _status;
            public bool Claim() => Interlocked.CompareExchange(ref _status, 1, 0) == 0;
            public void MarkRedirected() { [|_status |= 2|]; }
            public void MarkDisposed() { [|_status |= 4|]; }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_flag_that_others_set_atomically_is_flagged() => Flags(
        """
        class Message
        {
            int _status;
            public void MarkSent() => Interlocked.Or(ref _status, 1);
            public void MarkRedirected() { [|_status |= 2|]; }
        }
        """);

    [Fact]
    public Task An_object_that_a_thread_makes_for_itself_is_a_suggestion() => Flags(
        """
        class Connection
        {
            private Thread? _receiver;
            public void Start()
            {
                _receiver = new Thread(Receive);
                _receiver.Start();
            }
            public int Ask(byte[] reply) => new PacketReader(reply).ReadByte();
            private void Receive()
            {
                var reader = new PacketReader([1, 2]);
                reader.ReadByte();
            }
            private sealed class PacketReader(byte[] packet)
            {
                private int _offset;
                public int ReadByte() => packet[[|_offset++|]];
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task An_entry_of_a_dictionary_made_for_threads_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        public class Counts
        {
            private readonly ConcurrentDictionary<string, int> _hits = new();
            public void Hit(string page) => [|_hits[page]++|];
            public void Add(string page, int by) { [|_hits[page] = _hits[page] + by|]; }
            public void Locked(string page) { lock (_hits) _hits[page]++; }
        }
        """);

    [Fact]
    public Task An_entry_that_one_loop_alone_counts_is_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        class Counts
        {
            private readonly ConcurrentDictionary<string, int> _hits = new();
            public Counts(IEnumerable<string> pages)
            {
                foreach (var page in pages)
                    _hits[page]++;
            }
            public int Of(string page) => _hits.TryGetValue(page, out var hits) ? hits : 0;
        }
        """);
}
