using Assay.Analyzers.Rules.Ai;
using Assay.CodeFixes.Rules.Ai;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Ai;

public sealed class UntrustedSystemPromptTests : RuleTests<UntrustedSystemPrompt, UntrustedSystemPromptFix>
{
    [Fact]
    public Task Text_of_clients_in_system_messages_is_flagged() => Flags(
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.AI;
        public record Question(string Text, int Count);
        public class AssistantController(IChatClient client) : ControllerBase
        {
            public async Task<string> Ask([FromBody] Question question, string tone)
            {
                var messages = new List<ChatMessage> { new(ChatRole.System, $"You sell shoes. Answer: {[|question.Text|]}") };
                messages.Add(new ChatMessage(ChatRole.System, "Be " + [|tone|] + "."));
                var rules = new System.Text.StringBuilder("You sell shoes.");
                rules.AppendLine([|Request.Headers["X-Tone"].ToString()|]);
                var options = new ChatOptions { Instructions = rules.ToString() };
                options.Instructions = [|Request.Query["rules"]|];
                return (await client.GetResponseAsync(messages, options)).Text;
            }
        }
        """);

    [Fact]
    public Task The_OpenAI_client_is_known() => Flags(
        """
        using Microsoft.AspNetCore.Builder;
        using OpenAI.Chat;
        #pragma warning disable OPENAI001
        public static class Routes
        {
            public static void Map(WebApplication app, ChatClient client) => app.MapPost("/ask", async (string question) =>
            {
                ChatMessage[] messages = [new SystemChatMessage($"You sell shoes. {[|question|]}"), new DeveloperChatMessage("Be " + [|question|]), ChatMessage.CreateSystemMessage($"Be {[|question|]}")];
                return (await client.CompleteChatAsync(messages)).Value.Content[0].Text;
            });
        }
        """);

    [Fact]
    public Task Semantic_Kernel_and_its_templates_are_known() => Flags(
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.SemanticKernel;
        using Microsoft.SemanticKernel.ChatCompletion;
        public class AssistantController(Kernel kernel) : ControllerBase
        {
            public async Task Ask(string question)
            {
                await kernel.InvokePromptAsync($"Summarize {[|question|]}");
                var history = new ChatHistory("You sell shoes to " + [|question|]);
                history.AddSystemMessage($"Be nice. {[|question|]}");
            }
        }
        namespace Microsoft.SemanticKernel
        {
            public class Kernel { public Task<object> InvokePromptAsync(string promptTemplate) => null!; }
        }
        namespace Microsoft.SemanticKernel.ChatCompletion
        {
            public class ChatHistory(string systemMessage) { public void AddSystemMessage(string content) { } public void AddUserMessage(string content) { } public override string ToString() => systemMessage; }
        }
        """,
        messages:
        [
            "'question', which a client sends to 'Ask', becomes part of the prompt template: the model obeys orders in it as if they were yours; pass it as an argument of the template",
            "'question', which a client sends to 'Ask', becomes part of the system prompt: the model obeys orders in it as if they were yours; send it as a user message",
            "'question', which a client sends to 'Ask', becomes part of the system prompt: the model obeys orders in it as if they were yours; send it as a user message",
        ]);

    [Fact]
    public Task Documents_answers_and_rows_are_flagged_with_their_way() => Flags(
        """
        using System.Data.Common;
        using Microsoft.Extensions.AI;
        public class Assistant(IChatClient client, HttpClient http)
        {
            private async Task AskAsync(DbDataReader reader, string path)
            {
                var page = {|#1:await {|#0:http.GetStringAsync("https://example.com")|}|};
                var first = {|#2:new ChatMessage(ChatRole.System, $"Answer from this page: {[|page|]}")|};
                var second = {|#4:new ChatMessage(ChatRole.System, $"Answer from this row: {[|{|#3:reader.GetString(0)|}|]}")|};
                var answer = await client.GetResponseAsync([first, second]);
                var third = {|#6:new ChatMessage(ChatRole.System, $"Said before: {[|{|#5:answer.Text|}|]}")|};
            }
        }
        """);

