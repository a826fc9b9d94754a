using Assay.Analyzers.Rules.Ai;
using Assay.CodeFixes.Rules.Ai;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Ai;

public sealed class UnboundedPromptTests : RuleTests<UnboundedPrompt, UnboundedPromptFix>
{
    [Fact]
    public Task Text_of_callers_without_any_limit_is_flagged() => Flags(
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.AI;
        public class AssistantController(IChatClient client, OpenAI.Chat.ChatClient chat) : ControllerBase
        {
            public async Task Ask(string question, CancellationToken token)
            {
                await client.[|GetResponseAsync|](question);
                await client.[|GetResponseAsync|]([new ChatMessage(ChatRole.User, "A customer asks: " + question)], new ChatOptions { Temperature = 0 }, token);
                var options = new ChatOptions();
                options.Temperature = 0;
                await foreach (var update in client.[|GetStreamingResponseAsync|](question, options)) { }
                await chat.[|CompleteChatAsync|]([new OpenAI.Chat.UserChatMessage(question)], new OpenAI.Chat.ChatCompletionOptions());
            }
        }
        public class Assistant(IChatClient client)
        {
            public Task<ChatResponse> AnswerAsync(string question) => client.[|GetResponseAsync|](question, null);
        }
        """);

    [Fact]
    public Task The_message_names_text_caller_and_option() => Flags(
        """
        using Microsoft.Extensions.AI;
        public class Assistant(IChatClient client)
        {
            public Task<ChatResponse> AnswerAsync(string question) => client.[|GetResponseAsync|](question);
        }
        """,
        messages: ["'question', which callers of 'AnswerAsync' choose, goes to the model with no limit of its length or of the answer's: one long text, or one that asks for a long answer, costs as much as it likes; set MaxOutputTokens"]);

    [Fact]
    public Task Text_in_a_request_is_flagged_unless_it_is_measured() => Flags(
        """
        using System.ComponentModel.DataAnnotations;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.Extensions.AI;
        record Question(string Text, [property: StringLength(100)] string Title);
        static class Endpoints
        {
            public static void Map(WebApplication app)
            {
                app.MapPost("/ask", AskAsync);
                app.MapPost("/measured", AskMeasuredAsync);
                app.MapPost("/title", TitleAsync);
            }
            static async Task<string> AskAsync(Question question, IChatClient client)
            {
                List<ChatMessage> messages = [new(ChatRole.System, "Be kind."), new(ChatRole.User, question.Text)];
                return (await client.[|GetResponseAsync|](messages)).Text;
            }
            static async Task<string> AskMeasuredAsync(Question question, IChatClient client)
            {
                if (question.Text.Length > 500)
                    return "";
                return (await client.GetResponseAsync([new(ChatRole.User, question.Text)])).Text;
            }
            static async Task<string> TitleAsync(Question question, IChatClient client) =>
                (await client.GetResponseAsync([new(ChatRole.User, question.Title)])).Text;
        }
        """);

    [Fact]
    public Task Limited_text_and_answers_are_ignored() => Ignores(
        """
        using System.ComponentModel.DataAnnotations;
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.AI;
        public class AssistantController(IChatClient client, ChatOptions shared) : ControllerBase
        {
            private static readonly ChatOptions s_options = new() { MaxOutputTokens = 200 };
            public async Task Ask(string question, string other, [StringLength(200)] string third, string fourth, int id)
            {
                if (question.Length > 500)
                    return;
                await client.GetResponseAsync(question);
                await client.GetResponseAsync(other, new ChatOptions { MaxOutputTokens = 200 });
                await client.GetResponseAsync(other, s_options);
                await client.GetResponseAsync(other, shared);
                await client.GetResponseAsync(third);
                await client.GetResponseAsync(fourth[..100]);
                await client.GetResponseAsync($"Describe product {id} of {DateTime.UtcNow.Year}");
                var options = new ChatOptions();
                options.MaxOutputTokens = 100;
                await client.GetResponseAsync(other, options);
            }
            private Task<ChatResponse> DescribeAsync() => client.GetResponseAsync("Describe the weather");
            public Task<ChatResponse> PassAsync(IEnumerable<ChatMessage> messages) => client.GetResponseAsync(messages);
        }
        """);

    [Fact]
    public Task The_answer_becomes_limited() => Fixes(
        """
        using Microsoft.Extensions.AI;
        public class Assistant(IChatClient client)
        {
            public async Task AnswerAsync(string question, CancellationToken token)
            {
                await client.[|GetResponseAsync|](question);
                await client.[|GetResponseAsync|](question, null, token);
                await client.[|GetResponseAsync|](question, cancellationToken: token);
                await client.[|GetResponseAsync|](question, new ChatOptions { Temperature = 0 }, token);
            }
        }
        """,
        """
        using Microsoft.Extensions.AI;
        public class Assistant(IChatClient client)
        {
            public async Task AnswerAsync(string question, CancellationToken token)
            {
                await client.GetResponseAsync(question, new ChatOptions { MaxOutputTokens = 1000 });
                await client.GetResponseAsync(question, new ChatOptions { MaxOutputTokens = 1000 }, token);
                await client.GetResponseAsync(question, new ChatOptions { MaxOutputTokens = 1000 }, cancellationToken: token);
                await client.GetResponseAsync(question, new ChatOptions { Temperature = 0, MaxOutputTokens = 1000 }, token);
            }
        }
        """,
        title: "Set MaxOutputTokens");

    [Fact]
    public Task Options_in_a_variable_are_left_to_a_person() => Fixes(
        """
        using Microsoft.Extensions.AI;
        public class Assistant(IChatClient client)
        {
            public async Task AnswerAsync(string question)
            {
                var options = new ChatOptions { Temperature = 0 };
                await client.[|GetResponseAsync|](question, options);
            }
        }
        """,
        """
        using Microsoft.Extensions.AI;
        public class Assistant(IChatClient client)
        {
            public async Task AnswerAsync(string question)
            {
                var options = new ChatOptions { Temperature = 0 };
                await client.[|GetResponseAsync|](question, options);
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.AI;
        public class Assistant(IChatClient client) { public Task M(string question) { client.GetResponseAsync(unknown); client.GetResponseAsync(, question); return client.GetResponseAsync( } }
        """, allowErrors: true);
}
