using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Sql;

/// <summary>Knows which expressions are SQL text that is sent to a database: with ADO.NET, Dapper or EF Core.</summary>
internal sealed class SqlCommands(KnownTypes types)
{
    /// <summary>The calls that send statements, as ADO.NET, Dapper and EF Core name them.</summary>
    public static readonly Words Calls = Words.Of(
        "Execute", "ExecuteAsync", "ExecuteScalar", "ExecuteScalarAsync", "ExecuteReader", "ExecuteReaderAsync", "ExecuteNonQuery", "ExecuteNonQueryAsync",
        "Query", "QueryAsync", "QueryFirst", "QueryFirstAsync", "QueryFirstOrDefault", "QueryFirstOrDefaultAsync", "QuerySingle", "QuerySingleAsync", "QuerySingleOrDefault", "QuerySingleOrDefaultAsync",
        "ExecuteSql", "ExecuteSqlAsync", "ExecuteSqlRaw", "ExecuteSqlRawAsync", "ExecuteSqlInterpolated", "ExecuteSqlInterpolatedAsync", "SqlQuery", "SqlQueryRaw");

    private readonly SqlSinks? _sinks = SqlSinks.Of(types);
    private readonly INamedTypeSymbol? _command = types["System.Data.IDbCommand"];
    private readonly INamedTypeSymbol? _mapper = types["Dapper.SqlMapper"];

    /// <summary>
    /// The SQL text that the operation hands over: the <c>sql</c> argument of a call, the text of a new command, what is assigned
    /// to <c>CommandText</c>; null for any other operation.
    /// </summary>
    public IOperation? TextOf(IOperation operation) =>
        _sinks?.Read(operation)?.Text ?? (operation is IInvocationOperation call && IsFormattable(call.TargetMethod) ? Argument(call.Arguments, "sql") : null);

    /// <summary>Whether the method runs the text of its command: <c>ExecuteReader</c>, <c>ExecuteScalarAsync</c> and their like.</summary>
    public bool IsExecution(IMethodSymbol method) =>
        method.Name.StartsWith("Execute", StringComparison.Ordinal) && method.ContainingType.IsOrInherits(_command);

    /// <summary>Whether the method sends SQL that is given to it.</summary>
    public bool TakesSql(IMethodSymbol method)
    {
        if (method.ContainingType is not { } type)
            return false;
        if (type.Is(_mapper))
            return true;
        if (method.Name == "CreateCommand" && !method.Parameters.IsEmpty)
            return method.ReturnType.IsOrInherits(_command);
        return IsFormattable(method);
    }

    // EF Core takes an interpolated text, too, whose holes become parameters.
    private static bool IsFormattable(IMethodSymbol method) =>
        method.ContainingType?.Name is "RelationalQueryableExtensions" or "RelationalDatabaseFacadeExtensions" && method.Name.Contains("Sql");

    private static IOperation? Argument(IEnumerable<IArgumentOperation> arguments, string name)
    {
        foreach (var argument in arguments)
        {
            if (argument.Parameter?.Name == name && argument.ArgumentKind == ArgumentKind.Explicit)
                return argument.Value;
        }
        return null;
    }
}
