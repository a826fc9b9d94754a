using Assay.Analyzers.Rules.Ai;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Ai;

public sealed class ModelOutputExecutedTests : RuleTests<ModelOutputExecuted>
{
    [Fact]
    public Task Text_of_a_model_that_does_something_is_flagged() => Flags(
        """
        using System.Data;
        using System.Diagnostics;
        using System.Reflection;
        using System.Text.RegularExpressions;
        using Microsoft.AspNetCore.Html;
        using Microsoft.AspNetCore.Http;
        using Microsoft.Extensions.AI;
        public class Assistant(IChatClient client, IDbConnection connection, HttpClient http)
        {
            public async Task<IResult> RunAsync(string question)
            {
                var response = await client.GetResponseAsync(question);
                using var command = connection.CreateCommand();
                command.CommandText = [|response.Text|];
                command.CommandText = [|"SELECT * FROM Orders WHERE " + response.Text|];
                var text = response.Text.Trim();
                Process.Start("git", [|text|]);
                Process.Start(new ProcessStartInfo { FileName = [|text|] });
                File.WriteAllText([|Path.Combine("out", text)|], "x");
                using var stream = new FileStream([|text|], FileMode.Open);
                var shown = new HtmlString([|$"<p>{text}</p>"|]);
                var page = await http.GetStringAsync([|text|]);
                var other = await http.GetAsync([|new Uri(text)|]);
                var type = Type.GetType([|text|]);
                Assembly.LoadFrom([|text|]);
                var regex = new Regex([|text|]);
                Show(text);
                return question == "" ? Results.Content([|text|], "text/html") : Results.Redirect([|text|]);
            }
            private static object Show(string markup) => new HtmlString([|markup|]);
        }
        """);

    [Fact]
    public Task The_OpenAI_client_and_streams_are_known() => Flags(
        """
        using System.Diagnostics;
        using Microsoft.Extensions.AI;
        public class Assistant(OpenAI.Chat.ChatClient chat, IChatClient client)
        {
            public async Task RunAsync(string question)
            {
                OpenAI.Chat.ChatCompletion completion = await chat.CompleteChatAsync(question);
                Process.Start([|completion.Content[0].Text|]);
                var text = new System.Text.StringBuilder();
                await foreach (var update in client.GetStreamingResponseAsync(question))
                    text.Append(update.Text);
                Process.Start([|text.ToString()|]);
            }
        }
        """);

    [Fact]
    public Task Message_and_way_tell_what_happens() => Flags(
        """
        using System.Diagnostics;
        using Microsoft.Extensions.AI;
        public class Assistant(IChatClient client)
        {
            public async Task RunAsync(string question)
            {
                var response = await client.GetResponseAsync(question);
                var script = {|#1:{|#0:response.Text|}.Trim()|};
                Process.Start("bash", [|script|]);
            }
        }
        """,
        messages: ["'script', which a model wrote, is started as a program: whoever writes what the model reads chooses it; take a number, an enum or one of the values you know from it"]);

    [Fact]
    public Task Parsed_and_allowed_values_are_ignored() => Ignores(
        """
        using System.Data;
        using System.Diagnostics;
        using System.Net;
        using System.Text.RegularExpressions;
        using Microsoft.AspNetCore.Html;
        using Microsoft.Extensions.AI;
        public enum Report { Sales, Stock }
        public class Assistant(IChatClient client, IDbConnection connection, HttpClient http)
        {
            private static readonly HashSet<string> s_tools = ["fetch", "status"];
            private static readonly Dictionary<string, string> s_queries = new() { ["sales"] = "SELECT 1" };
            public async Task RunAsync(string question)
            {
                var answer = (await client.GetResponseAsync(question)).Text;
                using var command = connection.CreateCommand();
                command.CommandText = s_queries[answer];
                command.CommandText = $"SELECT * FROM Orders LIMIT {int.Parse(answer)}";
                command.CommandText = "SELECT * FROM Orders WHERE Sku = @sku";
                if (Enum.TryParse<Report>(answer, out var report))
                    command.CommandText = $"SELECT * FROM {report}";
                if (s_tools.Contains(answer))
                    Process.Start("git", answer);
                File.WriteAllText("answer.txt", answer);
                File.WriteAllText(Path.Combine("out", Path.GetFileName(answer)), answer);
                var shown = new HtmlString(WebUtility.HtmlEncode(answer));
                var page = await http.GetStringAsync($"https://stock.example/items/{Uri.EscapeDataString(answer)}");
                var more = await http.GetStringAsync("items/" + answer);
                var regex = new Regex("^" + Regex.Escape(answer), RegexOptions.None, TimeSpan.FromSeconds(1));
                Console.WriteLine(answer);
                answer = "git";
                Process.Start(answer);
                Process.Start(question);
            }
        }
        """);

    [Fact]
    public Task Methods_that_the_team_lists_are_ignored() => Ignores(
        """
        using System.Diagnostics;
        using Microsoft.Extensions.AI;
        public class Assistant(IChatClient client)
        {
            public async Task RunAsync(string question) => Process.Start(Answers.Checked((await client.GetResponseAsync(question)).Text));
        }
        public static class Answers { public static string Checked(string text) => text; }
        """,
        editorConfig: "ASSAY9002.sanitizers = Answers.Checked");

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using System.Diagnostics;
        using Microsoft.Extensions.AI;
        public class Assistant(IChatClient client) { public async Task M() { var r = await client.GetResponseAsync(); Process.Start(r.); Process.Start(unknown.Text); } }
        """, allowErrors: true);
}
