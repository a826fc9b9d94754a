using Assay.Analyzers.Rules.Data;
using Assay.CodeFixes.Rules.Data;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Data;

public sealed class SqlFromTextTests : RuleTests<SqlFromText, SqlFromTextFix>
{
    [Fact]
    public Task Values_in_command_texts_are_flagged() => Flags(
        """
        using Npgsql;
        public class Customers(NpgsqlConnection connection, NpgsqlDataSource source)
        {
            public void Find(string name, string city, object other)
            {
                using var command = connection.CreateCommand();
                command.CommandText = "SELECT * FROM Customers WHERE Name = '" + [|name|] + "'";
                command.CommandText = $"SELECT * FROM Customers WHERE City = {[|city|]}";
                command.CommandText = string.Format("SELECT * FROM Customers WHERE City LIKE '{0}%'", [|city|]);
                using var second = new NpgsqlCommand($"DELETE FROM Customers WHERE Name = '{[|name|]}'", connection);
                using var third = source.CreateCommand("SELECT 1 FROM Customers WHERE Name = '" + [|name.Trim()|] + "'");
                using NpgsqlCommand fourth = new("SELECT 1 FROM Customers WHERE Name = '" + [|other|] + "'", connection);
                var batch = new NpgsqlBatchCommand($"SELECT 1 FROM Customers WHERE Name IN ('{[|name|]}')");
            }
        }
        """);

    [Fact]
    public Task Texts_through_variables_are_flagged() => Flags(
        """
        using System.Data;
        using System.Text;
        public class Customers(IDbConnection connection)
        {
            private const string Select = "SELECT * FROM Customers ";
            public void Find(string name, string[] cities, bool isOld)
            {
                using var command = connection.CreateCommand();
                var sql = Select + "WHERE 1 = 1";
                if (isOld)
                    sql += " AND Name = '" + [|name|] + "'";
                command.CommandText = sql;
                var builder = new StringBuilder(Select);
                builder.Append("WHERE City IN (").Append([|string.Join(",", cities.Select(c => $"'{c}'"))|]).Append(")");
                command.CommandText = builder.ToString();
                var text = new StringBuilder();
                text.Append($"UPDATE Customers SET Name = '{[|name|]}'");
                command.CommandText = text.ToString();
            }
        }
        """);

    [Fact]
    public Task Dapper_and_EF_are_flagged() => Flags(
        """
        using System.Data;
        using Dapper;
        using Microsoft.EntityFrameworkCore;
        public class Order { public int Id { get; set; } public string Sku { get; set; } = ""; }
        public class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        public class Desk(IDbConnection connection, Shop shop)
        {
            public async Task Find(string sku, Order order)
            {
                var all = connection.Query<Order>($"SELECT * FROM Orders WHERE Sku = '{[|sku|]}'");
                await connection.ExecuteAsync("DELETE FROM Orders WHERE Sku = '" + [|order.Sku|] + "'");
                var command = new CommandDefinition($"DELETE FROM Orders WHERE Sku = '{[|sku|]}'");
                var some = shop.Orders.FromSqlRaw($"SELECT * FROM Orders WHERE Sku = {[|sku|]}").ToList();
                await shop.Database.ExecuteSqlRawAsync("DELETE FROM Orders WHERE Sku = '" + [|sku|] + "'");
                shop.Database.SqlQueryRaw<int>($"SELECT Id FROM Orders WHERE Sku = '{[|sku|]}' AND Id = {order.Id}").ToList();
            }
        }
        """);

