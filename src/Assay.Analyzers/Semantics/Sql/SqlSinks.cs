using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Sql;

/// <summary>A text that a database will execute.</summary>
/// <param name="Text">The text.</param>
/// <param name="Sink">The call, creation or assignment that takes it.</param>
internal sealed record SqlSink(IOperation Text, IOperation Sink);

/// <summary>Finds the expressions that go to a database as SQL: through ADO.NET, EF Core and Dapper.</summary>
internal sealed class SqlSinks
{
    private static readonly Words s_adoWords = Words.Of("CommandText", "*Command", "*Adapter", "CreateCommand", "FromSqlRaw", "SqlQueryRaw", "ExecuteSqlRaw", "ExecuteSqlRawAsync");
    private static readonly Words s_dapperWords = Words.Of("CommandText", "*Command", "*Adapter", "CreateCommand", "FromSqlRaw", "SqlQueryRaw", "ExecuteSqlRaw", "ExecuteSqlRawAsync", "Query*", "Execute*");

    private readonly INamedTypeSymbol? _command;
    private readonly INamedTypeSymbol? _batchCommand;
    private readonly INamedTypeSymbol? _adapter;
    private readonly INamedTypeSymbol? _dapper;

    private SqlSinks(KnownTypes types)
    {
        _command = types["System.Data.IDbCommand"];
        _batchCommand = types["System.Data.Common.DbBatchCommand"];
        _adapter = types["System.Data.IDbDataAdapter"];
        _dapper = types["Dapper.SqlMapper"];
    }

    /// <summary>The kinds of operations that <see cref="Read"/> looks at.</summary>
    public static OperationKind[] Kinds { get; } = [OperationKind.Invocation, OperationKind.ObjectCreation, OperationKind.SimpleAssignment];

    /// <summary>The words without which a body sends no SQL.</summary>
    public Words Words => _dapper is null ? s_adoWords : s_dapperWords;

    /// <summary>The sinks of the compilation; null when it knows no database.</summary>
    public static SqlSinks? Of(KnownTypes types) => types["System.Data.IDbCommand"] is null ? null : new SqlSinks(types);

    /// <summary>The SQL that the operation takes; null when it takes none.</summary>
    public SqlSink? Read(IOperation operation)
    {
        var text = operation switch
        {
            ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: { Name: "CommandText", ContainingType: var owner } } target } assignment
                when IsCommand(target.Instance?.Type) || IsCommand(owner) => assignment.Value,
            IObjectCreationOperation { Type: { } made } creation when IsCommand(made) || made.IsOrInherits(_adapter) || made.Name == "CommandDefinition" && made.ContainingNamespace?.Name == "Dapper" =>
                Argument(creation.Arguments, "cmdText", "commandText", "selectCommandText", "sql"),
            IInvocationOperation call => TextOf(call),
            _ => null,
        };
        return text?.Bare().Type?.SpecialType == SpecialType.System_String ? new SqlSink(text.Bare(), operation) : null;
    }

    private IOperation? TextOf(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (method.ContainingType is not { } owner)
            return null;
        if (owner.Is(_dapper))
            return Argument(call.Arguments, "sql");
        return method.Name switch
        {
            "FromSqlRaw" or "SqlQueryRaw" or "ExecuteSqlRaw" or "ExecuteSqlRawAsync" when owner.ContainingNamespace?.Name == "EntityFrameworkCore" => Argument(call.Arguments, "sql"),
            "CreateCommand" when IsCommand(method.ReturnType) => Argument(call.Arguments, "commandText"),
            _ => null,
        };
    }

    private bool IsCommand(ITypeSymbol? type) => type is not null && (type.IsOrInherits(_command) || type.IsOrInherits(_batchCommand));

    private static IOperation? Argument(IEnumerable<IArgumentOperation> arguments, params string[] names)
    {
        foreach (var argument in arguments)
        {
            if (argument.Parameter is { Type.SpecialType: SpecialType.System_String, Name: var name } && Array.IndexOf(names, name) >= 0)
                return argument.Value;
        }
        return null;
    }
}