    [Fact]
    public Task Payloads_of_messages_and_files_of_clients_are_flagged() => Flags(
        """
        using System.Text;
        using Microsoft.AspNetCore.Http;
        using Microsoft.Extensions.AI;
        using RabbitMQ.Client.Events;
        public class Assistant(IChatClient client)
        {
            private async Task ReceiveAsync(BasicDeliverEventArgs delivered)
            {
                var mail = Encoding.UTF8.GetString(delivered.Body.ToArray());
                await client.GetResponseAsync([new(ChatRole.System, $"Sort this mail: {[|mail|]}")]);
            }
            private async Task UploadAsync(IFormFile file)
            {
                using var reader = new StreamReader(file.OpenReadStream());
                var text = await reader.ReadToEndAsync();
                await client.GetResponseAsync([new(ChatRole.System, $"Summarize: {[|text|]}")]);
            }
        }
        namespace RabbitMQ.Client.Events { public class BasicDeliverEventArgs { public ReadOnlyMemory<byte> Body { get; set; } } }
        """,
        messages:
        [
            "'mail', which comes in the message, becomes part of the system prompt: the model obeys orders in it as if they were yours; send it as a user message",
            "'text', which a client sends in a file, becomes part of the system prompt: the model obeys orders in it as if they were yours; send it as a user message",
        ]);

    [Fact]
    public Task Text_of_callers_is_a_suggestion() => Flags(
        """
        using Microsoft.Extensions.AI;
        public class Assistant(IChatClient client)
        {
            public Task<ChatResponse> AskAsync(string question) => client.GetResponseAsync([new(ChatRole.System, $"You sell shoes. Answer: {[|question|]}")]);
        }
        """,
        severity: DiagnosticSeverity.Info,
        messages: ["'question', which callers of 'AskAsync' choose, becomes part of the system prompt: the model obeys orders in it as if they were yours; send it as a user message"]);

    [Fact]
    public Task User_messages_and_known_values_are_ignored() => Ignores(
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.AI;
        public enum Tone { Kind, Short }
        public class AssistantController(IChatClient client) : ControllerBase
        {
            private static readonly HashSet<string> s_languages = ["en", "de"];
            private const string Rules = "You sell shoes.";
            public async Task<string> Ask(string question, string language, Tone tone, int words, string style, string order)
            {
                if (!s_languages.Contains(language))
                    return "";
                var manner = style switch { "kind" => "kindly", _ => "briefly" };
                if (order is not ("new" or "old"))
                    return "";
                ChatMessage[] messages =
                [
                    new(ChatRole.System, $"{Rules} Answer in {language}, {tone}, {manner}, {order}, in {words} words. Today is {DateTime.UtcNow:D}."),
                    new(ChatRole.System, System.IO.File.ReadAllText("prompts/shop.md") + Clean(question)),
                    new(ChatRole.User, "A customer asks: " + question),
                ];
                return (await client.GetResponseAsync(messages)).Text;
            }
            [PromptSanitizer] private static string Clean(string text) => text.Replace("\n", " ");
        }
        public class PromptSanitizerAttribute : Attribute;
        """);

    [Fact]
    public Task Prompts_that_are_passed_or_stored_as_a_whole_are_ignored() => Ignores(
        """
        using System.Data.Common;
        using Microsoft.Extensions.AI;
        public class Assistant(IChatClient client, Assistant.Settings settings)
        {
            public record Settings(string Instructions);
            public ChatMessage Message(string instructions) => new(ChatRole.System, instructions);
            public ChatMessage Stored(DbDataReader reader) => new(ChatRole.System, reader.GetString(1));
            public ChatMessage Configured() => new(ChatRole.System, settings.Instructions + " Be brief.");
            public Task<ChatResponse> AskAsync(string question) => client.GetResponseAsync(question);
        }
        """);

    [Fact]
    public Task Methods_that_the_team_lists_are_ignored() => Ignores(
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.AI;
        public class AssistantController : ControllerBase
        {
            public ChatMessage Ask(string question) => new(ChatRole.System, "Answer: " + Prompting.Quoted(question));
        }
        public static class Prompting { public static string Quoted(string text) => text; }
        """,
        editorConfig: "ASSAY9001.sanitizers = Prompting.Quoted");

