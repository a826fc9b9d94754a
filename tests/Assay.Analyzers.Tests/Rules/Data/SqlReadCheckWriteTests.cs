using Assay.Analyzers.Rules.Data;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Data;

public sealed class SqlReadCheckWriteTests : RuleTests<SqlReadCheckWrite>
{
    [Fact]
    public Task A_checked_value_is_flagged_with_the_single_statement() => Flags(
        """
        using System.Data.Common;
        using Dapper;
        class Stock(DbConnection connection)
        {
            public async Task<bool> ReserveAsync(int id, int n)
            {
                var qty = await connection.{|#0:QuerySingleAsync<int>|}("SELECT qty FROM stock WHERE id = @id", new { id });
                if (qty < n)
                    return false;
                await connection.{|ASSAY5002:ExecuteAsync|}("UPDATE stock SET qty = @left WHERE id = @id", new { id, left = qty - n });
                return true;
            }
            public void Pay(int id)
            {
                var state = connection.{|#1:ExecuteScalar<string>|}("SELECT state FROM orders WHERE id = @id", new { id });
                if (state != "open")
                    throw new InvalidOperationException();
                connection.{|ASSAY5002:Execute|}("UPDATE orders SET state = 'paid' WHERE id = @id", new { id });
            }
        }
        """,
        messages:
        [
            "'qty' of 'stock' is read at line 7 and written here, and another request can change it in between: both compute from the same value and the second overwrites the first; let one statement check and write, then look at the affected rows: UPDATE stock SET qty = qty - @n WHERE id = @id AND qty >= @n",
            "'state' of 'orders' is read at line 15 and written here, and another request can change it in between: both pass the same check and both write; let one statement check and write, then look at the affected rows: UPDATE orders SET state = 'paid' WHERE id = @id AND state = 'open'",
        ]);

    [Fact]
    public Task All_ways_to_send_sql_are_flagged() => Flags(
        """
        using System.Data;
        using System.Text;
        using Dapper;
        using Npgsql;
        record Row(int Id, int Qty);
        class Stock(NpgsqlConnection connection)
        {
            private const string Read = "SELECT qty FROM stock WHERE id = @id";
            private static readonly string s_write = "UPDATE stock " + "SET qty = @qty WHERE id = @id";
            public async Task CommandsAsync(int id, int n)
            {
                await using var select = new NpgsqlCommand(Read, connection);
                select.Parameters.AddWithValue("@id", id);
                var qty = (int)(await select.ExecuteScalarAsync())!;
                if (qty >= n)
                {
                    await using var update = connection.CreateCommand();
                    update.CommandText = s_write;
                    update.Parameters.AddWithValue("@id", id);
                    update.Parameters.AddWithValue("@qty", qty - n);
                    await update.[|ExecuteNonQueryAsync|]();
                }
            }
            public void Reader(IDbConnection any, int id, int n)
            {
                using var command = any.CreateCommand();
                command.CommandText = $"select Id, Qty from dbo.[Stock] where Id = {id}";
                var qty = 0;
                using (var reader = command.ExecuteReader())
                {
                    if (!reader.Read())
                        return;
                    qty = reader.GetInt32(1);
                }
                var left = qty - n;
                if (left < 0)
                    return;
                command.CommandText = $"update Stock set Qty = {left} where Id = {id}";
                command.[|ExecuteNonQuery|]();
            }
            public async Task RowsAsync(int id, int n)
            {
                var row = await connection.QueryFirstOrDefaultAsync<Row>(new CommandDefinition("SELECT * FROM stock WHERE id = @id", new { id }));
                if (row is null || row.Qty < n)
                    return;
                var sql = new StringBuilder("UPDATE stock SET ");
                sql.Append("qty = qty - @n").Append(" WHERE id = @id");
                await connection.[|ExecuteAsync|](sql.ToString(), new { id, n });
            }
        }
        """);

    [Fact]
    public Task Parameters_that_an_own_method_adds_are_seen() => Flags(
        """
        using System.Data.Common;
        static class Commands
        {
            public static DbCommand With(this DbCommand command, string name, object value)
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, value);
                command.Parameters.Add(parameter);
                return command;
            }
        }
        class Bills(DbConnection connection)
        {
            public async Task PayAsync(int id, decimal amount)
            {
                await using var read = connection.CreateCommand();
                read.CommandText = "SELECT paid FROM bills WHERE id = @id";
                Add(read, "id", id);
                var paid = (decimal)(await read.ExecuteScalarAsync())!;
                await using var write = connection.CreateCommand();
                write.CommandText = "UPDATE bills SET paid = @paid WHERE id = @id";
                Add(write, "id", id);
                Add(write, "paid", paid + amount);
                await write.[|ExecuteNonQueryAsync|]();
            }
            public void Refund(int id, decimal amount)
            {
                using var read = connection.CreateCommand();
                read.CommandText = "SELECT paid FROM bills WHERE id = @id";
                read.With("id", id);
                var paid = (decimal)read.ExecuteScalar()!;
                using var write = connection.CreateCommand();
                write.CommandText = "UPDATE bills SET paid = @paid WHERE id = @id";
                write.With("id", id);
                write.With("paid", paid - amount);
                write.[|ExecuteNonQuery|]();
            }
            public void Overwrite(int id, decimal amount)
            {
                using var read = connection.CreateCommand();
                read.CommandText = "SELECT paid FROM bills WHERE id = @id";
                Add(read, "id", id);
                Console.WriteLine(read.ExecuteScalar());
                using var write = connection.CreateCommand();
                write.CommandText = "UPDATE bills SET paid = @paid WHERE id = @id";
                Add(write, "id", id);
                Add(write, "paid", amount);
                write.ExecuteNonQuery();
            }
            private static void Add(DbCommand command, string name, object value) => command.With(name, value);
        }
        """);

