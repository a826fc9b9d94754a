using Assay.Analyzers.Rules.Ai;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Ai;

public sealed class ModelOutputUnvalidatedTests : RuleTests<ModelOutputUnvalidated>
{
    [Fact]
    public Task Members_that_are_used_as_they_come_are_flagged() => Flags(
        """
        using System.Text.Json;
        using System.Text.Json.Nodes;
        using Microsoft.Extensions.AI;
        public record Refund(decimal Amount, string Customer);
        public class Desk(IChatClient client, OpenAI.Chat.ChatClient chat)
        {
            public async Task DecideAsync(string mail)
            {
                var response = await client.GetResponseAsync(mail);
                var refund = [|JsonSerializer.Deserialize<Refund>(response.Text)|]!;
                Pay(refund.Amount, refund.Customer);
                var amount = [|JsonSerializer.Deserialize<Refund>(response.Text)|]!.Amount;
                using var document = [|JsonDocument.Parse(response.Text)|];
                Pay(document.RootElement.GetProperty("amount").GetDecimal(), "a");
                OpenAI.Chat.ChatCompletion completion = await chat.CompleteChatAsync(mail);
                var text = completion.Content[0].Text;
                Pay(Read(text), "b");
            }
            private decimal Read(string json)
            {
                Refund? other;
                other = [|JsonSerializer.Deserialize<Refund>(json)|];
                return other!.Amount;
            }
            private void Pay(decimal amount, string customer) { }
        }
        """);

    [Fact]
    public Task The_message_names_the_member_and_the_path_ends_at_its_use() => Flags(
        """
        using System.Text.Json;
        using Microsoft.Extensions.AI;
        public record Refund(decimal Amount);
        public class Desk(IChatClient client)
        {
            public async Task<decimal> DecideAsync(string mail)
            {
                var json = {|#1:({|#0:(await client.GetResponseAsync(mail)).Text|}).Trim()|};
                var refund = [|JsonSerializer.Deserialize<Refund>(json)|]!;
                return {|#2:refund.Amount|};
            }
        }
        """,
        messages: ["What a model wrote is read as JSON and 'Amount' of it is used as it comes: a model leaves members out, invents values and writes text around the JSON; check it, or ask for structured output and validate that"]);

    [Fact]
    public Task Checked_objects_are_ignored() => Ignores(
        """
        using System.ComponentModel.DataAnnotations;
        using System.Text.Json;
        using Microsoft.Extensions.AI;
        public record Refund(decimal Amount, string Customer);
        public class Desk(IChatClient client, HttpClient http)
        {
            public async Task<decimal> DecideAsync(string mail)
            {
                var text = (await client.GetResponseAsync(mail)).Text;
                var first = JsonSerializer.Deserialize<Refund>(text);
                if (first is null || first.Amount > 100)
                    return 0;
                var second = JsonSerializer.Deserialize<Refund>(text)!;
                Validator.ValidateObject(second, new ValidationContext(second));
                var third = JsonSerializer.Deserialize<Refund>(text) ?? throw new InvalidDataException();
                try
                {
                    var fourth = JsonSerializer.Deserialize<Refund>(text)!;
                    return fourth.Amount;
                }
                catch (JsonException)
                {
                    return 0;
                }
            }
            public async Task<Refund?> ReadAsync(string mail) => JsonSerializer.Deserialize<Refund>((await client.GetResponseAsync(mail)).Text);
            public async Task<decimal> LoadAsync() => JsonSerializer.Deserialize<Refund>(await http.GetStringAsync("refunds/1"))!.Amount;
            public async Task<decimal?> MaybeAsync(string mail) => JsonSerializer.Deserialize<Refund>((await client.GetResponseAsync(mail)).Text)?.Amount;
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using System.Text.Json;
        using Microsoft.Extensions.AI;
        public class Desk(IChatClient client) { public async Task M() { var r = await client.GetResponseAsync("a"); var x = JsonSerializer.Deserialize<Unknown>(r.Text); var y = JsonSerializer.Deserialize<int>(r.); } }
        """, allowErrors: true);
}
