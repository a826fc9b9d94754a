using Assay.Analyzers.Rules.Time;
using Assay.CodeFixes.Rules.Time;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Time;

public sealed class AmbientClockTests : RuleTests<AmbientClock, AmbientClockFix>
{
    [Fact]
    public Task A_comparison_is_flagged() => Flags(
        """
        record Coupon(DateTime ValidUntil);
        class Checkout
        {
            public bool Accepts(Coupon coupon) => coupon.ValidUntil > [|DateTime.UtcNow|];
        }
        """,
        messages: ["'Checkout' decides by 'DateTime.UtcNow', so no test can choose that time; inject a TimeProvider"]);

    [Fact]
    public Task Every_clock_that_decides_is_flagged() => Flags(
        """
        using System.Diagnostics;
        class Shop
        {
            bool A(DateTime t) => t < [|DateTime.Now|];
            bool B(DateTime t) => t.Date == [|DateTime.Today|];
            bool C(DateTimeOffset t) => t.CompareTo([|DateTimeOffset.Now|]) < 0;
            bool D(DateTimeOffset t) => [|DateTimeOffset.UtcNow|] >= t;
            bool E(int due) => [|Environment.TickCount|] - due > 0;
            bool F(long due) => [|Environment.TickCount64|] > due;
            bool G(long due) => [|Stopwatch.GetTimestamp()|] > due;
            bool H() => [|DateTime.Now|].Hour is >= 9 and < 17;
            bool I() => [|DateTime.Now|].DayOfWeek == DayOfWeek.Sunday;
            string J() => [|DateTime.Now|].DayOfWeek switch { DayOfWeek.Sunday => "closed", _ => "open" };
        }
        """);

    [Fact]
    public Task An_expiry_that_is_stored_returned_or_passed_on_is_flagged() => Flags(
        """
        class Session { public DateTime ExpiresAt { get; set; } public DateTime CreatedAt { get; set; } }
        interface IStore { void Keep(string key, DateTimeOffset until); }
        class Sessions(IStore store)
        {
            private DateTime _until;
            Session Open() => new Session { ExpiresAt = [|DateTime.UtcNow|].AddMinutes(20), CreatedAt = [|DateTime.UtcNow|] };
            DateTime Deadline() => [|DateTime.UtcNow|] + TimeSpan.FromSeconds(5);
            void Keep(string key) => store.Keep(key, [|DateTimeOffset.UtcNow|].AddHours(1));
            void Extend() { var now = [|DateTime.UtcNow|]; _until = now.AddMinutes(5); }
            TimeSpan Age(Session session) => [|DateTime.UtcNow|] - session.CreatedAt;
        }
        """);

    [Fact]
    public Task A_time_in_a_field_that_is_compared_elsewhere_is_flagged() => Flags(
        """
        class Feed
        {
            private DateTime _read = [|DateTime.UtcNow|];
            private DateTime _shown = DateTime.UtcNow;
            private DateTimeOffset? _last;
            void Mark() { _last = [|DateTimeOffset.UtcNow|]; _shown = DateTime.UtcNow; }
            bool IsNewer(DateTimeOffset other) => other > _last;
            bool IsOlder(DateTime other) => other < this._read;
            public override string ToString() => $"read {_shown:t}";
        }
        """);

    [Fact]
    public Task Through_locals_branches_tuples_and_collections_is_flagged() => Flags(
        """
        class Cache
        {
            private readonly Dictionary<string, (string Value, DateTime At)> _entries = new();
            private readonly Queue<DateTime> _calls = new();
            void Put(string key, string value) => _entries[key] = (value, [|DateTime.UtcNow|]);
            void Call() => _calls.Enqueue([|DateTime.UtcNow|]);
            bool Late(DateTime? given, DateTime due)
            {
                var now = given ?? [|DateTime.UtcNow|];
                var day = now.Date;
                return day > due;
            }
            bool Newer(DateTime? given) => given?.CompareTo([|DateTime.Now|]) > 0;
        }
        """);

    [Fact]
    public Task A_clock_in_scope_makes_it_a_warning() => Flags(
        """
        class Tokens
        {
            private readonly TimeProvider {|#0:_time|};
            public Tokens(TimeProvider time) => _time = time;
            public bool IsExpired(DateTime at) => at <= [|DateTime.UtcNow|];
        }
        """,
        messages: ["'Tokens' decides by 'DateTime.UtcNow', so no test can choose that time; read it from '_time', which is in scope"],
        severity: DiagnosticSeverity.Warning);

