using Assay.Analyzers.Rules.Resources;
using Assay.CodeFixes.Rules.Resources;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Resources;

public sealed class LoopQuadraticTests : RuleTests<LoopQuadratic, LoopQuadraticFix>
{
    [Fact]
    public Task A_search_of_data_in_a_loop_is_flagged() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id; public string Sku = ""; }
        class C
        {
            void Distinct(IEnumerable<Order> orders)
            {
                var seen = new List<string>();
                {|#0:foreach|} (var order in orders)
                    if (!{|ASSAY8006:seen.Contains(order.Sku)|})
                        seen.Add(order.Sku);
            }
            int Blocked(IEnumerable<Order> orders, List<int> blocked, int[] late)
            {
                var count = 0;
                {|#1:foreach|} (var order in orders)
                {
                    if ({|ASSAY8006:blocked.Contains(order.Id)|} || {|ASSAY8006:Array.IndexOf(late, order.Id)|} >= 0)
                        count++;
                }
                return count;
            }
            async Task<int> Known(IQueryable<int> query, IEnumerable<int> ids, CancellationToken token)
            {
                var known = await query.ToListAsync(token);
                var rows = ids.Where(i => i > 0).ToArray();
                var filled = new List<int>();
                foreach (var id in ids) filled.Add(id);
                var count = 0;
                {|#2:for|} (var i = 0; i < rows.Length; i++)
                    count += {|ASSAY8006:known.IndexOf(rows[i])|} + ({|ASSAY8006:filled.Contains(rows[i])|} ? 1 : 0);
                return count;
            }
        }
        """,
        messages:
        [
            Message("seen.Contains", "looks at one element after the other", 8, "ask a HashSet"),
            Message("blocked.Contains", "looks at one element after the other", 15, "ask a HashSet"),
            Message("late.IndexOf", "looks at one element after the other", 15, "ask a HashSet"),
            Message("known.IndexOf", "looks at one element after the other", 29, "keep a Dictionary of the positions"),
            Message("filled.Contains", "looks at one element after the other", 29, "ask a HashSet"),
        ]);

    [Fact]
    public Task Elements_that_move_on_every_turn_are_flagged() => Flags(
        """
        class C
        {
            void Drain(List<string> open, IEnumerable<string> lines, IEnumerable<int> numbers, HashSet<int> set)
            {
                while (open.Count > 0)
                {
                    var next = open[0];
                    [|open.RemoveAt(0)|];
                    Console.WriteLine(next);
                }
                var last = new List<string>();
                foreach (var line in lines)
                    [|last.Insert(0, line)|];
                var total = 0;
                for (var i = 0; i < set.Count; i++)
                    total += [|set.ElementAt(i)|] + [|numbers.ElementAt(i)|];
            }
        }
        """,
        messages:
        [
            Message("open.RemoveAt(0)", "moves all other elements", 5, "take from a Queue"),
            Message("last.Insert(0, …)", "moves all other elements", 12, "add at the end and reverse once"),
            Message("ElementAt", "walks from the first element", 15, "use foreach, or a list"),
            Message("ElementAt", "walks from the first element", 15, "use foreach, or a list"),
        ]);

    [Fact]
    public Task Text_that_grows_on_every_turn_is_flagged() => Flags(
        """
        class C
        {
            string _log = "";
            string Csv(IEnumerable<string> cells, string[] rows, TextReader reader, string head)
            {
                var text = "";
                foreach (var cell in cells)
                    [|text += cell + ";"|];
                for (int i = 0; i < rows.Length; i++)
                {
                    if (i > 0)
                        [|text = text + "\n"|];
                    text += $"{rows[i]}";
                    [|head += 'x'|];
                }
                while (reader.ReadLine() is { } line)
                {
                    [|_log += line|];
                    do { [|text += line|]; } while (reader.Read() > 0);
                }
                return text + head;
            }
        }
        """);

    [Fact]
    public Task Sets_and_other_lists_are_ignored() => Ignores(
        """
        enum Kind { A, B }
        class Order { public int Id; public Kind Kind; public List<int> Tags = new(); }
        class C
        {
            static readonly string[] s_endings = [".jpg", ".png"];
            readonly List<int> _fixed = [1, 2, 3];
            void M(IEnumerable<Order> orders, HashSet<int> blocked, Dictionary<int, int> map, string text, List<int> list, char[] marks, params int[] few)
            {
                var kinds = new List<Kind>();
                var small = new List<int> { 1, 2, 3 };
                int[] array = { 1, 2 };
                foreach (var order in orders)
                {
                    if (blocked.Contains(order.Id) || map.ContainsKey(order.Id) || text.Contains("x") || few.Contains(order.Id)) continue;
                    if (!kinds.Contains(order.Kind)) kinds.Add(order.Kind);
                    if (small.Contains(order.Id) || array.Contains(order.Id) || s_endings.Contains(order.Id.ToString()) || _fixed.Contains(order.Id) || order.Tags.Contains(order.Id)) continue;
                    if (marks.Contains((char)order.Id)) continue;
                    var own = new List<int>(order.Tags);
                    own.RemoveAt(0);
                    own.Insert(0, order.Id);
                    // The same on every turn.
                    if (list.Contains(5)) break;
                }
            }
        }
        """);

    [Fact]
    public Task Loops_of_few_turns_are_ignored() => Ignores(
        """
        class Node { public Node? Parent; public string Name = ""; }
        class C
        {
            static readonly string[] s_parts = ["a", "b"];
            string M(List<string> names, Node? node, Exception? error, Type type, string path, int number, List<int> open)
            {
                var text = "";
                for (var i = 0; i < 10; i++) text += i;
                foreach (var part in new[] { "a", "b" }) text += part;
                foreach (var part in s_parts) if (names.Contains(part)) text += part;
                foreach (var argument in type.GetGenericArguments()) text += argument.Name;
                for (var i = 0; i < type.GetGenericArguments().Length; i++) text += i;
                foreach (var part in path.Split('/')) text += part;
                foreach (var day in Enum.GetValues<DayOfWeek>()) text += day;
                for (; error is not null; error = error.InnerException) text += error.Message;
                for (var i = 0; i < Math.Min(names.Count, 3); i++) text += names[i];
                var split = path.Split(';');
                var pieces = split;
                foreach (var piece in pieces) if (!names.Contains(piece)) names.Add(piece);
                var up = node;
                while (true) { names.Insert(0, up!.Name); var above = up.Parent; if (above is null) break; up = above; }
                foreach (var name in open) System.Diagnostics.Debug.Assert(names.Contains($"{name}"));
                var parts = new List<string>();
                while (node != null) { parts.Insert(0, node.Name); text = node.Name + text; text += "/"; node = node.Parent; }
                while (number > 0) { text += number % 10; number /= 10; }
                while (text.Length < 80) text += " ";
                do text += "_"; while (names.Contains(text));
                while (open.Count > 10) open.RemoveAt(0);
                return text;
            }
            static void Main(string[] args)
            {
                var text = "";
                foreach (var argument in args) text += argument;
                Console.WriteLine(text);
            }
        }
        """);

    [Fact]
    public Task What_happens_once_in_a_loop_is_ignored() => Ignores(
        """
        class C
        {
            string M(IEnumerable<string> lines, List<string> known, List<string> open)
            {
                var text = "";
                foreach (var line in lines)
                {
                    if (line.Length > 3) { text += line; break; }
                    if (line.Length > 2) { text += line; return text; }
                    if (line.Length > 1) { open.RemoveAt(0); throw new InvalidOperationException(); }
                }
                foreach (var line in lines)
                {
                    var row = "";
                    row += line;
                    text = line;
                    text += ";";
                    Action later = () => text += line;
                    known = new List<string>();
                    if (!known.Contains(line)) known.Add(line);
                }
                return text;
            }
        }
        """);

    [Fact]
    public Task Sums_of_numbers_and_other_objects_are_ignored() => Ignores(
        """
        class Row { public string Text = ""; }
        class C
        {
            event Action? Done;
            int M(IEnumerable<Row> rows, List<Row> list)
            {
                var sum = 0;
                foreach (var row in rows)
                {
                    sum += row.Text.Length;
                    row.Text += "x";
                    Done += () => { };
                }
                for (var i = 0; i < list.Count; i++)
                    sum += list.ElementAt(i).Text.Length + rows.ElementAt(3).Text.Length;
                return sum;
            }
        }
        """);

    [Fact]
    public Task Parts_that_are_few_by_nature_are_ignored() => Ignores(
        """
        record Column(string Name);
        class C(System.Data.Common.DbDataReader reader)
        {
            public string Head(List<Column> columns, List<string> arguments, string procedure)
            {
                var text = "";
                foreach (var column in columns)
                    text += column.Name + ",";
                for (var i = 0; i < arguments.Count; i++)
                    text += arguments[i];
                for (var i = 0; i < reader.FieldCount; i++)
                    text += reader.GetName(i);
                var wanted = new List<string>();
                foreach (var argument in arguments)
                {
                    if (!wanted.Contains(argument))
                        wanted.Add(argument);
                }
                return text;
            }
            public string Call(string name, List<int> parameters, int nested)
            {
                name += "(";
                for (var i = 0; i < parameters.Count; i++)
                {
                    if (i != 0)
                        name += ",";
                    name += "NULL";
                }
                for (; nested > 0; nested--)
                    name += "[]";
                return name + ")";
            }
            public int Number(string text, int at)
            {
                var digits = "";
                while (at < text.Length && char.IsDigit(text[at]))
                    digits += text[at++];
                return int.Parse(digits);
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { void M(string[] a, System.Collections.Generic.List<int> l) { var s = \"\"; foreach (var x in ) { s += ; l.Contains(; l.RemoveAt( } } }", allowErrors: true);

    [Fact]
    public Task Text_becomes_a_builder() => Fixes(
        """
        class C
        {
            public string Csv(IEnumerable<string> cells, int count)
            {
                var text = ""; // the row
                foreach (var cell in cells)
                {
                    if (text.Length > 0)
                        [|text += ", "|];
                    text += "'" + cell + "'";
                    text += $"{count}"; // counted
                }
                return text;
            }
            public string Head(IEnumerable<int> numbers)
            {
                string head = "#";
                foreach (var number in numbers)
                    [|head += number|];
                return $"{head}!";
            }
        }
        """,
        """
        using System.Text;

        class C
        {
            public string Csv(IEnumerable<string> cells, int count)
            {
                var text = new StringBuilder(); // the row
                foreach (var cell in cells)
                {
                    if (text.Length > 0)
                        text.Append(", ");
                    text.Append("'").Append(cell).Append("'");
                    text.Append($"{count}"); // counted
                }
                return text.ToString();
            }
            public string Head(IEnumerable<int> numbers)
            {
                var head = new StringBuilder("#");
                foreach (var number in numbers)
                    head.Append(number);
                return $"{head.ToString()}!";
            }
        }
        """,
        title: "Build the text with a StringBuilder");

    [Fact]
    public Task A_searched_list_becomes_a_set() => Fixes(
        """
        class C
        {
            public int Count(IEnumerable<int> ids, List<int> blocked)
            {
                var count = 0;
                // Blocked orders do not count.
                foreach (var id in ids)
                {
                    if (![|blocked.Contains(id)|])
                        count++;
                }
                return count;
            }
            public int Distinct(IEnumerable<string> names)
            {
                var count = 0;
                List<string> seen = new List<string>();
                foreach (var name in names)
                {
                    if ([|seen.Contains(name)|])
                        continue;
                    seen.Add(name);
                    count++;
                }
                return count;
            }
        }
        """,
        """
        class C
        {
            public int Count(IEnumerable<int> ids, List<int> blocked)
            {
                var count = 0;
                // Blocked orders do not count.
                var blockedSet = new HashSet<int>(blocked);
                foreach (var id in ids)
                {
                    if (!blockedSet.Contains(id))
                        count++;
                }
                return count;
            }
            public int Distinct(IEnumerable<string> names)
            {
                var count = 0;
                var seen = new HashSet<string>();
                foreach (var name in names)
                {
                    if (seen.Contains(name))
                        continue;
                    seen.Add(name);
                    count++;
                }
                return count;
            }
        }
        """,
        title: "Search a HashSet");

    [Fact]
    public Task A_drained_list_becomes_a_queue() => Fixes(
        """
        class C
        {
            public void Walk(DirectoryInfo root)
            {
                var open = new List<DirectoryInfo>();
                open.Add(root);
                while (open.Count > 0)
                {
                    var next = open[0];
                    [|open.RemoveAt(0)|];
                    foreach (var inner in next.GetDirectories())
                        open.Add(inner);
                }
            }
        }
        """,
        """
        class C
        {
            public void Walk(DirectoryInfo root)
            {
                var open = new Queue<DirectoryInfo>();
                open.Enqueue(root);
                while (open.Count > 0)
                {
                    var next = open.Dequeue();
                    foreach (var inner in next.GetDirectories())
                        open.Enqueue(inner);
                }
            }
        }
        """,
        title: "Take from a Queue");

    [Fact]
    public Task What_is_used_otherwise_stays_as_it_is()
    {
        const string Source = """
            class C
            {
                string _log = "";
                public List<string> M(IEnumerable<string> lines, string head, List<string> open)
                {
                    var seen = new List<string>();
                    var text = "";
                    foreach (var line in lines)
                    {
                        [|_log += line|];
                        [|head += line|];
                        [|text += line|];
                        Console.WriteLine(text);
                        if (![|seen.Contains(line)|])
                            seen.Add(line);
                        [|open.Insert(0, line)|];
                    }
                    return seen;
                }
            }
            """;
        return Fixes(Source, Source);
    }

    private static string Message(string what, string does, int line, string cure) =>
        $"'{what}' {does} on every turn of the loop of line {line}: ten times the data takes a hundred times as long; {cure}";

    [Fact]
    public Task What_a_program_consists_of_and_texts_of_ToString_are_ignored() => Ignores(
        """
        using System.Reflection;
        class Registry(IEnumerable<Type> types)
        {
            private readonly List<string> _lines = [];
            public List<Type> Known()
            {
                var known = new List<Type>();
                foreach (var type in types)
                {
                    if (!known.Contains(type.BaseType!))
                        known.Add(type.BaseType!);
                }
                return known;
            }
            public List<Assembly> Loaded(IEnumerable<object> things)
            {
                var loaded = new List<Assembly>();
                foreach (var thing in things)
                {
                    if (!loaded.Contains(thing.GetType().Assembly))
                        loaded.Add(thing.GetType().Assembly);
                }
                return loaded;
            }
            public override string ToString()
            {
                var text = "Lines:";
                foreach (var line in _lines)
                    text += line;
                return text;
            }
        }
        """);
}
