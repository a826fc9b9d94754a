using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Assay.Reference.Ledger;

namespace Assay.Reference.PostgreSql.Ledger;

/// <summary>Writes the fields of a request that is executed by itself in the form that the function in the database reads.</summary>
internal static class RequestJson
{
    public static string Write(LedgerRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteFields(json, request);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteFields(Utf8JsonWriter json, LedgerRequest request)
    {
        switch (request)
        {
            case LedgerRequest.OpenAccount open:
                json.WriteNumber("a"u8, open.Account);
                json.WriteNumber("c"u8, open.Currency.Number);
                json.WriteNumber("lo"u8, open.Bounds.Minimum);
                json.WriteNumber("hi"u8, open.Bounds.Maximum);
                break;
            case LedgerRequest.CloseAccount close:
                json.WriteNumber("a"u8, close.Account);
                break;
            case LedgerRequest.Reserve reserve:
                json.WriteNumber("o"u8, reserve.Timeout.Ticks);
                WritePostings(json, reserve.Postings);
                break;
            case LedgerRequest.Schedule schedule:
                json.WriteNumber("d"u8, schedule.DueAt.UtcTicks);
                WritePostings(json, schedule.Postings);
                break;
            case LedgerRequest.PostReserved post:
                WriteTarget(json, post.Reservation, post.Amounts);
                break;
            case LedgerRequest.VoidReserved release:
                WriteTarget(json, release.Reservation, default);
                break;
            case LedgerRequest.Reverse reverse:
                WriteTarget(json, reverse.Original, reverse.Amounts);
                break;
            case LedgerRequest.CancelScheduled cancel:
                WriteTarget(json, cancel.Scheduled, default);
                break;
        }
    }

    private static void WritePostings(Utf8JsonWriter json, ImmutableArray<Posting> postings)
    {
        json.WriteStartArray("p"u8);
        foreach (var posting in postings)
        {
            json.WriteStartArray();
            json.WriteNumberValue(posting.From);
            json.WriteNumberValue(posting.To);
            json.WriteNumberValue(posting.Amount.Currency.Number);
            json.WriteNumberValue(posting.Amount.MinorUnits);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteTarget(Utf8JsonWriter json, RequestKey target, ImmutableArray<long> amounts)
    {
        json.WriteString("g"u8, target.ToGuid());
        json.WriteStartArray("m"u8);
        foreach (var amount in amounts.IsDefault ? [] : amounts)
            json.WriteNumberValue(amount);
        json.WriteEndArray();
    }
}
