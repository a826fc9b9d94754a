using System.Data;
using System.Data.Common;
using System.Text;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Clinic;

public sealed class Bill
{
    public int Id { get; set; }

    public decimal Total { get; set; }

    public decimal Paid { get; set; }

    public float Vat { get; set; } // finds ASSAY5008

    public double DiscountPercent { get; set; }
}

public sealed record Payment(int BillId, decimal Amount, string CardNumber);

public sealed record Reading(string Device, double Value);

/// <summary>Bills, kept with plain ADO.NET and Dapper.</summary>
public sealed class BillStore
{
    private readonly Func<DbConnection> _connect;
    private readonly ILogger<BillStore> _logger;

    public BillStore(Func<DbConnection> connect, ILogger<BillStore> logger)
    {
        _connect = connect;
        _logger = logger;
    }

    /// <summary>Adds to what was read some time ago.</summary>
    public async Task PayAsync(Payment payment, CancellationToken cancellationToken)
    {
        await using var connection = _connect();
        await connection.OpenAsync(cancellationToken);
        await using var read = connection.CreateCommand();
        read.CommandText = "SELECT paid FROM bills WHERE id = @id";
        Add(read, "id", payment.BillId);
        var paid = (decimal)(await read.ExecuteScalarAsync(cancellationToken) ?? 0m);

        await using var write = connection.CreateCommand();
        write.CommandText = "UPDATE bills SET paid = @paid WHERE id = @id";
        Add(write, "id", payment.BillId);
        Add(write, "paid", paid + payment.Amount);
        await write.ExecuteNonQueryAsync(cancellationToken); // finds ASSAY5002
    }

    /// <summary>The database adds.</summary>
    public async Task PayInPlaceAsync(Payment payment, CancellationToken cancellationToken)
    {
        await using var connection = _connect();
        await connection.OpenAsync(cancellationToken);
        await using var write = connection.CreateCommand();
        write.CommandText = "UPDATE bills SET paid = paid + @amount WHERE id = @id";
        Add(write, "id", payment.BillId);
        Add(write, "amount", payment.Amount);
        await write.ExecuteNonQueryAsync(cancellationToken);
        _logger.LogInformation("Bill {Bill} was paid with {Card}", payment.BillId, payment.CardNumber); // finds ASSAY7003
    }

    /// <summary>Only the last digits are logged.</summary>
    public void Note(Payment payment) =>
        _logger.LogInformation("Bill {Bill} was paid with a card ending in {Digits}", payment.BillId, payment.CardNumber[^4..]);

    /// <summary>A filter is glued together from what the form holds.</summary>
    public async Task<IReadOnlyList<Bill>> FindAsync(string? doctor, int? year, CancellationToken cancellationToken)
    {
        var sql = new StringBuilder("SELECT * FROM bills WHERE 1 = 1");
        if (doctor is not null)
            sql.Append(" AND doctor = '").Append(doctor).Append('\''); // finds ASSAY5004
        if (year is not null)
            sql.Append(" AND year = ").Append(year.Value);
        await using var connection = _connect();
        var rows = await connection.QueryAsync<Bill>(new CommandDefinition(sql.ToString(), cancellationToken: cancellationToken));
        return rows.AsList();
    }

    /// <summary>The same filter, with parameters.</summary>
    public async Task<IReadOnlyList<Bill>> FindSafelyAsync(string? doctor, int? year, CancellationToken cancellationToken)
    {
        var sql = new StringBuilder("SELECT * FROM bills WHERE 1 = 1");
        if (doctor is not null)
            sql.Append(" AND doctor = @doctor");
        if (year is not null)
            sql.Append(" AND year = @year");
        await using var connection = _connect();
        var rows = await connection.QueryAsync<Bill>(new CommandDefinition(sql.ToString(), new { doctor, year }, cancellationToken: cancellationToken));
        return rows.AsList();
    }

