using Assay.Analyzers.Rules.Time;
using Assay.CodeFixes.Rules.Time;
using Assay.TestKit;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.Time;

public sealed class AmbientClockInjectionTests : RuleTests<AmbientClock, AmbientClockFix>
{
    [Fact]
    public Task A_timestamp_becomes_one_of_the_TimeProvider_with_all_that_is_computed_from_it() => Fixes(
        """
        using System.Diagnostics;
        class Import(TimeProvider time)
        {
            bool M(TimeSpan limit)
            {
                var start = [|Stopwatch.GetTimestamp()|];
                Work();
                if (Stopwatch.GetElapsedTime(start) > limit) return false;
                return Stopwatch.GetElapsedTime(start) < limit;
            }
            bool Kept(long due) => [|Stopwatch.GetTimestamp()|] > due && [|Environment.TickCount64|] > due;
            void Work() { }
        }
        """,
        """
        using System.Diagnostics;
        class Import(TimeProvider time)
        {
            bool M(TimeSpan limit)
            {
                var start = time.GetTimestamp();
                Work();
                if (time.GetElapsedTime(start) > limit) return false;
                return time.GetElapsedTime(start) < limit;
            }
            bool Kept(long due) => [|Stopwatch.GetTimestamp()|] > due && [|Environment.TickCount64|] > due;
            void Work() { }
        }
        """);

    [Fact]
    public Task A_class_with_a_constructor_becomes_one_with_a_clock() => Fixes(
        """
        interface IStore { DateTime ExpiresAt(string key); }

        class Tokens
        {
            private readonly IStore _store;

            public Tokens(IStore store)
            {
                ArgumentNullException.ThrowIfNull(store);
                _store = store;
                Warm();
            }

            public bool IsExpired(string key) => _store.ExpiresAt(key) <= [|DateTime.UtcNow|];

            public bool IsFresh(string key) => _store.ExpiresAt(key) > [|DateTime.UtcNow|].AddMinutes(5);

            private void Warm() { }
        }

        class Other(IStore store, TimeProvider time)
        {
            public Tokens Make() => new Tokens(store);
            public Tokens Timed() => new(store);
            public string Zone => time.LocalTimeZone.Id;
            public static Tokens Default(IStore store) => new Tokens(store: store);
        }
        """,
        """
        interface IStore { DateTime ExpiresAt(string key); }

        class Tokens
        {
            private readonly IStore _store;
            private readonly TimeProvider _timeProvider;

            public Tokens(IStore store, TimeProvider timeProvider)
            {
                ArgumentNullException.ThrowIfNull(store);
                _store = store;
                _timeProvider = timeProvider;
                Warm();
            }

            public bool IsExpired(string key) => _store.ExpiresAt(key) <= _timeProvider.GetUtcNow().UtcDateTime;

            public bool IsFresh(string key) => _store.ExpiresAt(key) > _timeProvider.GetUtcNow().UtcDateTime.AddMinutes(5);

            private void Warm() { }
        }

        class Other(IStore store, TimeProvider time)
        {
            public Tokens Make() => new Tokens(store, time);
            public Tokens Timed() => new(store, time);
            public string Zone => time.LocalTimeZone.Id;
            public static Tokens Default(IStore store) => new Tokens(store: store, timeProvider: TimeProvider.System);
        }
        """);

    [Fact]
    public Task A_primary_constructor_becomes_one_with_a_clock() => Fixes(
        """
        interface IStore { DateTime ExpiresAt(string key); }

        class Tokens(IStore store)
        {
            private readonly DateTime _due = [|DateTime.UtcNow|].AddDays(1);

            public Tokens() : this(null!)
            {
            }

            public bool IsExpired(string key) => store.ExpiresAt(key) <= [|DateTime.UtcNow|] && [|DateTime.UtcNow|] > _due;
        }

        class Strict(
            IStore store,
            int days) : Tokens(store)
        {
            public int Days => days;
        }
        """,
        """
        interface IStore { DateTime ExpiresAt(string key); }

        class Tokens(IStore store, TimeProvider timeProvider)
        {
            private readonly DateTime _due = timeProvider.GetUtcNow().UtcDateTime.AddDays(1);

            public Tokens(TimeProvider timeProvider) : this(null!, timeProvider)
            {
            }

            public bool IsExpired(string key) => store.ExpiresAt(key) <= timeProvider.GetUtcNow().UtcDateTime && timeProvider.GetUtcNow().UtcDateTime > _due;
        }

        class Strict(
            IStore store,
            int days,
            TimeProvider timeProvider) : Tokens(store, timeProvider)
        {
            public int Days => days;
        }
        """);

