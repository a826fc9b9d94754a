using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;

namespace Shop.Service;

/// <summary>Lets a model read the mails of customers, and trusts it more than a new colleague.</summary>
public sealed class MailDesk(IChatClient model, ShopContext database, IConfiguration configuration)
{
    private static readonly ChatOptions s_brief = new() { MaxOutputTokens = 300 };

    /// <summary>What the model may read while it answers.</summary>
    public static AITool Manual { get; } = AIFunctionFactory.Create(ReadManual);

    public async Task<string> AnswerAsync(string mail, CancellationToken cancellationToken)
    {
        var answer = await model.GetResponseAsync(mail, cancellationToken: cancellationToken);
        return answer.Text;
    }

    public async Task<int> TidyAsync(CancellationToken cancellationToken)
    {
        var answer = await model.GetResponseAsync("Write the SQL that deletes the orders of 2019", s_brief, cancellationToken);
        return await database.Database.ExecuteSqlRawAsync(answer.Text, cancellationToken);
    }

    public async Task<long> RefundAsync(string mail, CancellationToken cancellationToken)
    {
        ChatMessage[] messages = [new(ChatRole.System, "Answer with the refund that the mail asks for, as JSON"), new(ChatRole.User, mail)];
        var answer = await model.GetResponseAsync(messages, s_brief, cancellationToken);
        var refund = JsonSerializer.Deserialize<MailedRefund>(answer.Text)!;
        return refund.Cents;
    }

    public async Task<string> WhereIsAsync(int parcel, CancellationToken cancellationToken)
    {
        var prompt = $"Ask the carrier with the key {configuration["Carrier:ApiKey"]} where parcel {parcel} is";
        return (await model.GetResponseAsync(prompt, s_brief, cancellationToken)).Text;
    }

    private static string ReadManual(string page) => File.ReadAllText(Path.Combine("manuals", page));
}

internal sealed record MailedRefund(Guid OrderId, long Cents);