    /// <summary>A statement for every bill.</summary>
    public async Task<decimal> SumAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        await using var connection = _connect();
        var sum = 0m;
        foreach (var id in ids)
            sum += await connection.ExecuteScalarAsync<decimal>(new CommandDefinition("SELECT total FROM bills WHERE id = @id", new { id }, cancellationToken: cancellationToken)); // finds ASSAY5005
        return sum;
    }

    public async Task<decimal> SumAtOnceAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        await using var connection = _connect();
        return await connection.ExecuteScalarAsync<decimal>(new CommandDefinition("SELECT SUM(total) FROM bills WHERE id = ANY(@ids)", new { ids }, cancellationToken: cancellationToken));
    }

    /// <summary>A fee of seven for every hundred, and the rest of the division is nobody's.</summary>
    public static int FeeInCents(int amountCents) => amountCents * 7 / 100; // finds ASSAY5010

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}

/// <summary>What the front desk calls.</summary>
public static class BillingEndpoints
{
    public static void MapBilling(this IEndpointRouteBuilder app)
    {
        app.MapPost("/bills", async (Bill bill, IDbConnection connection) =>
        {
            await connection.ExecuteAsync("INSERT INTO bills (total, paid) VALUES (@Total, 0)", bill); // finds ASSAY5009 ASSAY6003
            return Results.Accepted();
        });

        app.MapGet("/bills/{id:int}/pdf", async (int id, HttpClient printer, CancellationToken cancellationToken) =>
        {
            var bytes = await printer.GetByteArrayAsync($"print/{id}", cancellationToken);
            return Results.Bytes(bytes, "application/pdf");
        });

        app.MapGet("/bills/{id:int}/state", async (int id, HttpClient insurer) =>
        {
            var state = await insurer.GetStringAsync($"claims/{id}"); // finds ASSAY6003
            return Results.Text(state);
        });

        app.MapPost("/bills/{id:int}/send", async (int id, HttpClient insurer, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        {
            try
            {
                using var response = await insurer.PostAsync($"claims/{id}", null, cancellationToken);
                return Results.StatusCode((int)response.StatusCode);
            }
            catch (HttpRequestException exception)
            {
                loggers.CreateLogger("billing").LogError(exception, "Claim {Id} could not be sent", id);
                return Results.Problem(exception.ToString()); // finds ASSAY6001
            }
        });
    }
}

/// <summary>The insurer's interface, which fails now and then.</summary>
public sealed class Insurer(HttpClient client, ILogger<Insurer> logger)
{
    /// <summary>All the clinics come back every second.</summary>
    public async Task<string?> StateAsync(int claim, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            try
            {
                return await client.GetStringAsync($"claims/{claim}", cancellationToken);
            }
            catch (HttpRequestException exception)
            {
                logger.LogWarning(exception, "Claim {Claim}, attempt {Attempt}", claim, attempt);
                await Task.Delay(1000, cancellationToken); // finds ASSAY4004
            }
        }
        return null;
    }

    /// <summary>No pause at all.</summary>
    public async Task<string> RatesAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await client.GetStringAsync("rates", cancellationToken);
            }
            catch (HttpRequestException exception) // finds ASSAY4005
            {
                logger.LogWarning(exception, "Rates could not be read");
            }
        }
    }

    /// <summary>The claim may be filed twice.</summary>
    public async Task<bool> FileAsync(int bill, CancellationToken cancellationToken)
    {
        var left = 3;
        while (left > 0)
        {
            try
            {
                using var response = await client.PostAsync($"claims?bill={bill}", null, cancellationToken); // finds ASSAY6004
                if (response.IsSuccessStatusCode)
                    return true;
            }
            catch (TaskCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                logger.LogWarning(exception, "Bill {Bill} timed out", bill);
            }
            left--;
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(100, 200 << (3 - left))), cancellationToken);
        }
        return false;
    }
}