    [Fact]
    public Task A_class_without_a_constructor_becomes_one_with_a_clock() => Fixes(
        """
        public class Hours
        {
            // Nine to five.
            public bool IsOpen() => [|DateTime.Now|].Hour is >= 9 and < 17;
        }

        public abstract class Base
        {
            private const int Days = 3;
            private int _count;

            public bool Late(DateTime at) => at.AddDays(Days + _count++) < [|DateTimeOffset.UtcNow|];
        }

        public class Derived : Base
        {
        }

        public class Chained : Base
        {
            public Chained(int x) : this() => Console.WriteLine(x);

            public Chained() => Console.WriteLine("made");
        }

        static class Use
        {
            public static Hours Make() => new Hours();
            public static Hours Implicit() => new();
            public static (Base, Base, Base) Bases() => (new Derived(), new Chained { }, new Chained(5));
        }
        """,
        """
        public class Hours
        {
            private readonly TimeProvider _timeProvider;

            public Hours(TimeProvider timeProvider)
            {
                _timeProvider = timeProvider;
            }

            // Nine to five.
            public bool IsOpen() => _timeProvider.GetLocalNow().LocalDateTime.Hour is >= 9 and < 17;
        }

        public abstract class Base
        {
            private const int Days = 3;
            private int _count;
            private readonly TimeProvider _timeProvider;

            protected Base(TimeProvider timeProvider)
            {
                _timeProvider = timeProvider;
            }

            public bool Late(DateTime at) => at.AddDays(Days + _count++) < _timeProvider.GetUtcNow();
        }

        public class Derived : Base
        {
            public Derived(TimeProvider timeProvider)
                : base(timeProvider)
            {
            }
        }

        public class Chained : Base
        {
            public Chained(int x, TimeProvider timeProvider) : this(timeProvider) => Console.WriteLine(x);

            public Chained(TimeProvider timeProvider) : base(timeProvider) => Console.WriteLine("made");
        }

        static class Use
        {
            public static Hours Make() => new Hours(TimeProvider.System);
            public static Hours Implicit() => new(TimeProvider.System);
            public static (Base, Base, Base) Bases() => (new Derived(TimeProvider.System), new Chained(TimeProvider.System) { }, new Chained(5, TimeProvider.System));
        }
        """,
        title: "Inject a TimeProvider");

    [Fact]
    public Task Chained_constructors_and_optional_parameters_become_ones_that_pass_it_on() => Fixes(
        """
        class Tokens
        {
            private int days;
            private string name;

            internal Tokens(int days, string name = "x", params string[] rest)
            {
                this.days = days;
                this.name = name + rest.Length;
            }

            internal Tokens() : this(5) { }

            internal Tokens(string name) : this(5, name, "a", "b")
            {
                if ([|DateTime.UtcNow|].Hour > days) throw new InvalidOperationException(this.name);
            }

            bool M(DateTime at) => at < [|DateTime.UtcNow|];

            Tokens Clone() => new Tokens(days, name);

            static Tokens Of() => new Tokens(days: 3);
        }
        """,
        """
        class Tokens
        {
            private int days;
            private string name;
            private readonly TimeProvider timeProvider;

            internal Tokens(int days, TimeProvider timeProvider, string name = "x", params string[] rest)
            {
                this.days = days;
                this.name = name + rest.Length;
                this.timeProvider = timeProvider;
            }

            internal Tokens(TimeProvider timeProvider) : this(5, timeProvider) { }

            internal Tokens(string name, TimeProvider timeProvider) : this(5, timeProvider, name, "a", "b")
            {
                if (timeProvider.GetUtcNow().UtcDateTime.Hour > days) throw new InvalidOperationException(this.name);
            }

            bool M(DateTime at) => at < timeProvider.GetUtcNow().UtcDateTime;

            Tokens Clone() => new Tokens(days, timeProvider, name);

            static Tokens Of() => new Tokens(days: 3, timeProvider: TimeProvider.System);
        }
        """);

