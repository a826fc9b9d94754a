using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using OpenAI.Chat;

namespace Assistant;

public sealed record Review(int ProductId, string Author, string Text);

public sealed record Verdict(string Mood, int Stars);

/// <summary>Reads customers' reviews through the OpenAI SDK.</summary>
[ApiController]
[Route("reviews")]
public sealed class ReviewsController(ChatClient client, ReviewReader reader, ILogger<ReviewsController> logger) : ControllerBase
{
    private static readonly ChatCompletionOptions s_short = new() { MaxOutputTokenCount = 200 };

    [HttpPost("mood")]
    public async Task<IActionResult> Mood(Review review, CancellationToken cancellationToken)
    {
        if (review.Text.Length > 3_000)
            return BadRequest();
        ChatMessage[] messages =
        [
            new SystemChatMessage("Say whether the review is friendly, neutral or angry. One word."),
            new UserChatMessage(review.Text),
        ];
        ChatCompletion completion = await client.CompleteChatAsync(messages, s_short, cancellationToken);
        return completion.Content[0].Text.Trim().ToLowerInvariant() switch
        {
            "friendly" => Ok("friendly"),
            "angry" => Ok("angry"),
            _ => Ok("neutral"),
        };
    }

    /// <summary>The author's name is put among the orders.</summary>
    [HttpPost("reply")]
    public async Task<IActionResult> Reply(Review review, CancellationToken cancellationToken)
    {
        if (review.Text.Length > 3_000 || review.Author.Length > 100)
            return BadRequest();
        ChatMessage[] messages =
        [
            new SystemChatMessage("You answer reviews of our shop. The customer is called " + review.Author + "."), // finds ASSAY9001
            new UserChatMessage(review.Text),
        ];
        ChatCompletion completion = await client.CompleteChatAsync(messages, s_short, cancellationToken);
        return Ok(completion.Content[0].Text);
    }

    /// <summary>The model's answer is shown as HTML.</summary>
    [HttpPost("page")]
    public async Task<ContentResult> Page(Review review, CancellationToken cancellationToken)
    {
        var text = review.Text.Length > 3_000 ? review.Text[..3_000] : review.Text;
        ChatCompletion completion = await client.CompleteChatAsync([new SystemChatMessage("Summarize the review."), new UserChatMessage(text)], s_short, cancellationToken);
        return Content("<p>" + completion.Content[0].Text + "</p>", "text/html"); // finds ASSAY9002
    }

    [HttpPost("page/encoded")]
    public async Task<ContentResult> EncodedPage(Review review, CancellationToken cancellationToken)
    {
        var text = review.Text.Length > 3_000 ? review.Text[..3_000] : review.Text;
        ChatCompletion completion = await client.CompleteChatAsync([new SystemChatMessage("Summarize the review."), new UserChatMessage(text)], s_short, cancellationToken);
        return Content("<p>" + System.Net.WebUtility.HtmlEncode(completion.Content[0].Text) + "</p>", "text/html");
    }

    [HttpPost("stars")]
    public async Task<IActionResult> Stars(Review review, CancellationToken cancellationToken)
    {
        var verdict = await reader.JudgeAsync(review, cancellationToken);
        logger.LogInformation("Review of {Product}: {Verdict}", review.ProductId, verdict);
        return verdict is null ? UnprocessableEntity() : Ok(verdict.Stars);
    }
}

/// <summary>Turns a review into stars.</summary>
public sealed class ReviewReader(ChatClient client, ILogger<ReviewReader> logger)
{
    private static readonly ChatCompletionOptions s_json = new() { MaxOutputTokenCount = 100, ResponseFormat = ChatResponseFormat.CreateJsonObjectFormat() };

