using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.EntityFramework;
using Assay.Analyzers.Semantics.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Data;

/// <summary>Finds a SELECT whose value decides on, or goes into, a later UPDATE of the same column.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SqlReadCheckWrite() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY5002",
        category: Category.Data,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A SELECT decides what a later UPDATE writes over",
        messageFormat: "'{0}' of '{1}' is read at line {2} and written here, and another request can change it in between: {3}; let one statement check and write, then look at the affected rows: {4}");

    private static readonly Words s_words = Words.Of("UPDATE", "update");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types["System.Data.IDbCommand"] is null || types.IsTestProject())
            return;
        var commands = new SqlCommands(types);
        context.RegisterBodyAction(SqlCommands.Calls, MayUpdate, c => Check(c, types, commands), OperationKind.Block);
    }

    // The text may stand in a constant of the file.
    private static bool MayUpdate(MemberBody body, CancellationToken cancellationToken) => WordIndex.Of(body.Model.SyntaxTree, cancellationToken).Has(s_words);

    private static void Check(OperationAnalysisContext context, KnownTypes types, SqlCommands commands)
    {
        // The outermost block of each function.
        if (context.Operation.Parent is not (null or IMethodBodyOperation or IConstructorBodyOperation or IAnonymousFunctionOperation or ILocalFunctionOperation))
            return;
        var runs = SqlRun.In(context.Operation, commands, context.CancellationToken);
        if (runs.Count < 2 || runs.Exists(r => RowGuards.LocksRows(r.Sql)))
            return;
        foreach (var update in runs)
        {
            if (update.Statement.Kind == SqlKind.Update && Finding(update, runs, context, types) is { } finding)
                context.ReportDiagnostic(finding);
        }
    }

    private static Diagnostic? Finding(SqlRun update, List<SqlRun> runs, OperationAnalysisContext context, KnownTypes types)
    {
        foreach (var query in runs)
        {
            if (query.Call.Syntax.SpanStart >= update.Call.Syntax.SpanStart || query.Statement.Kind != SqlKind.Select || !IsSameTable(query, update))
                continue;
            if (Race(query, update, context.Operation) is not { } race)
                continue;
            var owner = context.ContainingSymbol;
            if (Crowding.IsSetUp(owner, types) || RowGuards.Cover(update.Call, owner, types, context.CancellationToken) || IsSerializedSqlite(context.Operation))
                return null;
            var isSure = !Crowding.IsUnlikely(owner, types) && !TakesTransaction(owner) && !IsInLoopOver(update.Call, query);
            return Descriptor.At(
                update.Call.NameLocation(),
                isSure ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
                [query.Call.NameLocation()],
                properties: null,
                race.Column,
                update.Statement.Table,
                query.Call.NameLocation().Line(),
                race.Test is null ? "both compute from the same value and the second overwrites the first" : "both pass the same check and both write",
                race.Statement);
        }
        return null;
    }

    private static bool IsSameTable(SqlRun query, SqlRun update) =>
        update.Statement.Table.Length > 0 && query.Statement.Table.Equals(update.Statement.Table, StringComparison.OrdinalIgnoreCase);

    private static (string Column, Control? Test, string Statement)? Race(SqlRun query, SqlRun update, IOperation function)
    {
        if (IsGuarded(query.Statement, update.Statement))
            return null;
        var result = new SqlResult(query, function);
        foreach (var (column, value) in update.Statement.Sets)
        {
            if (!query.Statement.Reads(column))
                continue;
            var newValue = ValueOf(value, update);
            var feeds = newValue is not null && result.Feeds(newValue);
            Control? test = TestOf(update, result, query) is { } control ? control : null;
            // What is written was not read, and nothing that was read decides on it.
            if (!feeds && test is null)
                continue;
            return (column, feeds ? null : test, new AtomicUpdate(update, result, column).Text(newValue, test));
        }
        return null;
    }

    // `… AND qty >= @n`, `… AND version = @version`: the update asks again.
    private static bool IsGuarded(SqlStatement query, SqlStatement update)
    {
        foreach (var column in update.WhereColumns)
        {
            if (update.Sets.Exists(s => s.Column.Equals(column, StringComparison.OrdinalIgnoreCase)) || !query.WhereColumns.Contains(column) && query.Columns.Contains(column) && !IsKey(column))
                return true;
            if (column.IndexOf("version", StringComparison.OrdinalIgnoreCase) >= 0 || column.Equals("xmin", StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    private static bool IsKey(string column) =>
        column.EndsWith("id", StringComparison.OrdinalIgnoreCase) || column.EndsWith("key", StringComparison.OrdinalIgnoreCase) || column.EndsWith("code", StringComparison.OrdinalIgnoreCase) || column.EndsWith("sku", StringComparison.OrdinalIgnoreCase);

    private static IOperation? ValueOf(string sql, SqlRun update)
    {
        foreach (var token in SqlToken.Read(sql))
        {
            if (token.Kind != SqlTokenKind.Parameter)
                continue;
            foreach (var (name, value) in update.Parameters)
            {
                if (name.Equals(token.Text.Substring(1), StringComparison.OrdinalIgnoreCase))
                    return value;
            }
        }
        return null;
    }

    // A condition on the value; whether there is a row at all is another question.
    private static Control? TestOf(SqlRun update, SqlResult result, SqlRun query)
    {
        foreach (var control in Controls.Over(update.Call))
        {
            if (control.Condition.Syntax.SpanStart > query.Call.Syntax.SpanStart - 1 && AsksValue(control.Condition, result) || ContainsCall(control.Condition, query.Call) && AsksValue(control.Condition, result))
                return control;
        }
        return null;
    }

    private static bool ContainsCall(IOperation condition, IOperation call) => condition.Syntax.Span.Contains(call.Syntax.Span);

    private static bool AsksValue(IOperation condition, SqlResult result)
    {
        condition = condition.Bare();
        switch (condition)
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } pair:
                return AsksValue(pair.LeftOperand, result) || AsksValue(pair.RightOperand, result);
            case IUnaryOperation not:
                return AsksValue(not.Operand, result);
            case IBinaryOperation compared:
                return result.Feeds(compared) && !IsNull(compared.LeftOperand) && !IsNull(compared.RightOperand);
            case IInvocationOperation { TargetMethod.Name: "Read" or "ReadAsync" or "NextResult" or "MoveNext" or "Any" or "IsDBNull" }:
            case IPropertyReferenceOperation { Property.Name: "HasRows" or "HasValue" or "Count" or "Length" }:
            case IAwaitOperation:
            case IIsPatternOperation { Pattern: IConstantPatternOperation or INegatedPatternOperation or IDeclarationPatternOperation or IRecursivePatternOperation or ITypePatternOperation }:
                return false;
            default:
                return result.Feeds(condition);
        }
    }

    private static bool IsNull(IOperation value) => value.Bare() is { ConstantValue: { HasValue: true, Value: null } } or { Type.Name: "DBNull" };

    // Its transactions are serializable and take the write lock when they begin.
    private static bool IsSerializedSqlite(IOperation function)
    {
        foreach (var operation in FunctionScope.Own(function))
        {
            if (operation is IInvocationOperation { TargetMethod: { Name: "BeginTransaction" or "BeginTransactionAsync" } } begin && begin.Instance?.Type?.Name == "SqliteConnection")
                return true;
        }
        return false;
    }

    // The caller chose the isolation level.
    private static bool TakesTransaction(ISymbol owner) =>
        owner is IMethodSymbol method && method.Parameters.Any(p => p.Type.Name.EndsWith("Transaction", StringComparison.Ordinal));

    private static bool IsInLoopOver(IOperation update, SqlRun query)
    {
        for (var parent = update.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILoopOperation loop && !loop.Body.Syntax.Span.Contains(query.Call.Syntax.Span))
                return true;
        }
        return false;
    }
}