    [Fact]
    public Task A_class_over_several_files_becomes_one_with_a_clock() => Fixes(
        """
        // ==== Tokens.cs
        using System;

        partial class Tokens
        {
            public Tokens(string name) => Name = name;

            public string Name { get; }
        }
        // ==== Tokens.Expiry.cs
        namespace Nothing;
        // ==== Expiry.cs
        partial class Tokens
        {
            public bool IsExpired(System.DateTime at) => at < [|System.DateTime.UtcNow|];
        }
        // ==== Derived.cs
        class Special(string name, System.TimeProvider clock) : Tokens(name)
        {
            public string Zone => clock.LocalTimeZone.Id;
        }
        // ==== Use.cs
        class Use
        {
            private readonly Tokens _tokens = new("a");
            public bool M(DateTime at) => _tokens.IsExpired(at) && [|DateTime.UtcNow|] > at;
        }
        """,
        """
        // ==== Tokens.cs
        using System;

        partial class Tokens
        {
            private readonly TimeProvider _timeProvider;

            public Tokens(string name, TimeProvider timeProvider)
            {
                Name = name;
                _timeProvider = timeProvider;
            }

            public string Name { get; }
        }
        // ==== Tokens.Expiry.cs
        namespace Nothing;
        // ==== Expiry.cs
        partial class Tokens
        {
            public bool IsExpired(System.DateTime at) => at < _timeProvider.GetUtcNow().UtcDateTime;
        }
        // ==== Derived.cs
        class Special(string name, System.TimeProvider clock) : Tokens(name, clock)
        {
            public string Zone => clock.LocalTimeZone.Id;
        }
        // ==== Use.cs
        class Use
        {
            private readonly Tokens _tokens = new("a", TimeProvider.System);
            private readonly TimeProvider _timeProvider;

            public Use(TimeProvider timeProvider)
            {
                _timeProvider = timeProvider;
            }

            public bool M(DateTime at) => _tokens.IsExpired(at) && _timeProvider.GetUtcNow().UtcDateTime > at;
        }
        """);

    [Fact]
    public Task A_base_with_arguments_becomes_one_that_keeps_them() => Fixes(
        """
        class Repository(string table) { public string Table => table; }

        class Orders : Repository
        {
            public Orders(
                string schema,
                int page)
                : base(schema + ".orders" + page)
            {
            }

            public bool IsLate(DateTime due)
            {
                // Midnight counts.
                return due < [|DateTime.Today|];
            }
        }
        """,
        """
        class Repository(string table) { public string Table => table; }

        class Orders : Repository
        {
            private readonly TimeProvider _timeProvider;

            public Orders(
                string schema,
                int page,
                TimeProvider timeProvider)
                : base(schema + ".orders" + page)
            {
                _timeProvider = timeProvider;
            }

            public bool IsLate(DateTime due)
            {
                // Midnight counts.
                return due < _timeProvider.GetLocalNow().LocalDateTime.Date;
            }
        }
        """);

    [Fact]
    public Task Without_implicit_usings_it_becomes_code_with_the_import() => Fixes(
        """
        namespace Shop
        {
            public class Hours
            {
                public bool IsOpen(System.DateTime at)
                {
                    return at < [|System.DateTime.Now|];
                }
            }
        }
        """,
        """
        using System;

        namespace Shop
        {
            public class Hours
            {
                private readonly TimeProvider _timeProvider;

                public Hours(TimeProvider timeProvider)
                {
                    _timeProvider = timeProvider;
                }

                public bool IsOpen(System.DateTime at)
                {
                    return at < _timeProvider.GetLocalNow().LocalDateTime;
                }
            }
        }
        """,
        languageVersion: LanguageVersion.CSharp7_3);

