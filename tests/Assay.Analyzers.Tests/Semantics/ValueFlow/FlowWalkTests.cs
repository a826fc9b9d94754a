using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.ValueFlow;
using Assay.TestKit;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Tests.Semantics.ValueFlow;

/// <summary>Where values come from: every argument of <c>Sink</c> begins with <c>Source()</c>, no argument of <c>Clean</c> does.</summary>
public sealed class FlowWalkTests
{
    [Fact]
    public Task Variables_are_followed_through_reassignments() => Holds(
        """
        var text = Source();
        Sink(text);
        text = "fixed";
        Clean(text);
        var other = "a";
        if (DateTime.UtcNow.Hour > 3)
            other = Source();
        Sink(other);
        other = other.Trim();
        Sink(other);
        var counted = 0;
        counted = Source().Length;
        Clean(counted);
        string late = "a";
        for (var i = 0; i < 3; i++)
        {
            Sink(late);
            late = Source();
        }
        """);

    [Fact]
    public Task Texts_that_are_put_together_are_followed() => Holds(
        """
        var name = Source();
        Sink($"a {name}");
        Sink("a " + name + " b");
        Sink(string.Format("{0} {1}", 1, name));
        Sink(string.Concat("a", name));
        Sink(string.Join(",", new[] { "a", name }));
        var text = "a";
        text += name;
        Sink(text);
        var builder = new System.Text.StringBuilder("a");
        builder.Append("b").Append(name).Append('c');
        Sink(builder.ToString());
        Sink(builder);
        var lines = new List<string>();
        lines.Add(name);
        Sink(string.Join(",", lines));
        Sink(string.Join(",", lines.Select(l => $"'{l}'")));
        var other = "a b";
        other.Replace("a", name);
        Clean(other);
        Sink(other.Replace("a", name));
        var harmless = new System.Text.StringBuilder();
        harmless.Append("b").Append(name.Length);
        Clean(harmless.ToString());
        Clean(string.Join(",", new List<int> { 1, 2 }.Select(n => "x" + n)));
        Clean(string.Join(",", lines.Select((l, i) => $"@p{i}")));
        """);

    [Fact]
    public Task Choices_awaits_and_tuples_are_followed() => Holds(
        """
        var (first, second) = (Source(), "b");
        Sink(first);
        Clean(second);
        var pair = (Left: "a", Right: Source());
        Sink(pair.Right);
        Clean(pair.Left);
        Sink(first ?? "a");
        Sink(first?.ToUpperInvariant());
        Sink(first.Length > 1 ? "a" : first);
        Sink(first.Length switch { 1 => "one", _ => first });
        Sink(await Task.FromResult(first));
        Sink(new[] { "a", first });
        Sink(new Query { Text = first, Other = "x" }.Text);
        var query = new Query { Text = first, Other = "x" };
        Sink(query.Text);
        Clean(query.Other);
        var copy = new Named(first, "x");
        Sink(copy.Name);
        Clean(copy.Kind);
        if ((object)first is string same)
            Sink(same);
        foreach (var letter in first.Split(','))
            Sink(letter);
        """);

    [Fact]
    public Task Private_functions_are_entered_once() => Holds(
        """
        Sink(Decorated(Source()));
        Clean(Decorated("a"));
        Clean(Constant(Source()));
        Sink(Local());
        Receive(Source());
        ReceiveClean("a");
        var (left, right) = Split(Source());
        Sink(left);
        Clean(right);
        string Local() => Source();
        void Receive(string value) => Sink(value);
        """,
        """
        private static string Decorated(string value) { var text = "<" + value; return text + ">"; }
        private static string Constant(string value) => value.Length > 3 ? "a" : "b";
        private static void ReceiveClean(string value) => Clean(value);
        private static (string, string) Split(string value) => (value, "b");
        """);

    [Fact]
    public Task Members_that_are_set_once_are_followed() => Holds(
        """
        Sink(_once);
        Sink(Twice);
        Clean(_table);
        Clean(s_columns["a"]);
        Clean(Title);
        """,
        """
        private readonly string _once = Source();
        private string Twice => "a" + _once;
        private const string Title = "Orders";
        private static readonly Dictionary<string, string> s_columns = new() { ["a"] = "Amount" };
        private readonly string _table = "T" + 1;
        """);

