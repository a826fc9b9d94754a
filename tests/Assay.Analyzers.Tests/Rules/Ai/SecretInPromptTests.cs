using Assay.Analyzers.Rules.Ai;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Ai;

public sealed class SecretInPromptTests : RuleTests<SecretInPrompt>
{
    [Fact]
    public Task Secrets_in_prompts_are_flagged() => Flags(
        """
        using Microsoft.Extensions.AI;
        using Microsoft.Extensions.Configuration;
        public record Options(string Url, string ApiKey);
        public class Assistant(IChatClient client, IConfiguration configuration, Options options)
        {
            public async Task AskAsync(string userPassword)
            {
                await client.GetResponseAsync($"Sign in to {options.Url} with {[|options.ApiKey|]}");
                ChatMessage[] messages = [new(ChatRole.System, "The database is " + [|configuration.GetConnectionString("Shop")|]), new(ChatRole.User, [|userPassword|])];
                var text = new System.Text.StringBuilder("Call the bank with ");
                text.Append([|configuration["Bank:ClientSecret"]|]);
                var chat = new ChatOptions { Instructions = text.ToString() };
                var openAi = new OpenAI.Chat.UserChatMessage($"Key {[|options.ApiKey|]}");
            }
        }
        """);

    [Fact]
    public Task Message_and_way_tell_what_happens() => Flags(
        """
        using Microsoft.Extensions.AI;
        public class Assistant(IChatClient client)
        {
            public Task AskAsync(string password)
            {
                var prompt = {|#1:$"Sign in with {{|#0:[|password|]|}}"|};
                return {|#2:client.GetResponseAsync(prompt)|};
            }
        }
        """,
        messages: ["'password' is sent to the model as it is: the model's provider stores it, and whoever talks to the model can ask for it"]);

    [Fact]
    public Task What_is_no_secret_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.AI;
        using Microsoft.Extensions.Configuration;
        public class Assistant(IChatClient client, IConfiguration configuration)
        {
            private const string DefaultPassword = "changeit";
            public async Task AskAsync(string password, string passwordPolicy, bool hasPassword, int accessToken, string maskedCardNumber)
            {
                await client.GetResponseAsync($"{passwordPolicy} {hasPassword} {accessToken} {maskedCardNumber} {password.Length} {DefaultPassword}");
                await client.GetResponseAsync("Explain " + configuration["Shop:Name"] + Mask(password) + password[..2]);
                await client.GetResponseAsync(password == "" ? "empty" : "given");
            }
            private static string Mask(string text) => text[..2] + "***";
        }
        """);

    [Fact]
    public Task Names_of_the_team_are_flagged() => Flags(
        """
        using Microsoft.Extensions.AI;
        public class Assistant(IChatClient client) { public Task AskAsync(string customerTaxNumber) => client.GetResponseAsync("Check " + [|customerTaxNumber|]); }
        """,
        editorConfig: "ASSAY9006.names = taxNumber");

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.AI;
        public class Assistant(IChatClient client) { public Task AskAsync() { client.GetResponseAsync("a" + password); return client.GetResponseAsync( } }
        """, allowErrors: true);
}
