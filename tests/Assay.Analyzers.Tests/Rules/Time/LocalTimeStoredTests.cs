using Assay.Analyzers.Rules.Time;
using Assay.CodeFixes.Rules.Time;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Time;

public sealed class LocalTimeStoredTests : RuleTests<LocalTimeStored, LocalTimeStoredFix>
{
    [Fact]
    public Task Local_times_beside_UTC_are_flagged() => Flags(
        """
        class C
        {
            DateTime _expiresUtc;
            void M(FileInfo file, TimeProvider clock)
            {
                if ({|ASSAY4008:DateTime.Now|} > _expiresUtc) { }
                var age = {|ASSAY4008:DateTime.Now|} - file.LastWriteTimeUtc;
                if (file.LastWriteTimeUtc.AddDays(3) < {|ASSAY4008:DateTime.Today|}) { }
                if ({|ASSAY4008:clock.GetLocalNow().DateTime|} < clock.GetUtcNow().UtcDateTime) { }
                _expiresUtc = {|ASSAY4008:DateTime.Now|}.AddMinutes(5);
                var now = {|#0:DateTime.Now|};
                if ({|ASSAY4008:now|} > File.GetLastWriteTimeUtc("a")) { }
            }
        }
        """);

    [Fact]
    public Task The_message_names_both_times() => Flags(
        """
        class C
        {
            DateTime ExpiresUtc { get; set; }
            void M()
            {
                if ([|DateTime.Now|] > ExpiresUtc) { }
                ExpiresUtc = [|DateTime.Now|];
            }
        }
        """,
        messages:
        [
            "'DateTime.Now' is a time of this machine's zone, and 'ExpiresUtc' is one of UTC: the result is off by the hours between them, and by one more in summer",
            "'DateTime.Now' is a time of this machine's zone, and 'ExpiresUtc' is meant to be in UTC: whoever reads it is off by the hours between them",
        ]);

    [Fact]
    public Task Local_times_in_columns_are_flagged() => Flags(
        """
        using System.ComponentModel.DataAnnotations.Schema;
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id { get; set; } public DateTime CreatedAt { get; set; } public DateTime? PaidAt { get; set; } }
        class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        class Row { [Column("at")] public DateTime At { get; set; } }
        class C
        {
            void M(Order order, Row row)
            {
                var made = new Order { CreatedAt = [|DateTime.Now|], PaidAt = [|DateTime.Now|].AddDays(1) };
                order.PaidAt = [|DateTime.UtcNow.ToLocalTime()|];
                row.At = [|DateTimeOffset.UtcNow.LocalDateTime|];
            }
        }
        """);

    [Fact]
    public Task Local_times_in_messages_are_suggestions() => Flags(
        """
        using System.Runtime.Serialization;
        using System.Text.Json.Serialization;
        class Message { [JsonPropertyName("at")] public DateTime At { get; set; } }
        [DataContract] class Contract { [DataMember] public DateTime At { get; set; } }
        class C
        {
            void M(Message message)
            {
                message.At = [|DateTimeOffset.Now.DateTime|];
                var contract = new Contract { At = [|DateTimeOffset.UtcNow.LocalDateTime|] };
            }
        }
        """,
        severity: Microsoft.CodeAnalysis.DiagnosticSeverity.Info);

    [Fact]
    public Task Local_times_that_are_written_out_at_once_are_suggestions() => Flags(
        """
        using System.Text.Json;
        class Reading { public DateTime TakenAt { get; set; } public DateTime LocalTime { get; set; } }
        class Shown { public DateTime At { get; set; } }
        class C
        {
            string Write() => JsonSerializer.Serialize(new Reading { TakenAt = [|DateTime.Now|], LocalTime = DateTime.Now });
            string Later()
            {
                var reading = new Reading();
                reading.TakenAt = [|DateTime.Now|];
                return JsonSerializer.Serialize(reading);
            }
            Shown Show() => new() { At = DateTime.Now };
        }
        """,
        severity: Microsoft.CodeAnalysis.DiagnosticSeverity.Info);

    [Fact]
    public Task UTC_and_times_of_a_place_are_ignored() => Ignores(
        """
        using System.Text.Json.Serialization;
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id { get; set; } public DateTime CreatedAt { get; set; } public DateTime PickupLocal { get; set; } public DateTimeOffset PaidAt { get; set; } [JsonIgnore] public DateTime Shown { get; set; } }
        class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        class View { public DateTime At { get; set; } }
        class C
        {
            DateTime _expiresUtc;
            DateTime _last;
            void M(Order order, FileInfo file, DateTime given)
            {
                order.CreatedAt = DateTime.UtcNow;
                order.CreatedAt = DateTime.Now.ToUniversalTime();
                order.PickupLocal = DateTime.Now;
                order.PaidAt = DateTimeOffset.Now;
                order.Shown = DateTime.Now;
                order.CreatedAt = given;
                var view = new View { At = DateTime.Now };
                _last = DateTime.Now;
                if (DateTime.Now - _last > TimeSpan.FromSeconds(3)) { }
                if (DateTime.Now > file.LastWriteTime) { }
                if (DateTime.UtcNow > _expiresUtc) { }
                if (DateTime.Now - TimeSpan.FromDays(1) > given) { }
                if (DateTime.Now.ToUniversalTime() > _expiresUtc) { }
                Console.WriteLine(DateTime.Now);
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { DateTime _endUtc; void M() { _endUtc = DateTime.No; if (DateTime.Now > ) { } } }", allowErrors: true);

    [Fact]
    public Task The_time_is_taken_in_UTC() => Fixes(
        """
        class C
        {
            DateTime _expiresUtc;
            void M(FileInfo file, TimeProvider clock)
            {
                if ([|DateTime.Now|] > _expiresUtc) { }
                _expiresUtc = [|DateTime.Today|].AddDays(1);
                _expiresUtc = [|clock.GetLocalNow().DateTime|];
                _expiresUtc = [|clock.GetUtcNow().LocalDateTime|];
                _expiresUtc = /* soon */ [|DateTimeOffset.Now.DateTime|]; // now
                _expiresUtc = [|file.LastWriteTime.ToLocalTime()|];
            }
        }
        """,
        """
        class C
        {
            DateTime _expiresUtc;
            void M(FileInfo file, TimeProvider clock)
            {
                if (DateTime.UtcNow > _expiresUtc) { }
                _expiresUtc = DateTime.UtcNow.Date.AddDays(1);
                _expiresUtc = clock.GetUtcNow().UtcDateTime;
                _expiresUtc = clock.GetUtcNow().UtcDateTime;
                _expiresUtc = /* soon */ DateTimeOffset.UtcNow.UtcDateTime; // now
                _expiresUtc = [|file.LastWriteTime.ToLocalTime()|];
            }
        }
        """,
        title: "Take the time in UTC");

    [Fact]
    public Task A_moment_that_is_written_down_is_ignored() => Ignores(
        """
        using System.Text.Json;
        class Sample { public DateTime At { get; set; } }
        class Examples
        {
            public string Make()
            {
                var sample = new Sample();
                sample.At = new DateTime(2008, 12, 12, 12, 12, 12, 0, DateTimeKind.Utc).ToLocalTime();
                return JsonSerializer.Serialize(sample);
            }
        }
        """);
}
