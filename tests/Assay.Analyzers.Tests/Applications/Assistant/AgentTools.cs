using System.ComponentModel;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace Assistant;

public enum TicketQueue { Hardware, Software, Accounts }

/// <summary>What the model proposes for a ticket.</summary>
public sealed class Triage
{
    public string? Queue { get; set; }

    public int Priority { get; set; }

    public string? Reason { get; set; }
}

/// <summary>Functions the model may call. Their arguments are the model's words.</summary>
public sealed class SupportTools(DbConnection connection, string documents, ILogger<SupportTools> logger)
{
    private static readonly string[] s_services = ["mail", "vpn", "printing"];

    public IList<AITool> All() =>
    [
        AIFunctionFactory.Create(FindTicketsAsync),
        AIFunctionFactory.Create(CountTicketsAsync),
        AIFunctionFactory.Create(ReadDocumentAsync),
        AIFunctionFactory.Create(ReadDocumentSafelyAsync),
        AIFunctionFactory.Create(Restart),
        AIFunctionFactory.Create(RunDiagnostics),
        AIFunctionFactory.Create(Today),
    ];

    [Description("Finds tickets whose title holds the text.")]
    public async Task<IReadOnlyList<string>> FindTicketsAsync(string text, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT title FROM tickets WHERE title LIKE @pattern LIMIT 20", new { pattern = "%" + text + "%" }, cancellationToken: cancellationToken));
        return rows.AsList();
    }

    [Description("Counts the tickets of a queue.")]
    public async Task<int> CountTicketsAsync(string where, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<int>(new CommandDefinition("SELECT COUNT(*) FROM tickets WHERE " + where, cancellationToken: cancellationToken)); // finds ASSAY9005

    [Description("Reads a document.")]
    public async Task<string> ReadDocumentAsync(string name, CancellationToken cancellationToken) =>
        await File.ReadAllTextAsync(Path.Combine(documents, name), cancellationToken); // finds ASSAY9005

    [Description("Reads a document by its name.")]
    public async Task<string> ReadDocumentSafelyAsync(string name, CancellationToken cancellationToken)
    {
        var known = Directory.EnumerateFiles(documents).Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        if (!known.Contains(name))
            return "There is no such document.";
        return await File.ReadAllTextAsync(Path.Combine(documents, name), cancellationToken);
    }

    [Description("Restarts a service.")]
    public string Restart(string service)
    {
        if (!s_services.Contains(service))
            return "There is no such service.";
        using var process = Process.Start("systemctl", ["restart", service]);
        logger.LogInformation("Restarted {Service}", service);
        return "ok";
    }

    [Description("Runs a diagnostic command.")]
    public string RunDiagnostics(string command)
    {
        using var process = Process.Start("/bin/sh", "-c \"" + command + "\""); // finds ASSAY9005
        return process.Id.ToString(CultureInfo.InvariantCulture);
    }

    [Description("The date.")]
    public static string Today() => "see the calendar";
}

/// <summary>Sorts tickets into queues with the help of a model.</summary>
public sealed class TriageService(IChatClient client, DbConnection connection, ILogger<TriageService> logger)
{
    private const string Orders = "Answer with JSON: queue (Hardware, Software or Accounts), priority (1 to 5), reason.";
    private static readonly ChatOptions s_options = new() { MaxOutputTokens = 200, ResponseFormat = ChatResponseFormat.Json };

    /// <summary>The model's numbers are used as they come.</summary>
    public async Task<int> PriorityAsync(string ticket, CancellationToken cancellationToken)
    {
        var response = await AskAsync(ticket, cancellationToken);
        var triage = JsonSerializer.Deserialize<Triage>(response.Text); // finds ASSAY9003
        return triage!.Priority;
    }

    /// <summary>Parsed, tested, and only then believed.</summary>
    public async Task<(TicketQueue Queue, int Priority)?> TriageAsync(string ticket, CancellationToken cancellationToken)
    {
        var response = await AskAsync(ticket, cancellationToken);
        Triage? triage;
        try
        {
            triage = JsonSerializer.Deserialize<Triage>(response.Text);
        }
        catch (JsonException exception)
        {
            logger.LogWarning(exception, "The model did not answer with JSON");
            return null;
        }
        if (triage is null || triage.Priority is < 1 or > 5 || !Enum.TryParse<TicketQueue>(triage.Queue, out var queue))
            return null;
        return (queue, triage.Priority);
    }

    /// <summary>The model writes the statement.</summary>
    public async Task<int> ReportAsync(string wish, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wish.Length, 500);
        var response = await client.GetResponseAsync(
            [new ChatMessage(ChatRole.System, "Write one SQL query over the table tickets."), new ChatMessage(ChatRole.User, wish)], s_options, cancellationToken);
        return await connection.ExecuteScalarAsync<int>(new CommandDefinition(response.Text, cancellationToken: cancellationToken)); // finds ASSAY9002
    }

    /// <summary>The model chooses a number of a list that is ours.</summary>
    public async Task<int> PrewrittenReportAsync(string wish, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wish.Length, 500);
        string[] reports = ["SELECT COUNT(*) FROM tickets", "SELECT COUNT(*) FROM tickets WHERE closed IS NULL"];
        var response = await client.GetResponseAsync(
            [new ChatMessage(ChatRole.System, "Answer 0 for all tickets, 1 for open ones."), new ChatMessage(ChatRole.User, wish)], s_options, cancellationToken);
        if (!int.TryParse(response.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var chosen) || chosen >= reports.Length)
            return -1;
        return await connection.ExecuteScalarAsync<int>(new CommandDefinition(reports[chosen], cancellationToken: cancellationToken));
    }

    /// <summary>The answer names the file that is written.</summary>
    public async Task SaveNoteAsync(string ticket, CancellationToken cancellationToken)
    {
        var response = await AskAsync(ticket, cancellationToken);
        var path = Path.Combine("notes", response.Text + ".md");
        await File.WriteAllTextAsync(path, ticket, cancellationToken); // finds ASSAY9002
    }

    /// <summary>The file's name is ours, the text is the model's.</summary>
    public async Task SaveAnswerAsync(int ticketId, string ticket, CancellationToken cancellationToken)
    {
        var response = await AskAsync(ticket, cancellationToken);
        var path = Path.Combine("notes", ticketId.ToString(CultureInfo.InvariantCulture) + ".md");
        await File.WriteAllTextAsync(path, response.Text, cancellationToken);
    }

    private Task<ChatResponse> AskAsync(string ticket, CancellationToken cancellationToken)
    {
        var text = ticket.Length > 4_000 ? ticket[..4_000] : ticket;
        return client.GetResponseAsync([new ChatMessage(ChatRole.System, Orders), new ChatMessage(ChatRole.User, text)], s_options, cancellationToken);
    }
}