    [Fact]
    public Task A_clock_parameter_primary_parameter_property_base_member_or_interface_makes_it_a_warning() => Flags(
        """
        interface IClock { DateTimeOffset UtcNow { get; } }
        class A { bool M(DateTime at, TimeProvider time) => at < [|DateTime.UtcNow|]; }
        class B(TimeProvider time) { string Z => time.LocalTimeZone.Id; bool M(DateTime at) => at < [|DateTime.UtcNow|]; }
        class C { public required TimeProvider Clock { get; init; } bool M(DateTime at) => at < [|DateTime.UtcNow|]; }
        class D { protected readonly TimeProvider _time = TimeProvider.System; }
        class E : D { bool M(DateTime at) => at < [|DateTime.UtcNow|]; }
        class F(IClock clock) { string Z => clock.ToString()!; bool M(DateTime at) => at < [|DateTime.UtcNow|]; }
        class G { private static readonly TimeProvider s_time = TimeProvider.System; static bool M(DateTime at) => at < [|DateTime.UtcNow|]; }
        record H(TimeProvider Time) { bool M(DateTime at) => at < [|DateTime.UtcNow|]; }
        class I { Func<DateTime, bool> M(TimeProvider time) => at => at < [|DateTime.UtcNow|]; }
        """,
        severity: DiagnosticSeverity.Warning);

    [Fact]
    public Task A_registered_TimeProvider_makes_it_a_warning() => Flags(
        """
        using Microsoft.Extensions.DependencyInjection;
        static class Services
        {
            public static void Add(IServiceCollection services) => services.AddSingleton(TimeProvider.System);
        }
        class Tokens
        {
            public bool IsExpired(DateTime at) => at <= [|DateTime.UtcNow|];
        }
        """,
        messages: ["'Tokens' decides by 'DateTime.UtcNow', so no test can choose that time; inject the TimeProvider that is registered"],
        severity: DiagnosticSeverity.Warning);

    [Fact]
    public Task A_clock_out_of_reach_stays_a_suggestion() => Flags(
        """
        class Tokens(TimeProvider time)
        {
            public string Zone => time.LocalTimeZone.Id;
            public static bool IsExpired(DateTime at) => at <= [|DateTime.UtcNow|];
            public static void Use(TimeProvider other) { }
        }
        class Derived : Hidden { bool M(DateTime at) => at < [|DateTime.UtcNow|]; }
        class Hidden { private readonly TimeProvider _time = TimeProvider.System; string Z => _time.LocalTimeZone.Id; }
        """,
        messages:
        [
            "'Tokens' decides by 'DateTime.UtcNow', so no test can choose that time; pass a TimeProvider to this static member",
            "'Derived' decides by 'DateTime.UtcNow', so no test can choose that time; inject a TimeProvider",
        ]);

    [Fact]
    public Task An_interface_of_times_that_is_no_clock_stays_a_suggestion() => Flags(
        """
        interface IEntity { DateTime CreatedAt { get; } }
        interface ISchedule { DateTime UtcNow { get; } void Move(); }
        class Tokens(IEntity entity, ISchedule schedule)
        {
            bool M() => entity.CreatedAt < [|DateTime.UtcNow|];
            void N() => schedule.Move();
        }
        """);

    [Fact]
    public Task Logging_and_text_are_ignored() => Ignores(
        """
        using Microsoft.Extensions.Logging;
        using System.Text;
        interface IAuditLogger { void Write(DateTime at, string text); }
        static partial class Messages
        {
            [LoggerMessage(1, LogLevel.Information, "Imported at {At}")]
            public static partial void Imported(ILogger logger, DateTime at);
            public static partial void Imported(ILogger logger, DateTime at) { }
        }
        class Import(ILogger<Import> logger, IAuditLogger audit)
        {
            void M(TextWriter writer, StringBuilder text, DateTime created)
            {
                logger.LogInformation("Started at {At}", DateTime.UtcNow);
                logger.LogInformation("Waited {Age}", DateTime.UtcNow - created);
                Messages.Imported(logger, DateTime.UtcNow);
                audit.Write(DateTime.Now, "import");
                Console.WriteLine(DateTime.Now);
                writer.Write(DateTime.Now);
                text.Append(DateTime.Now).Append($"{DateTime.Now:HH:mm}");
                var started = DateTime.UtcNow;
                logger.LogInformation("Started {Day} {At}", started.Date, started);
                throw new InvalidOperationException("failed at " + DateTime.Now);
            }
        }
        """);

