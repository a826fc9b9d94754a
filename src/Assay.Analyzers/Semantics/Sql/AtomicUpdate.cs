using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Sql;

/// <summary>Writes the single statement that checks and changes a row, from a SELECT, the code's own test and its UPDATE.</summary>
internal sealed class AtomicUpdate(SqlRun update, SqlResult result, string column)
{
    /// <summary>The statement: the new value in terms of the column, the test in its condition.</summary>
    public string Text(IOperation? newValue, Control? test)
    {
        var set = update.Statement.Sets.First(s => s.Column.Equals(column, StringComparison.OrdinalIgnoreCase));
        var value = newValue is not null && Translate(newValue) is { } computed ? computed : set.Value;
        var condition = test is { } control ? Condition(control.Condition, control.Outcome) : null;
        // Without a test that can be said in SQL the row must still be what was read.
        if (condition is null && value == set.Value && !Mentions(value))
            condition = $"{column} = @{column.ToLowerInvariant()}_as_read";
        var others = string.Concat(update.Statement.Sets.Where(s => s != set).Select(s => $", {s.Column} = {s.Value}"));
        var where = string.Join(" AND ", new[] { update.Statement.Where, condition ?? "" }.Where(c => c.Length > 0));
        return $"UPDATE {update.Statement.Table} SET {set.Column} = {value}{others}" + (where.Length > 0 ? $" WHERE {OneLine(where)}" : "");
    }

    private bool Mentions(string value) => SqlToken.Read(value).Exists(t => t.Is(column));

    private static string OneLine(string text) => string.Join(" ", text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    // The part of the condition that compares the value that was read, as it must be for the update to run.
    private string? Condition(IOperation condition, bool outcome)
    {
        condition = condition.Bare();
        switch (condition)
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                return Condition(not.Operand, !outcome);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both when outcome:
                return Condition(both.LeftOperand, true) ?? Condition(both.RightOperand, true);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } either when !outcome:
                return Condition(either.LeftOperand, false) ?? Condition(either.RightOperand, false);
            case IBinaryOperation compared when Sign(compared.OperatorKind, outcome) is { } sign && result.Feeds(compared):
                return Translate(compared.LeftOperand) is { } left && Translate(compared.RightOperand) is { } right && left != "NULL" && right != "NULL" ? $"{left} {sign} {right}" : null;
            default:
                return null;
        }
    }

    private static string? Sign(BinaryOperatorKind kind, bool outcome) => (kind, outcome) switch
    {
        (BinaryOperatorKind.LessThan, true) or (BinaryOperatorKind.GreaterThanOrEqual, false) => "<",
        (BinaryOperatorKind.LessThanOrEqual, true) or (BinaryOperatorKind.GreaterThan, false) => "<=",
        (BinaryOperatorKind.GreaterThan, true) or (BinaryOperatorKind.LessThanOrEqual, false) => ">",
        (BinaryOperatorKind.GreaterThanOrEqual, true) or (BinaryOperatorKind.LessThan, false) => ">=",
        (BinaryOperatorKind.Equals, true) or (BinaryOperatorKind.NotEquals, false) => "=",
        (BinaryOperatorKind.NotEquals, true) or (BinaryOperatorKind.Equals, false) => "<>",
        _ => null,
    };

    private string? Translate(IOperation value)
    {
        value = value.Bare();
        if (value.ConstantValue is { HasValue: true } constant)
            return Literal(constant.Value);
        switch (value)
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply } sum:
                var sign = sum.OperatorKind switch { BinaryOperatorKind.Add => "+", BinaryOperatorKind.Subtract => "-", _ => "*" };
                return Translate(sum.LeftOperand) is { } left && Translate(sum.RightOperand) is { } right ? $"{left} {sign} {right}" : null;
            // `var left = qty - quantity;`
            case ILocalReferenceOperation local when LocalWrites.OnlyValue(local)?.Bare() is IBinaryOperation computed && result.Feeds(computed):
                return Translate(computed);
            case var _ when result.Is(value):
                return column;
            case ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation when !result.Feeds(value):
                return "@" + SqlText.NameOf(value);
            default:
                return null;
        }
    }

    private static string? Literal(object? value) => value switch
    {
        null => "NULL",
        string text => $"'{text.Replace("'", "''")}'",
        bool flag => flag ? "1" : "0",
        int or long or short or byte or decimal or double => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
        _ => null,
    };
}
