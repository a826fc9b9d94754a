using System.Data.Common;
using System.Net.Http.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Shop;

public sealed record Charge(string Reference, long AmountInCents, string Currency);

public sealed record ChargeAnswer(string Id, string Status);

/// <summary>Moves money: accounts in PostgreSQL through Dapper, cards through the provider's HTTP interface.</summary>
public sealed class PaymentService(NpgsqlDataSource dataSource, HttpClient provider, TimeProvider clock, ILogger<PaymentService> logger)
{
    private const string Accounts = "accounts";
    private static readonly HashSet<string> s_sortable = new(StringComparer.Ordinal) { "created", "amount", "id" };

    /// <summary>The account can be overdrawn by two withdrawals at once.</summary>
    public async Task<bool> WithdrawAsync(int accountId, decimal amount, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var balance = await connection.ExecuteScalarAsync<decimal>(
            new CommandDefinition("SELECT balance FROM accounts WHERE id = @accountId", new { accountId }, cancellationToken: cancellationToken));
        if (balance < amount)
            return false;
        await connection.ExecuteAsync( // finds ASSAY5002
            new CommandDefinition("UPDATE accounts SET balance = @next WHERE id = @accountId", new { next = balance - amount, accountId }, cancellationToken: cancellationToken));
        return true;
    }

    /// <summary>One statement tests and takes.</summary>
    public async Task<bool> WithdrawAtomicallyAsync(int accountId, decimal amount, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var changed = await connection.ExecuteAsync(new CommandDefinition(
            $"UPDATE {Accounts} SET balance = balance - @amount WHERE id = @accountId AND balance >= @amount",
            new { accountId, amount },
            cancellationToken: cancellationToken));
        return changed == 1;
    }

    /// <summary>The row is locked from the read to the commit.</summary>
    public async Task<bool> WithdrawLockedAsync(int accountId, decimal amount, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var balance = await connection.ExecuteScalarAsync<decimal>(new CommandDefinition(
            "SELECT balance FROM accounts WHERE id = @accountId FOR UPDATE", new { accountId }, transaction, cancellationToken: cancellationToken));
        if (balance < amount)
            return false;
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE accounts SET balance = @next WHERE id = @accountId", new { next = balance - amount, accountId }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Whoever chooses the owner's name writes the statement.</summary>
    public async Task<List<int>> FindByOwnerAsync(string owner, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM accounts WHERE owner = '" + owner + "'"; // finds ASSAY5004
        var ids = new List<int>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(reader.GetInt32(0));
        return ids;
    }

    /// <summary>The same question with a parameter.</summary>
    public async Task<List<int>> FindByOwnerSafelyAsync(string owner, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM " + Accounts + " WHERE owner = @owner";
        command.Parameters.AddWithValue("owner", owner);
        var ids = new List<int>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(reader.GetInt32(0));
        return ids;
    }

    /// <summary>A column name cannot be a parameter: it is tested against a list.</summary>
    public async Task<IReadOnlyList<long>> ListAsync(string sort, CancellationToken cancellationToken)
    {
        if (!s_sortable.Contains(sort))
            throw new ArgumentException("Unknown sort column.", nameof(sort));
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<long>(new CommandDefinition($"SELECT id FROM payments ORDER BY {sort} LIMIT 100", cancellationToken: cancellationToken));
        return rows.AsList();
    }

    /// <summary>A search box's text reaches Dapper as part of the statement.</summary>
    public async Task<IReadOnlyList<long>> SearchAsync(string term, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var sql = $"SELECT id FROM payments WHERE reference LIKE '%{term}%'"; // finds ASSAY5004
        var rows = await connection.QueryAsync<long>(new CommandDefinition(sql, cancellationToken: cancellationToken));
        return rows.AsList();
    }

    /// <summary>Looks for the key, then inserts; two requests with one key both insert.</summary>
    public async Task RememberAsync(string key, string answer, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var known = await connection.ExecuteScalarAsync<int>(new CommandDefinition("SELECT COUNT(*) FROM answers WHERE key = @key", new { key }, cancellationToken: cancellationToken));
        if (known > 0)
            return;
        await connection.ExecuteAsync(new CommandDefinition("INSERT INTO answers (key, answer) VALUES (@key, @answer)", new { key, answer }, cancellationToken: cancellationToken)); // finds ASSAY5003
    }

    /// <summary>The database decides who is first.</summary>
    public async Task<bool> RememberOnceAsync(string key, string answer, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var known = await connection.ExecuteScalarAsync<int>(new CommandDefinition("SELECT COUNT(*) FROM answers WHERE key = @key", new { key }, cancellationToken: cancellationToken));
        if (known > 0)
            return false;
        return 1 == await connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO answers (key, answer) VALUES (@key, @answer) ON CONFLICT (key) DO NOTHING", new { key, answer }, cancellationToken: cancellationToken));
    }

    /// <summary>The provider may have charged the card before the answer was lost.</summary>
    public async Task<ChargeAnswer?> ChargeAsync(Charge charge, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            try
            {
                using var response = await provider.PostAsJsonAsync("charges", charge, cancellationToken); // finds ASSAY6004
                response.EnsureSuccessStatusCode();
                return await response.Content.ReadFromJsonAsync<ChargeAnswer>(cancellationToken);
            }
            catch (HttpRequestException exception) when (attempt < 4)
            {
                logger.LogWarning(exception, "Charge {Reference} failed, attempt {Attempt}", charge.Reference, attempt);
                await Task.Delay(Backoff(attempt), clock, cancellationToken);
            }
        }
        return null;
    }