    [Fact]
    public Task The_value_becomes_a_user_message() => Fixes(
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.AI;
        public class AssistantController(IChatClient client) : ControllerBase
        {
            public async Task<string> Ask(string question)
            {
                ChatMessage[] messages =
                [
                    new ChatMessage(ChatRole.System, $"You sell shoes. Answer this question: \"{[|question|]}\"."),
                ];
                var list = new List<ChatMessage>();
                list.Add(new ChatMessage(ChatRole.System, "You sell shoes. Answer " + [|question|]));
                return (await client.GetResponseAsync(messages)).Text;
            }
        }
        """,
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.AI;
        public class AssistantController(IChatClient client) : ControllerBase
        {
            public async Task<string> Ask(string question)
            {
                ChatMessage[] messages =
                [
                    new ChatMessage(ChatRole.System, "You sell shoes. Answer this question:"),
                    new ChatMessage(ChatRole.User, question),
                ];
                var list = new List<ChatMessage>();
                list.Add(new ChatMessage(ChatRole.System, "You sell shoes. Answer"));
                list.Add(new ChatMessage(ChatRole.User, question));
                return (await client.GetResponseAsync(messages)).Text;
            }
        }
        """,
        title: "Move the value to a user message");

    [Fact]
    public Task A_value_in_the_middle_of_a_prompt_is_left_to_a_person() => Fixes(
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.AI;
        public class AssistantController : ControllerBase
        {
            public ChatMessage Ask(string question) => new(ChatRole.System, $"The customer asks {[|question|]}, answer briefly");
        }
        """,
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.AI;
        public class AssistantController : ControllerBase
        {
            public ChatMessage Ask(string question) => new(ChatRole.System, $"The customer asks {[|question|]}, answer briefly");
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.AI;
        public class Assistant { public void M() { var a = new ChatMessage(ChatRole.System, $"a {question}"); var b = new ChatMessage(ChatRole.System, ); var c = new ChatMessage(ChatRole.System, "a" + } }
        """, allowErrors: true);

    [Fact]
    public Task A_text_of_an_entity_is_a_suggestion_and_a_whole_prompt_of_one_is_not() => Flags(
        """
        using Dapper;
        using System.Data;
        using Microsoft.EntityFrameworkCore;
        using Microsoft.Extensions.AI;
        class Note { public int Id { get; set; } public string Text { get; set; } = ""; public int Count { get; set; } }
        class Notes : DbContext { public DbSet<Note> All => Set<Note>(); }
        class Assistant(IChatClient chat, Notes notes, IDbConnection connection)
        {
            internal async Task<string> Ask(int id)
            {
                var note = await notes.All.FirstAsync(n => n.Id == id);
                return (await chat.GetResponseAsync([new ChatMessage(ChatRole.System, $"Answer from: {[|note.Text|]}")])).Text;
            }
            internal async Task<string> Query(int id)
            {
                var text = await connection.QuerySingleAsync<string>("SELECT text FROM notes WHERE id = @id", new { id });
                return (await chat.GetResponseAsync([new ChatMessage(ChatRole.System, "Answer from: " + [|text|])])).Text;
            }
            internal async Task<string> Whole(int id)
            {
                var note = await notes.All.FirstAsync(n => n.Id == id);
                return (await chat.GetResponseAsync([new ChatMessage(ChatRole.System, note.Text)])).Text;
            }
            internal async Task<string> Number(int id)
            {
                var note = await notes.All.FirstAsync(n => n.Id == id);
                return (await chat.GetResponseAsync([new ChatMessage(ChatRole.System, $"Answer in {note.Count} words")])).Text;
            }
        }
        """,
        severity: DiagnosticSeverity.Info);
}