    [Fact]
    public Task A_seed_an_id_and_a_file_name_are_ignored() => Ignores(
        """
        class Export
        {
            private readonly Random _random = new Random(Environment.TickCount);
            private readonly Random _other = new(DateTime.Now.Millisecond);
            public long Id { get; } = DateTime.UtcNow.Ticks;
            string FileName() => $"export-{DateTime.Now:yyyyMMdd}.csv";
            string Copy() => Path.Combine("out", DateTime.Now.ToString("yyyyMMdd") + ".csv");
            Guid Key() => Guid.CreateVersion7(DateTimeOffset.UtcNow);
            int Hash() => HashCode.Combine(DateTime.UtcNow, _random, _other);
            int Year() => DateTime.UtcNow.Year;
        }
        """);

    [Fact]
    public Task A_measurement_with_a_counter_is_ignored() => Ignores(
        """
        using System.Diagnostics;
        interface IMetrics { void Record(TimeSpan took); }
        class Import(IMetrics metrics)
        {
            private TimeSpan _last;
            private long _begun;
            TimeSpan A() { var start = Stopwatch.GetTimestamp(); return Stopwatch.GetElapsedTime(start); }
            void B() { var start = Stopwatch.GetTimestamp(); metrics.Record(Stopwatch.GetElapsedTime(start)); }
            void C() { var start = Environment.TickCount64; _last = TimeSpan.FromMilliseconds(Environment.TickCount64 - start); }
            void D() { _begun = Stopwatch.GetTimestamp(); metrics.Record(Stopwatch.GetElapsedTime(_begun) + _last); }
        }
        """);

    [Fact]
    public Task A_seam_for_tests_is_ignored() => Ignores(
        """
        class Tokens
        {
            protected virtual DateTime UtcNow => DateTime.UtcNow;
            public Func<DateTime> Clock { get; set; } = () => DateTime.UtcNow;
            public bool IsExpired(DateTime at) => at <= UtcNow || at <= Clock();
        }
        """);

    [Fact]
    public Task A_seam_that_shifts_the_time_is_ignored() => Ignores(
        """
        class Delays
        {
            private TimeSpan _skew;
            public DateTime UtcNow => DateTime.UtcNow + _skew;
            public DateTimeOffset GetNow() { var now = DateTimeOffset.Now; return now.Add(_skew); }
        }
        """);

    [Fact]
    public Task Whether_the_clock_was_read_at_all_is_ignored() => Ignores(
        """
        using System.Diagnostics;
        interface IMetrics { void Record(TimeSpan took); }
        class Requests(IMetrics metrics)
        {
            private DateTime _shown;
            private DateTimeOffset? _last;
            void M(bool measured)
            {
                var start = measured ? Stopwatch.GetTimestamp() : 0;
                if (start != 0) metrics.Record(Stopwatch.GetElapsedTime(start));
                _shown = DateTime.UtcNow;
                if (_shown == default || _shown == DateTime.MinValue) return;
                _last = DateTimeOffset.UtcNow;
                if (_last != null) Console.WriteLine(_last);
            }
        }
        """);

    [Fact]
    public Task What_is_logged_as_an_object_is_ignored() => Ignores(
        """
        using System.Diagnostics;
        using System.Diagnostics.Tracing;
        class LogEntry(DateTime at) { public DateTime At => at; }
        class TraceRecord { public DateTime Timestamp { get; set; } }
        class Changed(DateTime at) : EventArgs { public DateTime At => at; }
        class Events : EventSource { public void Started(DateTime at) => WriteEvent(1, at.Ticks); }
        interface IDiagnosticsLogger;
        static class DiagnosticsExtensions { public static void Committed(this IDiagnosticsLogger logger, DateTime at) { } }
        class Import(IDiagnosticsLogger logger, Events events)
        {
            Changed Make() => new Changed(DateTime.UtcNow);
            void M(List<object> sink, Activity activity)
            {
                sink.Add(new LogEntry(DateTime.UtcNow));
                sink.Add(new TraceRecord { Timestamp = DateTime.UtcNow });
                activity.AddEvent(new ActivityEvent("x", DateTimeOffset.UtcNow));
                events.Started(DateTime.UtcNow);
                logger.Committed(DateTime.UtcNow);
            }
        }
        """);

    [Fact]
    public Task A_catalog_is_no_log_and_is_flagged() => Flags(
        """
        class Catalog { public DateTime Changed { get; set; } }
        class Logistics { public static void Ship(DateTime at) { } }
        class Shop { void M(Catalog catalog) { catalog.Changed = [|DateTime.UtcNow|]; Logistics.Ship([|DateTime.Now|]); } }
        """,
        messages:
        [
            "'Shop' passes on 'DateTime.UtcNow', so no test can choose that time; inject a TimeProvider",
            "'Shop' passes on 'DateTime.Now', so no test can choose that time; inject a TimeProvider",
        ]);