    /// <summary>The key lets the provider recognise the second attempt.</summary>
    public async Task<ChargeAnswer?> ChargeOnceAsync(Charge charge, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "charges") { Content = JsonContent.Create(charge) };
            request.Headers.Add("Idempotency-Key", charge.Reference);
            try
            {
                using var response = await provider.SendAsync(request, cancellationToken);
                response.EnsureSuccessStatusCode();
                return await response.Content.ReadFromJsonAsync<ChargeAnswer>(cancellationToken);
            }
            catch (HttpRequestException exception) when (attempt < 4)
            {
                logger.LogWarning(exception, "Charge {Reference} failed, attempt {Attempt}", charge.Reference, attempt);
                await Task.Delay(Backoff(attempt), clock, cancellationToken);
            }
        }
        return null;
    }

    /// <summary>Reading again and again is harmless.</summary>
    public async Task<ChargeAnswer?> StatusAsync(string reference, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            try
            {
                return await provider.GetFromJsonAsync<ChargeAnswer>($"charges/{Uri.EscapeDataString(reference)}", cancellationToken);
            }
            catch (HttpRequestException exception) when (attempt < 4)
            {
                logger.LogWarning(exception, "Status of {Reference} failed, attempt {Attempt}", reference, attempt);
                await Task.Delay(Backoff(attempt), clock, cancellationToken);
            }
        }
        return null;
    }

    /// <summary>Ten cents over three accounts: one cent is lost.</summary>
    public static long[] SplitEvenly(long amountInCents, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(parts);
        var share = amountInCents / parts; // finds ASSAY5010
        var shares = new long[parts];
        Array.Fill(shares, share);
        return shares;
    }

    /// <summary>The remainder goes to the first shares, a cent each.</summary>
    public static long[] SplitExactly(long amountInCents, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(parts);
        var share = amountInCents / parts;
        var rest = amountInCents % parts;
        var shares = new long[parts];
        for (var i = 0; i < parts; i++)
            shares[i] = i < rest ? share + 1 : share;
        return shares;
    }

    private static TimeSpan Backoff(int attempt) =>
        TimeSpan.FromMilliseconds(Random.Shared.Next(1, 100 << attempt));

    private static bool IsDuplicate(DbException exception) => exception.SqlState == PostgresErrorCodes.UniqueViolation;

    /// <summary>The duplicate is expected and answered.</summary>
    public async Task<bool> RegisterAsync(Guid paymentId, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(new CommandDefinition("INSERT INTO payments (id) VALUES (@paymentId)", new { paymentId }, cancellationToken: cancellationToken));
            return true;
        }
        catch (DbException exception) when (IsDuplicate(exception))
        {
            return false;
        }
    }
}
