using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Requests;

/// <summary>An effect that a second run of a handler has once more.</summary>
/// <param name="Place">Where it is written.</param>
/// <param name="What">What happens, in words of the code.</param>
/// <param name="Entity">The entity that is inserted; null for SQL and sums.</param>
internal sealed record RepeatedEffect(IOperation Place, string What, ITypeSymbol? Entity);

/// <summary>Finds what a handler stores that a second delivery would store again.</summary>
internal static class RepeatedEffects
{
    private static readonly HashSet<string> s_sums = NameWords.Set("balance stock quantity credit credits points funds inventory available reserved onhand amount total");

    /// <summary>The first insert or sum that is saved; null when there is none.</summary>
    public static RepeatedEffect? FirstIn(List<IOperation> bodies)
    {
        RepeatedEffect? pending = null;
        var isSaved = false;
        foreach (var body in bodies)
        {
            foreach (var operation in body.DescendantsAndSelf())
            {
                if (operation is IInvocationOperation { TargetMethod.Name: "SaveChanges" or "SaveChangesAsync" })
                    isSaved = true;
                else if ((Insert(operation) ?? SummedThere(operation)) is { } done)
                    return done;
                else
                    pending ??= Added(operation) ?? Summed(operation);
            }
        }
        return isSaved ? pending : null;
    }

    // `db.Orders.Add(order)`, `db.AddAsync(order)`
    private static RepeatedEffect? Added(IOperation operation)
    {
        if (operation is not IInvocationOperation { TargetMethod: { Name: "Add" or "AddAsync" or "AddRange" or "AddRangeAsync", ContainingType: { Name: "DbSet" or "DbContext" } }, Arguments: { IsEmpty: false } arguments } call)
            return null;
        var entity = call.TargetMethod.ContainingType is { TypeArguments: { Length: 1 } set } ? set[0] : arguments.At(0).Value.Bare().Type;
        return new(call, call.Syntax.ToString(), entity);
    }

    // `account.Balance += amount`
    private static RepeatedEffect? Summed(IOperation operation)
    {
        if (operation is not ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract, Target: IPropertyReferenceOperation { Property: { IsIndexer: false, IsStatic: false } property } } sum)
            return null;
        return NameWords.HasAny(property.Name, s_sums) ? new(sum, sum.Syntax.ToString(), null) : null;
    }

    // `SetProperty(a => a.Balance, a => a.Balance + amount)` of an `ExecuteUpdate`
    private static RepeatedEffect? SummedThere(IOperation operation)
    {
        if (operation is not IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } sum || sum.LeftOperand.Bare() is not IPropertyReferenceOperation { Property: { } property } || !NameWords.HasAny(property.Name, s_sums))
            return null;
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IInvocationOperation { TargetMethod.Name: "SetProperty" })
                return new(sum, sum.Syntax.ToString(), null);
        }
        return null;
    }

    // A statement that adds a row, and says nothing of rows that are there.
    private static RepeatedEffect? Insert(IOperation operation)
    {
        var sql = operation switch
        {
            IInterpolatedStringTextOperation { Text: var piece } => piece.ConstantValue.Value as string,
            // The piece of an interpolation comes as its parent.
            ILiteralOperation { Parent: not IInterpolatedStringTextOperation, ConstantValue: { HasValue: true, Value: string text } } => text,
            _ => null,
        };
        if (sql is null || !Begins(sql, "INSERT INTO ") || Holds(sql, "CONFLICT") || Holds(sql, "NOT EXISTS") || Holds(sql, "DUPLICATE KEY") || Holds(sql, "INSERT IGNORE"))
            return null;
        var words = sql.TrimStart().Split([' ', '\n', '\r', '\t', '('], StringSplitOptions.RemoveEmptyEntries);
        return new(operation, "INSERT INTO " + (words.Length > 2 ? words[2] : ""), null);
    }

    private static bool Begins(string sql, string word) => sql.TrimStart().StartsWith(word, StringComparison.OrdinalIgnoreCase);

    private static bool Holds(string sql, string word) => sql.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0;
}