    [Fact]
    public Task The_message_says_whose_value_it_is_and_what_it_does() => Flags(
        """
        using System.Data;
        using Microsoft.AspNetCore.Mvc;
        public class OrdersController(IDbConnection connection) : ControllerBase
        {
            [HttpGet]
            public void Search([FromQuery] string sort, [FromQuery] string name)
            {
                using var command = connection.CreateCommand();
                command.CommandText = $"SELECT * FROM Orders ORDER BY {[|sort|]}";
                command.CommandText = $"SELECT * FROM Orders WHERE Name = '{[|name|]}'";
                command.CommandText = [|name|];
                Load(name);
            }
            void Load(string value)
            {
                using var command = connection.CreateCommand();
                command.CommandText = "SELECT * FROM Orders WHERE Name = '" + [|value|] + "'";
            }
            internal void Export(string city)
            {
                using var command = connection.CreateCommand();
                command.CommandText = "SELECT * FROM Orders WHERE City = '" + [|city|] + "'";
            }
        }
        """,
        messages:
        [
            "'sort', which a client sends in the query to 'Search', becomes part of the SQL text: what it says runs as SQL; compare it with the names that are allowed",
            "'name', which a client sends in the query to 'Search', becomes part of the SQL text: an apostrophe in it, as in O'Brien, ends the text there and the rest runs as SQL; pass it as a parameter",
            "'name', which a client sends in the query to 'Search', becomes part of the SQL text: whoever sends it runs any statement on the database",
            "'value', which a client sends in the query to 'Search', becomes part of the SQL text: an apostrophe in it, as in O'Brien, ends the text there and the rest runs as SQL; pass it as a parameter",
            "'city' becomes part of the SQL text: an apostrophe in it, as in O'Brien, ends the text there and the rest runs as SQL; pass it as a parameter",
        ]);

    [Fact]
    public Task The_way_of_the_value_is_told() => Flags(
        """
        using System.Data;
        using Microsoft.AspNetCore.Builder;
        static class Routes
        {
            public static void Map(WebApplication app, IDbConnection connection)
            {
                app.MapGet("/orders", (string name) =>
                {
                    var trimmed = {|#1:{|#0:name|}.Trim()|};
                    using var command = connection.CreateCommand();
                    command.CommandText = $"SELECT * FROM Orders WHERE Name = '{[|trimmed|]}'";
                });
            }
        }
        """);

