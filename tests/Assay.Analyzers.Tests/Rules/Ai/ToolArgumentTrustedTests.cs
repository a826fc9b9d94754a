using Assay.Analyzers.Rules.Ai;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Ai;

public sealed class ToolArgumentTrustedTests : RuleTests<ToolArgumentTrusted>
{
    [Fact]
    public Task Arguments_of_functions_for_models_are_flagged() => Flags(
        """
        using System.Data;
        using System.Diagnostics;
        using Microsoft.Extensions.AI;
        using Microsoft.SemanticKernel;
        using ModelContextProtocol.Server;
        public class OrderTools(IDbConnection connection, HttpClient http)
        {
            [KernelFunction]
            public string Find(string customer)
            {
                using var command = connection.CreateCommand();
                command.CommandText = [|$"SELECT * FROM Orders WHERE Customer = '{customer}'"|];
                return Load(customer);
            }
            [McpServerTool]
            public string Read(string path) => File.ReadAllText([|path|]);
            private string Load(string name) => File.ReadAllText([|name + ".txt"|]);
            public IEnumerable<AITool> Tools()
            {
                yield return AIFunctionFactory.Create(RunAsync);
                yield return AIFunctionFactory.Create((string url) => http.GetStringAsync([|url|]));
                yield return AIFunctionFactory.Create(Local);
                string Local(string script) { Process.Start("bash", [|"-c " + script|]); return "done"; }
            }
            public Task RunAsync(string command) { Process.Start([|command|]); return Task.CompletedTask; }
        }
        namespace Microsoft.SemanticKernel { public class KernelFunctionAttribute : Attribute; }
        namespace ModelContextProtocol.Server { public class McpServerToolAttribute : Attribute; }
        """);

    [Fact]
    public Task Message_and_way_tell_what_happens() => Flags(
        """
        using Microsoft.Extensions.AI;
        public class NoteTools
        {
            public static AITool Tool { get; } = AIFunctionFactory.Create(Read);
            public static string Read(string name)
            {
                var path = {|#1:Path.Combine("notes", {|#0:name|})|};
                return File.ReadAllText([|path|]);
            }
        }
        """,
        messages: ["'path', which the model chooses when it calls 'Read', names a file: a page or a mail that the model reads can make it choose any; take a number, an enum or one of the values you know, or check it first"]);

    [Fact]
    public Task Checked_and_typed_arguments_are_ignored() => Ignores(
        """
        using System.Data;
        using Microsoft.Extensions.AI;
        public enum Report { Sales, Stock }
        public class OrderTools(IDbConnection connection, HttpClient http, string root)
        {
            private static readonly HashSet<string> s_names = ["sales", "stock"];
            public IEnumerable<AITool> Tools()
            {
                yield return AIFunctionFactory.Create(Find);
                yield return AIFunctionFactory.Create(Read);
                yield return AIFunctionFactory.Create(Show);
                yield return AIFunctionFactory.Create(Note);
                yield return AIFunctionFactory.Create((string sku) => http.GetStringAsync($"https://stock.example/items/{sku}"));
            }
            public void Find(int id, Report report, Guid key)
            {
                using var command = connection.CreateCommand();
                command.CommandText = $"SELECT * FROM {report} WHERE Id = {id} AND Key = '{key}'";
            }
            public string Read(string name) => s_names.Contains(name) ? File.ReadAllText(name + ".txt") : "";
            public string Show(string name)
            {
                var path = Path.GetFullPath(Path.Combine(root, name));
                if (!path.StartsWith(root, StringComparison.Ordinal))
                    throw new ArgumentException(name);
                return File.ReadAllText(path);
            }
            public void Note(string text) => File.AppendAllText("notes.txt", text);
            public string Other(string path) => File.ReadAllText(path);
        }
        """);

    [Fact]
    public Task Methods_that_the_team_lists_are_ignored() => Ignores(
        """
        using Microsoft.Extensions.AI;
        public class NoteTools
        {
            public static AITool Tool { get; } = AIFunctionFactory.Create(Read);
            public static string Read(string name) => File.ReadAllText(Workspace.PathOf(name));
        }
        public static class Workspace { public static string PathOf(string name) => name; }
        """,
        editorConfig: "ASSAY9005.sanitizers = Workspace.PathOf");

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.AI;
        public class NoteTools { AITool t = AIFunctionFactory.Create(Read); public static string Read(string name) { return File.ReadAllText(name. ); } }
        """, allowErrors: true);
}
