using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Assistant;

public sealed record Question(string Text, string Tone, string? Language);

public sealed record Answer(string Text, IReadOnlyList<string> Sources);

public sealed record Passage(string Source, string Text, double Score);

/// <summary>Finds the passages of the handbook that belong to a question.</summary>
public interface IPassageSearch
{
    Task<IReadOnlyList<Passage>> FindAsync(string question, int count, CancellationToken cancellationToken);
}

/// <summary>Questions about the handbook, answered from its passages.</summary>
public static class ChatEndpoint
{
    private const int LongestQuestion = 2_000;
    private const string Rules = "You answer questions about the handbook. Cite the source of every statement. Say so when the passages do not hold the answer.";
    private static readonly ChatOptions s_options = new() { MaxOutputTokens = 800, Temperature = 0.2f };

    public static void MapChat(this IEndpointRouteBuilder app)
    {
        app.MapPost("/ask", AskAsync);
        app.MapPost("/ask/tone", AskWithToneAsync);
        app.MapPost("/ask/language", AskInLanguageAsync);
        app.MapPost("/ask/free", AskFreelyAsync);
        app.MapPost("/ask/support", AskSupportAsync);
        app.MapGet("/summary/{name}", SummaryAsync);
    }

    /// <summary>The question is a user message, its length is tested, the answer's length is bounded.</summary>
    private static async Task<IResult> AskAsync(Question question, IChatClient client, IPassageSearch search, CancellationToken cancellationToken)
    {
        if (question.Text.Length > LongestQuestion)
            return Results.BadRequest("The question is too long.");
        var passages = await search.FindAsync(question.Text, 5, cancellationToken);
        List<ChatMessage> messages =
        [
            new(ChatRole.System, Rules),
            new(ChatRole.User, "Passages:\n" + Render(passages)),
            new(ChatRole.User, question.Text),
        ];
        var response = await client.GetResponseAsync(messages, s_options, cancellationToken);
        return Results.Ok(new Answer(response.Text, passages.Select(p => p.Source).ToList()));
    }

    /// <summary>The tone is the caller's text and stands among our own orders.</summary>
    private static async Task<IResult> AskWithToneAsync(Question question, IChatClient client, CancellationToken cancellationToken)
    {
        if (question.Text.Length > LongestQuestion)
            return Results.BadRequest("The question is too long.");
        List<ChatMessage> messages =
        [
            new(ChatRole.System, $"{Rules} Write in a {question.Tone} tone."), // finds ASSAY9001
            new(ChatRole.User, question.Text),
        ];
        var response = await client.GetResponseAsync(messages, s_options, cancellationToken);
        return Results.Ok(new Answer(response.Text, []));
    }

    /// <summary>The language comes from a closed set.</summary>
    private static async Task<IResult> AskInLanguageAsync(Question question, IChatClient client, CancellationToken cancellationToken)
    {
        if (question.Text.Length > LongestQuestion)
            return Results.BadRequest("The question is too long.");
        var language = question.Language switch
        {
            "de" => "German",
            "fr" => "French",
            _ => "English",
        };
        List<ChatMessage> messages =
        [
            new(ChatRole.System, $"{Rules} Write in {language}."),
            new(ChatRole.User, question.Text),
        ];
        var response = await client.GetResponseAsync(messages, s_options, cancellationToken);
        return Results.Ok(new Answer(response.Text, []));
    }

    /// <summary>A book as a question, a book as an answer: the caller decides what we pay.</summary>
    private static async Task<IResult> AskFreelyAsync(Question question, IChatClient client, CancellationToken cancellationToken)
    {
        List<ChatMessage> messages = [new(ChatRole.System, Rules), new(ChatRole.User, question.Text)];
        var response = await client.GetResponseAsync(messages, cancellationToken: cancellationToken); // finds ASSAY9004
        return Results.Ok(new Answer(response.Text, []));
    }

    /// <summary>The key of the ticket system is sent to the model.</summary>
    private static async Task<IResult> AskSupportAsync(Question question, IChatClient client, IConfiguration configuration, CancellationToken cancellationToken)
    {
        if (question.Text.Length > LongestQuestion)
            return Results.BadRequest("The question is too long.");
        var apiKey = configuration["Tickets:ApiKey"];
        var orders = $"You open tickets. Call the ticket system with the key {apiKey}."; // finds ASSAY9006
        List<ChatMessage> messages = [new(ChatRole.System, orders), new(ChatRole.User, question.Text)];
        var response = await client.GetResponseAsync(messages, s_options, cancellationToken);
        return Results.Ok(new Answer(response.Text, []));
    }

    private static async Task<IResult> SummaryAsync(string name, HandbookSummaries summaries, CancellationToken cancellationToken)
    {
        var summary = await summaries.OfAsync(name, cancellationToken);
        return summary is null ? Results.NotFound() : Results.Text(summary);
    }

    private static string Render(IReadOnlyList<Passage> passages)
    {
        var text = new StringBuilder();
        foreach (var passage in passages)
            text.Append('[').Append(passage.Source).Append("] ").AppendLine(passage.Text);
        return text.ToString();
    }
}

/// <summary>Summaries of handbook chapters, made once and kept in a folder.</summary>
public sealed class HandbookSummaries(IChatClient client, ILogger<HandbookSummaries> logger)
{
    private static readonly string[] s_chapters = ["travel", "expenses", "security", "onboarding"];
    private static readonly ChatOptions s_options = new() { MaxOutputTokens = 400 };

    public async Task<string?> OfAsync(string chapter, CancellationToken cancellationToken)
    {
        if (!s_chapters.Contains(chapter))
            return null;
        var path = Path.Combine("handbook", chapter + ".md");
        var text = await File.ReadAllTextAsync(path, cancellationToken);
        List<ChatMessage> messages =
        [
            new(ChatRole.System, $"Summarize the chapter '{chapter}' in five sentences."),
            new(ChatRole.User, text),
        ];
        var response = await client.GetResponseAsync(messages, s_options, cancellationToken);
        logger.LogInformation("Chapter {Chapter}: {Tokens} tokens", chapter, response.Usage?.TotalTokenCount);
        return response.Text;
    }

    /// <summary>The house's own orders lie beside the program.</summary>
    public async Task<string> WithHouseStyleAsync(string question, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(question.Length, 2_000);
        var style = await File.ReadAllTextAsync("style.txt", cancellationToken);
        var system = "You answer questions about the handbook.\n" + style;
        List<ChatMessage> messages = [new(ChatRole.System, system), new(ChatRole.User, question)];
        var response = await client.GetResponseAsync(messages, s_options, cancellationToken);
        return response.Text;
    }

    /// <summary>A team uploads its own style, and with it whatever orders it likes.</summary>
    public async Task<string> WithTeamStyleAsync(int team, string question, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(question.Length, 2_000);
        var style = await File.ReadAllTextAsync(Path.Combine("uploads", $"style-{team}.txt"), cancellationToken);
        var system = "You answer questions about the handbook.\n" + style; // finds ASSAY9001
        List<ChatMessage> messages = [new(ChatRole.System, system), new(ChatRole.User, question)];
        var response = await client.GetResponseAsync(messages, s_options, cancellationToken);
        return response.Text;
    }
}