    [Fact]
    public Task A_clock_is_ignored() => Ignores(
        """
        interface IClock { DateTime UtcNow { get; } DateTimeOffset GetLocalNow(); }
        class SystemClock : IClock
        {
            private DateTime _last;
            public DateTime UtcNow { get { var now = DateTime.UtcNow; return now > _last ? _last = now : _last; } }
            public DateTimeOffset GetLocalNow() => DateTimeOffset.Now;
        }
        class Skewed : TimeProvider
        {
            public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddHours(1);
            class Timer { bool Due(DateTime at) => at < DateTime.UtcNow; }
        }
        """);

    [Fact]
    public Task Program_top_level_statements_and_Main_are_ignored() => Ignores(
        """
        var until = DateTime.UtcNow.AddDays(1);
        if (DateTime.UtcNow > until) return;
        bool Late(DateTime at) => at < DateTime.UtcNow;
        Console.WriteLine(Late(until));
        partial class Program { static bool Early(DateTime at) => at > DateTime.UtcNow; }
        """);

    [Fact]
    public Task Main_is_ignored() => Ignores(
        "class App { static int Main(string[] args) => DateTime.UtcNow.Hour > 12 ? 1 : 0; }");

    [Fact]
    public Task The_clock_of_the_database_in_an_expression_tree_is_ignored() => Ignores(
        """
        record Order(DateTime Due);
        class Orders
        {
            IQueryable<Order> Late(IQueryable<Order> orders) => orders.Where(o => o.Due < DateTime.UtcNow);
            IQueryable<Order> Query(IQueryable<Order> orders) => from o in orders where o.Due < DateTime.UtcNow select o;
        }
        """);

    [Fact]
    public Task A_delegate_over_objects_is_flagged() => Flags(
        """
        record Order(DateTime Due);
        class Orders
        {
            IEnumerable<Order> Late(IEnumerable<Order> orders) => orders.Where(o => o.Due < [|DateTime.UtcNow|]);
        }
        """);

    [Fact]
    public Task Test_projects_and_generated_code_are_ignored() => Ignores(
        """
        // ==== Fact.cs
        namespace Xunit { class FactAttribute : Attribute; }
        // ==== Tests.cs
        class OrderTests { [Xunit.Fact] public void M() { if (DateTime.UtcNow > DateTime.MinValue) { } } }
        """);

    [Fact]
    public Task Generated_code_is_ignored() => Ignores(
        """
        // ==== Model.g.cs
        // <auto-generated/>
        class Model { bool M(DateTime at) => at < DateTime.UtcNow; }
        """);

    [Fact]
    public Task A_duration_is_left_to_the_rule_about_durations() => Ignores(
        """
        class Import
        {
            private DateTime _last = DateTime.UtcNow;
            bool M(TimeSpan limit)
            {
                var start = DateTime.UtcNow;
                Work();
                return DateTime.UtcNow - start > limit;
            }
            bool Due(TimeSpan interval)
            {
                var now = DateTime.UtcNow;
                if (now - _last < interval) return false;
                _last = now;
                return true;
            }
            void Wait(TimeSpan timeout)
            {
                var deadline = DateTime.UtcNow + timeout;
                while (DateTime.UtcNow < deadline) Work();
            }
            void Work() { }
        }
        """);

    [Fact]
    public Task A_time_to_a_database_parameter_is_flagged() => Flags(
        """
        using System.Data.Common;
        class Orders
        {
            void Save(DbCommand command, DbParameter parameter)
            {
                parameter.Value = 5;
                command.Parameters.Add([|DateTime.UtcNow|]);
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        [Obsolete(DateTime.Now)]
        class C { void M() { var x = DateTime.UtcNow. } bool N() => nameof(DateTime.UtcNow) == ; void O() { DateTime.UtcNow } }
        """,
        allowErrors: true);