    [Theory]
    [InlineData("static class C { static bool M(DateTime at) => at < [|DateTime.UtcNow|]; }")]
    [InlineData("class C { static bool M(DateTime at) => at < [|DateTime.UtcNow|]; }")]
    [InlineData("struct C { bool M(DateTime at) => at < [|DateTime.UtcNow|]; }")]
    [InlineData("record C(int X) { bool M(DateTime at) => at < [|DateTime.UtcNow|]; }")]
    [InlineData("record struct C { bool M(DateTime at) => at < [|DateTime.UtcNow|]; }")]
    [InlineData("interface C { bool M(DateTime at) => at < [|DateTime.UtcNow|]; }")]
    [InlineData("class C : Attribute { bool M(DateTime at) => at < [|DateTime.UtcNow|]; }")]
    [InlineData("class C { DateTime _due = [|DateTime.UtcNow|].AddDays(1); bool M(DateTime at) => at < _due; }")]
    [InlineData("class C { public DateTime CreatedAt { get; set; } = [|DateTime.UtcNow|]; }")]
    [InlineData("class C { Func<bool> M(DateTime at) => static () => new DateTime() < [|DateTime.UtcNow|]; }")]
    [InlineData("class C { bool M(DateTime at) => at < [|DateTime.UtcNow|]; } class D { T Make<T>() where T : new() => new T(); C Make() => Make<C>(); }")]
    [InlineData("class C { C(int timeProvider) { } bool M(DateTime at) => at < [|DateTime.UtcNow|]; }")]
    [InlineData("class C { object _timeProvider = 1; bool M(DateTime at) => at < [|DateTime.UtcNow|]; }")]
    [InlineData("class C { C(TimeProvider? time = null) { } bool M(DateTime at) => at < [|DateTime.UtcNow|]; }")]
    [InlineData("class C { bool M(DateTime at, TimeProvider? time) => at < [|DateTime.UtcNow|]; }")]
    [InlineData("class C(TimeProvider time) { object T => time; bool M(object time) => (DateTime)time < [|DateTime.UtcNow|]; }")]
    [InlineData("interface IClock { DateTime UtcNow { get; } } class C(IClock clock) { bool M(DateTimeOffset at) => at < [|DateTimeOffset.UtcNow|]; }")]
    [InlineData("class C { bool M(long at) => at < [|Environment.TickCount64|]; }")]
    public Task What_cannot_be_kept_right_is_not_offered_a_fix_and_becomes_itself(string source) => Fixes(source, source);

    [Fact]
    public Task A_reading_in_the_only_constructor_becomes_one_of_its_parameter() => Fixes(
        """
        class Window
        {
            private readonly DateTime _end;

            public Window(int days)
            {
                _end = [|DateTime.UtcNow|].AddDays(days);
            }

            public bool Contains(DateTime at) => at < _end;
        }

        class Lease
        {
            private readonly DateTime _end;

            public Lease(int days)
            {
                _end = [|DateTime.UtcNow|].AddDays(days);
            }

            public bool IsOver => [|DateTime.UtcNow|] >= _end;
        }
        """,
        """
        class Window
        {
            private readonly DateTime _end;

            public Window(int days, TimeProvider timeProvider)
            {
                _end = timeProvider.GetUtcNow().UtcDateTime.AddDays(days);
            }

            public bool Contains(DateTime at) => at < _end;
        }

        class Lease
        {
            private readonly DateTime _end;
            private readonly TimeProvider _timeProvider;

            public Lease(int days, TimeProvider timeProvider)
            {
                _timeProvider = timeProvider;
                _end = timeProvider.GetUtcNow().UtcDateTime.AddDays(days);
            }

            public bool IsOver => _timeProvider.GetUtcNow().UtcDateTime >= _end;
        }
        """);

    [Fact]
    public Task Tabs_and_line_ends_become_those_of_the_file() => Fixes(
        "class Hours\r\n{\r\n\tpublic Hours()\r\n\t{\r\n\t}\r\n\r\n\tpublic bool IsOpen() => [|DateTime.Now|].Hour > 8;\r\n}\r\nclass Late\r\n{\r\n\tpublic bool Is(DateTime at) => at < [|DateTime.Now|];\r\n}\r\n",
        "class Hours\r\n{\r\n\tprivate readonly TimeProvider _timeProvider;\r\n\r\n\tpublic Hours(TimeProvider timeProvider)\r\n\t{\r\n\t\t_timeProvider = timeProvider;\r\n\t}\r\n\r\n\tpublic bool IsOpen() => _timeProvider.GetLocalNow().LocalDateTime.Hour > 8;\r\n}\r\nclass Late\r\n{\r\n\tprivate readonly TimeProvider _timeProvider;\r\n\r\n\tpublic Late(TimeProvider timeProvider)\r\n\t{\r\n\t\t_timeProvider = timeProvider;\r\n\t}\r\n\r\n\tpublic bool Is(DateTime at) => at < _timeProvider.GetLocalNow().LocalDateTime;\r\n}\r\n");
}
