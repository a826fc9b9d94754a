using Microsoft.Extensions.AI;

namespace Shop.Service;

/// <summary>What the shop's site asks the mail desk and its model.</summary>
public static class MailRoutes
{
    private static readonly ChatOptions s_brief = new() { MaxOutputTokens = 300 };

    public static void MapMails(this WebApplication app)
    {
        app.MapPost("/mails", async (string mail, MailDesk desk, CancellationToken cancellationToken) =>
        {
            try
            {
                return Results.Ok(await desk.AnswerAsync(mail, cancellationToken));
            }
            catch (HttpRequestException ex)
            {
                return Results.Problem(ex.Message);
            }
        });

        app.MapGet("/slogan", async (string product, IChatClient model, CancellationToken cancellationToken) =>
        {
            ChatMessage[] messages = [new(ChatRole.System, $"You write slogans for a shop. Write one for {product}")];
            return (await model.GetResponseAsync(messages, s_brief, cancellationToken)).Text;
        });
    }
}