    /// <summary>Null when the model's answer is not what was asked for.</summary>
    public async Task<Verdict?> JudgeAsync(Review review, CancellationToken cancellationToken)
    {
        var text = review.Text.Length > 3_000 ? review.Text[..3_000] : review.Text;
        ChatCompletion completion = await client.CompleteChatAsync([new SystemChatMessage("Answer with JSON: mood, stars (1 to 5)."), new UserChatMessage(text)], s_json, cancellationToken);
        try
        {
            var verdict = JsonSerializer.Deserialize<Verdict>(completion.Content[0].Text);
            return verdict is { Stars: >= 1 and <= 5 } ? verdict : null;
        }
        catch (JsonException exception)
        {
            logger.LogWarning(exception, "The answer is no JSON");
            return null;
        }
    }

    /// <summary>Stars that no range check ever saw are added to the sum.</summary>
    public async Task<int> SumAsync(IReadOnlyList<Review> reviews, CancellationToken cancellationToken)
    {
        var sum = 0;
        foreach (var review in reviews.Take(20))
        {
            var text = review.Text.Length > 3_000 ? review.Text[..3_000] : review.Text;
            ChatCompletion completion = await client.CompleteChatAsync([new SystemChatMessage("Answer with JSON: mood, stars (1 to 5)."), new UserChatMessage(text)], s_json, cancellationToken);
            var verdict = JsonSerializer.Deserialize<Verdict>(completion.Content[0].Text)!; // finds ASSAY9003
            sum += verdict.Stars;
        }
        return sum;
    }

    /// <summary>The model is asked for a command, and the command is run.</summary>
    public async Task<int> FixAsync(string complaint, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(complaint.Length, 1_000);
        ChatCompletion completion = await client.CompleteChatAsync([new SystemChatMessage("Answer with a shell command."), new UserChatMessage(complaint)], s_json, cancellationToken);
        var command = completion.Content[0].Text;
        using var process = Process.Start("/bin/sh", "-c \"" + command + "\""); // finds ASSAY9002
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }
}

/// <summary>A conversation with tools: the model asks, we run what it names, it answers.</summary>
public sealed class ConversationService(ChatClient client, OrderDesk desk, ILogger<ConversationService> logger)
{
    private const int MostTurns = 6;
    private static readonly ChatTool s_status = ChatTool.CreateFunctionTool("order_status", "The state of an order.");
    private static readonly ChatTool s_cancel = ChatTool.CreateFunctionTool("cancel_order", "Cancels an order.");

    public async Task<string> AskAsync(string question, CancellationToken cancellationToken)
    {
        if (question.Length > 2_000)
            throw new ArgumentException("The question is too long.", nameof(question));
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 500 };
        options.Tools.Add(s_status);
        options.Tools.Add(s_cancel);
        List<ChatMessage> messages = [new SystemChatMessage("You answer questions about orders."), new UserChatMessage(question)];
        for (var turn = 0; turn < MostTurns; turn++)
        {
            ChatCompletion completion = await client.CompleteChatAsync(messages, options, cancellationToken);
            if (completion.FinishReason != ChatFinishReason.ToolCalls)
                return completion.Content[0].Text;
            messages.Add(new AssistantChatMessage(completion));
            foreach (var call in completion.ToolCalls)
                messages.Add(new ToolChatMessage(call.Id, await RunAsync(call, cancellationToken)));
        }
        logger.LogWarning("No answer after {Turns} turns", MostTurns);
        return "I could not find out.";
    }

    private async Task<string> RunAsync(ChatToolCall call, CancellationToken cancellationToken)
    {
        using var arguments = JsonDocument.Parse(call.FunctionArguments);
        if (!arguments.RootElement.TryGetProperty("order", out var order) || !order.TryGetInt32(out var id) || id <= 0)
            return "The argument 'order' is missing.";
        return call.FunctionName switch
        {
            "order_status" => await desk.StatusAsync(id, cancellationToken),
            "cancel_order" => await desk.CancelAsync(id, cancellationToken),
            _ => "There is no such function.",
        };
    }
}

/// <summary>Orders, as the assistant sees them.</summary>
public abstract class OrderDesk
{
    public abstract Task<string> StatusAsync(int order, CancellationToken cancellationToken);

    public abstract Task<string> CancelAsync(int order, CancellationToken cancellationToken);
}