    [Fact]
    public Task Values_of_harmless_types_are_clean() => Holds(
        """
        Clean(int.Parse(Source()));
        Clean("n" + int.Parse(Source()));
        Clean(Guid.Parse(Source()).ToString());
        Clean(Enum.Parse<DayOfWeek>(Source()).ToString());
        Clean(DateTime.Parse(Source()));
        Clean(bool.TryParse(Source(), out var flag) && flag);
        if (int.TryParse(Source(), out var number))
            Clean($"{number}");
        Clean(Source() == "a" ? "b" : "c");
        Clean(Source().Contains('a').ToString());
        Sink(Convert.ToString(Source()));
        """);

    [Fact]
    public Task Values_that_were_compared_with_known_ones_are_clean() => Holds(
        """
        var sort = Source();
        if (sort == "name" || sort is "price" or "stock")
            Clean(sort);
        Sink(sort);
        if (sort.Contains("name"))
            Sink(sort);
        switch (sort)
        {
            case "a" or "b":
                Clean(sort);
                break;
            case "c":
                Clean(sort);
                break;
            default:
                Sink(sort);
                break;
        }
        Clean(sort switch { "name" => sort, _ => "id" });
        if (!s_allowed.Contains(sort.ToLowerInvariant()))
            return;
        Clean(sort);
        """,
        """
        private static readonly HashSet<string> s_allowed = ["name"];
        """);

    [Fact]
    public Task Values_that_were_checked_by_a_function_are_clean() => Holds(
        """
        var column = Source();
        var other = Source();
        var third = Source();
        Sink(column);
        if (!System.Text.RegularExpressions.Regex.IsMatch(column, "^[a-z]+$"))
            throw new ArgumentException(column);
        Clean(column);
        EnsureIdentifier(other);
        Clean(other);
        ArgumentException.ThrowIfNullOrEmpty(third);
        Sink(third);
        if (IsValidName(third) && third.Length > 2)
            Clean(third);
        Sink(third);
        Clean(Sanitized(third));
        """,
        """
        private static void EnsureIdentifier(string text) { }
        private static bool IsValidName(string text) => text.Length < 9;
        [Sanitizes] private static string Sanitized(string text) => text;
        private sealed class SanitizesAttribute : Attribute;
        """);

    [Fact]
    public async Task The_path_begins_at_the_source()
    {
        var (walk, calls) = await CallsAsync("var a = Source();\nvar b = a.Trim();\nSink(Decorated(b));", "private static string Decorated(string value) => \"<\" + value;");
        var origin = walk.Source(calls.Single(c => c.TargetMethod.Name == "Sink").Arguments[0].Value)!;
        Assert.Equal(["Source()", "a.Trim()", "Decorated(b)"], origin.Path.Select(l => l.SourceTree!.ToString().Substring(l.SourceSpan.Start, l.SourceSpan.Length)));
    }

    private static async Task Holds(string body, string members = "")
    {
        var (walk, calls) = await CallsAsync(body, members);
        foreach (var call in calls)
        {
            if (call.TargetMethod.Name is "Sink" or "Clean")
                Assert.True(call.TargetMethod.Name == "Sink" == walk.Source(call.Arguments[0].Value) is not null, $"{call.Syntax} in line {call.Syntax.GetLocation().GetLineSpan().StartLinePosition.Line - 6}");
        }
        Assert.Contains(calls, c => c.TargetMethod.Name is "Sink" or "Clean");
    }

    private static async Task<(FlowWalk Walk, List<IInvocationOperation> Calls)> CallsAsync(string body, string members)
    {
        var source = $$"""
            #nullable disable
            class Query { public string Text { get; set; } public string Other { get; set; } }
            record Named(string Name, string Kind);
            class C
            {
                async Task M()
                {
            {{body}}
                    await Task.CompletedTask;
                }
                static string Source() => Console.ReadLine();
                static void Sink(object value) { }
                static void Clean(object value) { }
                {{members}}
            }
            """;
        var compilation = (await TestProject.Create([("Test0.cs", source)]).GetCompilationAsync())!;
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error));
        var tree = compilation.SyntaxTrees.Single(t => t.FilePath.EndsWith("Test0.cs", StringComparison.Ordinal));
        var model = compilation.GetSemanticModel(tree);
        var calls = (await tree.GetRootAsync()).DescendantNodes().OfType<InvocationExpressionSyntax>().Select(n => model.GetOperation(n)).OfType<IInvocationOperation>().ToList();
        var question = new FlowQuestion(o => o is IInvocationOperation { TargetMethod.Name: "Source" }, Sanitizers.Read("", isForPrompts: false).Cleans);
        return (new FlowWalk(KnownTypes.Of(compilation), question, default), calls);
    }
}