    [Fact]
    public Task A_name_that_callers_choose_is_a_suggestion() => Flags(
        """
        using System.Data;
        public class Tables(IDbConnection connection, Tables.Options options)
        {
            public record Options(string Owner);
            public void Clear(string table)
            {
                using var command = connection.CreateCommand();
                command.CommandText = "DELETE FROM " + [|table|];
                command.CommandText = $"DELETE FROM Orders WHERE Owner = '{[|options.Owner|]}'";
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Statements_that_take_no_parameters_are_suggestions() => Fixes(
        """
        using Npgsql;
        public class Roles(NpgsqlConnection connection)
        {
            public void Create(string password, string file)
            {
                using var command = connection.CreateCommand();
                command.CommandText = $"CREATE ROLE shop PASSWORD '{[|password|]}'";
                command.CommandText = "ATTACH DATABASE '" + [|file|] + "' AS other";
            }
        }
        """,
        """
        using Npgsql;
        public class Roles(NpgsqlConnection connection)
        {
            public void Create(string password, string file)
            {
                using var command = connection.CreateCommand();
                command.CommandText = $"CREATE ROLE shop PASSWORD '{[|password|]}'";
                command.CommandText = "ATTACH DATABASE '" + [|file|] + "' AS other";
            }
        }
        """);

    [Fact]
    public Task C_sharp_7_is_understood() => Flags(
        """
        using System;
        using System.Data;
        public class Customers
        {
            private readonly IDbConnection _connection;
            public Customers(IDbConnection connection) { _connection = connection; }
            public void Find(object filter)
            {
                if (!(filter is string name))
                    return;
                (string column, string wanted) = ("Name", name);
                using (var command = _connection.CreateCommand())
                    command.CommandText = string.Format("SELECT * FROM Customers WHERE {0} = '{1}'", column, [|wanted|]);
            }
        }
        """,
        languageVersion: Microsoft.CodeAnalysis.CSharp.LanguageVersion.CSharp7_3);

    [Fact]
    public Task What_cannot_be_SQL_is_ignored() => Ignores(
        """
        using System.Data;
        using Dapper;
        using Microsoft.EntityFrameworkCore;
        public enum Kind { Open, Closed }
        public class Order { public int Id { get; set; } public string Sku { get; set; } = ""; }
        public class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        public class Desk(IDbConnection connection, Shop shop)
        {
            private const string Table = "Orders";
            private static readonly string s_columns = "Id, " + nameof(Order.Sku);
            public async Task Find(string sku, int id, Kind kind, Guid key, DateTime day, List<int> ids, string raw, string[] skus, decimal price)
            {
                using var command = connection.CreateCommand();
                command.CommandText = $"SELECT {s_columns} FROM {Table} WHERE Id = {id} AND Kind = '{kind}' AND Key = '{key}' AND Price > {price}";
                command.CommandText = "SELECT * FROM Orders WHERE Day > '" + day.ToString("O") + "' AND Id IN (" + string.Join(",", ids) + ")";
                command.CommandText = $"SELECT {nameof(Order.Id)} FROM {typeof(Order).Name} WHERE Id = {int.Parse(raw)}";
                command.CommandText = $"SELECT * FROM Orders WHERE Sku IN ({string.Join(", ", skus.Select((s, i) => $"@p{i}"))})";
                command.CommandText = "SELECT * FROM Orders WHERE Sku = '" + sku.Replace("'", "''") + "'";
                var all = connection.Query<Order>("SELECT * FROM Orders WHERE Sku = @sku", new { sku });
                var some = shop.Orders.FromSql($"SELECT * FROM Orders WHERE Sku = {sku}").ToList();
                var more = shop.Orders.FromSqlInterpolated($"SELECT * FROM Orders WHERE Sku = {sku}").ToList();
                await shop.Database.ExecuteSqlAsync($"DELETE FROM Orders WHERE Sku = {sku}");
                await shop.Database.ExecuteSqlRawAsync("DELETE FROM Orders WHERE Sku = {0}", sku);
            }
        }
        """);

    [Fact]
    public Task What_other_code_made_for_the_place_is_ignored() => Ignores(
        """
        using System.Data;
        public class Builder(IDbConnection connection)
        {
            protected void Insert(object value, string[] parameterNames, string placeholder)
            {
                using var command = connection.CreateCommand();
                command.CommandText = $"INSERT INTO Orders (Sku) VALUES ({Literals.Of(value)})";
                command.CommandText = $"INSERT INTO Orders (Sku) VALUES ({parameterNames[0]}, {string.Join(", ", parameterNames)})";
                command.CommandText = "UPDATE Orders SET Sku = " + placeholder;
            }
        }
        public static class Literals { public static string Of(object value) => value is int ? "1" : "NULL"; }
        """);

    [Fact]
    public Task A_schema_that_is_put_into_a_script_is_ignored() => Ignores(
        """
        using System.Data;
        public static class Installer
        {
            public static void Install(IDbConnection connection, string schema)
            {
                var text = File.ReadAllText("install.sql");
                if (schema != "shop")
                    text = text.Replace("'shop'", "'" + schema + "'").Replace("[shop]", "[" + schema + "]");
                using var command = connection.CreateCommand();
                command.CommandText = text + "; SELECT 1";
            }
        }
        """);

    [Fact]
    public Task Names_from_a_closed_set_are_ignored() => Ignores(
        """
        using System.Data;
        using Microsoft.AspNetCore.Mvc;
        public class OrdersController(IDbConnection connection) : ControllerBase
        {
            private static readonly HashSet<string> s_sorts = ["Name", "Price"];
            private static readonly Dictionary<string, string> s_columns = new() { ["name"] = "Name", ["price"] = "Price" };
            public IActionResult Search(string sort, string by, string order)
            {
                if (!s_sorts.Contains(sort))
                    return BadRequest();
                using var command = connection.CreateCommand();
                command.CommandText = $"SELECT * FROM Orders ORDER BY {sort}";
                command.CommandText = $"SELECT * FROM Orders ORDER BY {by switch { "name" => "Name", _ => "Price" }} {(order == "desc" ? "DESC" : "ASC")}";
                if (s_columns.TryGetValue(by, out var column))
                    command.CommandText = $"SELECT * FROM Orders ORDER BY {column}";
                command.CommandText = $"SELECT * FROM Orders ORDER BY {s_columns[by]}";
                return Ok();
            }
        }
        """);

    [Fact]
    public Task Names_of_the_program_are_ignored() => Ignores(
        """
        using System.Data;
        public class Store(IDbConnection connection, Store.Options options)
        {
            public record Options(string Schema, string Prefix);
            private readonly string _table = options.Prefix + "Orders";
            private string Qualified => $"[{options.Schema}].[{_table}]";
            public string Filter { get; set; } = "";
            internal void Clear(string table, string where)
            {
                using var command = connection.CreateCommand();
                command.CommandText = $"DELETE FROM {options.Schema}.Orders";
                command.CommandText = $"DELETE FROM [{_table}]";
                command.CommandText = $"DELETE FROM {Qualified}";
                command.CommandText = $"DELETE FROM {table} WHERE Id = @id";
                command.CommandText = "SELECT * FROM Orders " + where;
                command.CommandText = File.ReadAllText("schema.sql");
                command.CommandText = Build();
            }
            public void Run(string sql)
            {
                using var command = connection.CreateCommand();
                command.CommandText = sql;
            }
            private string Build() => "SELECT * FROM " + _table;
        }
        """);

    [Fact]
    public Task Methods_that_the_team_lists_and_marked_ones_are_ignored() => Ignores(
        """
        using System.Data;
        public class Store(IDbConnection connection)
        {
            public void Clear(string table, string other, string third)
            {
                using var command = connection.CreateCommand();
                command.CommandText = "DELETE FROM " + Names.Checked(table);
                command.CommandText = "DELETE FROM " + Names.Marked(other);
                command.CommandText = "DELETE FROM " + QuoteName(third);
            }
            public static string QuoteName(string text) => "[" + text + "]";
        }
        public static class Names
        {
            public static string Checked(string text) => text;
            [Sanitizes] public static string Marked(string text) => text;
        }
        public class SanitizesAttribute : Attribute;
        """,
        editorConfig: "ASSAY5004.sanitizers = Names.Checked");

    [Fact]
    public Task Values_become_parameters_of_the_command() => Fixes(
        """
        using Npgsql;
        public class Customers(NpgsqlConnection connection)
        {
            public void Find(string name, string? city, int id)
            {
                using var command = connection.CreateCommand();
                // Only one may have the name.
                command.CommandText = $"SELECT * FROM Customers WHERE Name = '{[|name|]}' AND City = '{city}' AND Id = {id}";
                using var second = new NpgsqlCommand("DELETE FROM Customers WHERE Name = '" + [|name|] + "'", connection);
            }
        }
        """,
        """
        using Npgsql;
        public class Customers(NpgsqlConnection connection)
        {
            public void Find(string name, string? city, int id)
            {
                using var command = connection.CreateCommand();
                // Only one may have the name.
                command.CommandText = "SELECT * FROM Customers WHERE Name = @name AND City = @city AND Id = @id";
                command.Parameters.AddWithValue("name", name);
                command.Parameters.AddWithValue("city", (object?)city ?? DBNull.Value);
                command.Parameters.AddWithValue("id", id);
                using var second = new NpgsqlCommand("DELETE FROM Customers WHERE Name = @name", connection);
                second.Parameters.AddWithValue("name", name);
            }
        }
        """,
        title: "Pass the values as parameters");

    [Fact]
    public Task Raw_calls_of_EF_become_interpolated_ones() => Fixes(
        """
        using Microsoft.EntityFrameworkCore;
        public class Order { public int Id { get; set; } public string Sku { get; set; } = ""; }
        public class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        public class Desk(Shop shop)
        {
            public async Task Find(string sku, CancellationToken token)
            {
                var some = shop.Orders.FromSqlRaw($"SELECT * FROM Orders WHERE Sku = '{[|sku|]}'").ToList();
                await shop.Database.ExecuteSqlRawAsync("DELETE FROM Orders WHERE Sku = '" + [|sku|] + "'", token);
                shop.Database.SqlQueryRaw<int>($@"
                    SELECT Id FROM Orders
                    WHERE Sku = '{[|sku|]}'").ToList();
            }
        }
        """,
        """
        using Microsoft.EntityFrameworkCore;
        public class Order { public int Id { get; set; } public string Sku { get; set; } = ""; }
        public class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        public class Desk(Shop shop)
        {
            public async Task Find(string sku, CancellationToken token)
            {
                var some = shop.Orders.FromSql($"SELECT * FROM Orders WHERE Sku = {sku}").ToList();
                await shop.Database.ExecuteSqlAsync($"DELETE FROM Orders WHERE Sku = {sku}", token);
                shop.Database.SqlQuery<int>($@"
                    SELECT Id FROM Orders
                    WHERE Sku = {sku}").ToList();
            }
        }
        """);

    [Fact]
    public Task Values_become_the_parameters_of_Dapper() => Fixes(
        """
        using System.Data;
        using Dapper;
        public record Order(int Id, string Sku);
        public class Desk(IDbConnection connection)
        {
            public async Task Find(string sku, Order order)
            {
                var all = connection.Query<Order>($"SELECT * FROM Orders WHERE Sku = '{[|sku|]}' AND Id = {order.Id}");
            }
        }
        """,
        """
        using System.Data;
        using Dapper;
        public record Order(int Id, string Sku);
        public class Desk(IDbConnection connection)
        {
            public async Task Find(string sku, Order order)
            {
                var all = connection.Query<Order>("SELECT * FROM Orders WHERE Sku = @sku AND Id = @orderId", new { sku, orderId = order.Id });
            }
        }
        """);

    [Fact]
    public Task What_a_person_has_to_decide_is_not_fixed() => Fixes(
        """
        using System.Data;
        using Dapper;
        public class Desk(IDbConnection connection)
        {
            public void Find(string sku, string table)
            {
                connection.Execute($"SELECT * FROM Orders WHERE Sku LIKE '%{[|sku|]}%'");
                connection.Execute($"SELECT * FROM {table} WHERE Sku = '{[|sku|]}'");
                connection.Execute($"SELECT * FROM Orders WHERE Id = @id AND Sku = '{[|sku|]}'", new { id = 1 });
                var sql = $"SELECT * FROM Orders WHERE Sku = '{[|sku|]}'";
                connection.Execute(sql);
                using var command = connection.CreateCommand();
                command.CommandText = $"SELECT * FROM Orders WHERE Sku = '{[|sku|]}'";
            }
        }
        """,
        """
        using System.Data;
        using Dapper;
        public class Desk(IDbConnection connection)
        {
            public void Find(string sku, string table)
            {
                connection.Execute($"SELECT * FROM Orders WHERE Sku LIKE '%{[|sku|]}%'");
                connection.Execute($"SELECT * FROM {table} WHERE Sku = '{[|sku|]}'");
                connection.Execute($"SELECT * FROM Orders WHERE Id = @id AND Sku = '{[|sku|]}'", new { id = 1 });
                var sql = $"SELECT * FROM Orders WHERE Sku = '{[|sku|]}'";
                connection.Execute(sql);
                using var command = connection.CreateCommand();
                command.CommandText = $"SELECT * FROM Orders WHERE Sku = '{[|sku|]}'";
            }
        }
        """);

    [Fact]
    public Task Test_projects_are_ignored() => Ignores(
        """
        using System.Data;
        public class T { public void M(IDbCommand command, string name) { command.CommandText = "SELECT '" + name + "'"; } }
        namespace Xunit { class FactAttribute : Attribute; }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using System.Data;
        public class T { public void M(IDbCommand command) { command.CommandText = "SELECT '" + unknown + "'"; command.CommandText = "SELECT" + ; command.CommandText = $"SELECT {"; } }
        """, allowErrors: true);
}