    [Fact]
    public Task A_transaction_of_the_caller_and_a_batch_are_suggestions() => Flags(
        """
        using System.Data;
        using Dapper;
        record Row(int Id, int Qty);
        class Stock(IDbConnection connection)
        {
            public void Take(IDbTransaction transaction, int id)
            {
                var qty = connection.QuerySingle<int>("SELECT qty FROM stock WHERE id = @id", new { id }, transaction);
                if (qty > 0)
                    connection.[|Execute|]("UPDATE stock SET qty = @left WHERE id = @id", new { id, left = qty - 1 }, transaction);
            }
            public void Batch()
            {
                foreach (var row in connection.Query<Row>("SELECT id, qty FROM stock WHERE qty > 0"))
                    connection.[|Execute|]("UPDATE stock SET qty = @left WHERE id = @id", new { row.Id, left = row.Qty - 1 });
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Locks_guards_and_other_columns_are_ignored() => Ignores(
        """
        using System.Data;
        using System.Data.Common;
        using Dapper;
        using Microsoft.Data.Sqlite;
        record Row(int Id, int Qty, int Version, string Name);
        class Stock(DbConnection connection)
        {
            public async Task ForUpdateAsync(int id, int n)
            {
                await using var transaction = await connection.BeginTransactionAsync();
                var qty = await connection.QuerySingleAsync<int>("SELECT qty FROM stock WHERE id = @id FOR UPDATE", new { id }, transaction);
                if (qty >= n)
                    await connection.ExecuteAsync("UPDATE stock SET qty = @left WHERE id = @id", new { id, left = qty - n }, transaction);
            }
            public async Task HintAsync(int id, int n)
            {
                var qty = await connection.QuerySingleAsync<int>("SELECT qty FROM stock WITH (UPDLOCK) WHERE id = @id", new { id });
                if (qty >= n)
                    await connection.ExecuteAsync("UPDATE stock SET qty = @left WHERE id = @id", new { id, left = qty - n });
            }
            public async Task SerializableAsync(int id, int n)
            {
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.Serializable);
                var qty = await connection.QuerySingleAsync<int>("SELECT qty FROM stock WHERE id = @id", new { id }, transaction);
                if (qty >= n)
                    await connection.ExecuteAsync("UPDATE stock SET qty = @left WHERE id = @id", new { id, left = qty - n }, transaction);
            }
            public async Task<bool> GuardedAsync(int id, int n)
            {
                var row = await connection.QuerySingleAsync<Row>("SELECT id, qty, version, name FROM stock WHERE id = @id", new { id });
                if (row.Qty < n)
                    return false;
                if (row.Name != "x")
                    await connection.ExecuteAsync("UPDATE stock SET qty = @left WHERE id = @id AND version = @version", new { id, row.Version, left = row.Qty - n });
                return await connection.ExecuteAsync("UPDATE stock SET qty = qty - @n WHERE id = @id AND qty >= @n", new { id, n }) == 1;
            }
            public async Task OthersAsync(int id, int n, string name)
            {
                var row = await connection.QueryFirstOrDefaultAsync<Row>("SELECT id, name FROM stock WHERE id = @id", new { id });
                if (row is null)
                    throw new InvalidOperationException("none");
                await connection.ExecuteAsync("UPDATE stock SET name = @name WHERE id = @id", new { id, name });
                if (row.Name == "x")
                    await connection.ExecuteAsync("UPDATE stock SET qty = 0 WHERE id = @id", new { row.Id });
                await connection.ExecuteAsync("UPDATE shelf SET name = @name WHERE id = @id", new { id, row.Name });
            }
            public void Sqlite(SqliteConnection sqlite, int id)
            {
                using var transaction = sqlite.BeginTransaction();
                var qty = sqlite.QuerySingle<int>("SELECT qty FROM stock WHERE id = @id", new { id }, transaction);
                if (qty > 0)
                    sqlite.Execute("UPDATE stock SET qty = @left WHERE id = @id", new { id, left = qty - 1 }, transaction);
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using System.Data.Common;
        using Dapper;
        class Stock(DbConnection connection)
        {
            public async Task ReserveAsync(int id, int n)
            {
                var qty = await connection.QuerySingleAsync<int>("SELECT qty FROM stock WHERE id = @id", new { id
                if (qty <
                await connection.ExecuteAsync("UPDATE SET WHERE qty = ", new { left = });
                await connection.ExecuteAsync("UPDATE stock SET");
            }
        }
        """,
        allowErrors: true);
}