    [Fact]
    public Task Every_reading_becomes_one_of_the_TimeProvider_in_scope() => Fixes(
        """
        class Shop
        {
            private readonly TimeProvider _time;
            public Shop(TimeProvider time) => _time = time;
            bool A(DateTime t) => t < [|DateTime.UtcNow|]; // why
            bool B(DateTime t) => t < [|DateTime.Now|].AddDays(1);
            bool C(DateTime t) => t.Date == [|DateTime.Today|];
            bool D(DateTimeOffset t) => t < [|DateTimeOffset.UtcNow|];
            bool E(DateTimeOffset t) => t < /* local */ [|DateTimeOffset.Now|];
        }
        """,
        """
        class Shop
        {
            private readonly TimeProvider _time;
            public Shop(TimeProvider time) => _time = time;
            bool A(DateTime t) => t < _time.GetUtcNow().UtcDateTime; // why
            bool B(DateTime t) => t < _time.GetLocalNow().LocalDateTime.AddDays(1);
            bool C(DateTime t) => t.Date == _time.GetLocalNow().LocalDateTime.Date;
            bool D(DateTimeOffset t) => t < _time.GetUtcNow();
            bool E(DateTimeOffset t) => t < /* local */ _time.GetLocalNow();
        }
        """,
        title: "Read the time from '_time'");

    [Fact]
    public Task A_reading_becomes_one_of_the_clock_nearest_by() => Fixes(
        """
        interface IClock { DateTime UtcNow { get; } DateTime Now { get; } }
        interface IOffsetClock { DateTimeOffset UtcNow { get; } }
        class A { bool M(DateTime at, TimeProvider time) => at < [|DateTime.UtcNow|]; }
        class B(TimeProvider time) { DateTime _due = [|DateTime.UtcNow|].AddDays(1); bool M(DateTime at) => at < [|DateTime.UtcNow|] && at < _due; }
        class C { public required TimeProvider Clock { get; init; } bool M(DateTime at) { var Clock = 5; return at < [|DateTime.UtcNow|] && Clock > 4; } }
        class D { protected readonly TimeProvider _time = TimeProvider.System; }
        class E : D { private readonly DateTime _due; E() { _due = [|DateTime.UtcNow|].AddDays(1); } bool M(DateTime at) => at < [|DateTime.UtcNow|]; }
        class F(IClock clock) { bool M(DateTime at) => at < [|DateTime.UtcNow|] && at < [|DateTime.Now|] && at.Date == [|DateTime.Today|]; }
        class G { private static readonly TimeProvider s_time = TimeProvider.System; static bool M(DateTime at) => at < [|DateTime.UtcNow|]; }
        record H(TimeProvider Time) { bool M(DateTime at) => at < [|DateTime.UtcNow|]; }
        class I(IOffsetClock clock) { bool M(DateTime at, DateTimeOffset o) => at < [|DateTime.UtcNow|] && o < [|DateTimeOffset.UtcNow|]; }
        class J
        {
            private readonly TimeProvider _time;
            private readonly DateTime _due;
            J(TimeProvider time) { _time = time; _due = [|DateTime.UtcNow|].AddDays(1); }
            J(TimeProvider? time, int days) { _time = time ?? TimeProvider.System; _due = [|DateTime.UtcNow|].AddDays(days); }
        }
        """,
        """
        interface IClock { DateTime UtcNow { get; } DateTime Now { get; } }
        interface IOffsetClock { DateTimeOffset UtcNow { get; } }
        class A { bool M(DateTime at, TimeProvider time) => at < time.GetUtcNow().UtcDateTime; }
        class B(TimeProvider time) { DateTime _due = time.GetUtcNow().UtcDateTime.AddDays(1); bool M(DateTime at) => at < time.GetUtcNow().UtcDateTime && at < _due; }
        class C { public required TimeProvider Clock { get; init; } bool M(DateTime at) { var Clock = 5; return at < this.Clock.GetUtcNow().UtcDateTime && Clock > 4; } }
        class D { protected readonly TimeProvider _time = TimeProvider.System; }
        class E : D { private readonly DateTime _due; E() { _due = _time.GetUtcNow().UtcDateTime.AddDays(1); } bool M(DateTime at) => at < _time.GetUtcNow().UtcDateTime; }
        class F(IClock clock) { bool M(DateTime at) => at < clock.UtcNow && at < clock.Now && at.Date == clock.Now.Date; }
        class G { private static readonly TimeProvider s_time = TimeProvider.System; static bool M(DateTime at) => at < s_time.GetUtcNow().UtcDateTime; }
        record H(TimeProvider Time) { bool M(DateTime at) => at < Time.GetUtcNow().UtcDateTime; }
        class I(IOffsetClock clock) { bool M(DateTime at, DateTimeOffset o) => at < clock.UtcNow.UtcDateTime && o < clock.UtcNow; }
        class J
        {
            private readonly TimeProvider _time;
            private readonly DateTime _due;
            J(TimeProvider time) { _time = time; _due = time.GetUtcNow().UtcDateTime.AddDays(1); }
            J(TimeProvider? time, int days) { _time = time ?? TimeProvider.System; _due = _time.GetUtcNow().UtcDateTime.AddDays(days); }
        }
        """);
}
