using Assay.Analyzers.Semantics.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.EntityFramework;

/// <summary>Finds the query whose empty answer lets an insert run.</summary>
internal static class ExistenceCheck
{
    private const int MostHops = 1;

    /// <summary>The query for entities of the type that must have found none when the insert runs.</summary>
    public static EntityQuery? Over(IOperation insert, INamedTypeSymbol entity, EntityTypes types, CancellationToken cancellationToken)
    {
        foreach (var control in Controls.Over(insert))
        {
            foreach (var part in control.Condition.DescendantsAndSelf())
            {
                if (Answer(part) is not { } value || !SaysNone(control, part))
                    continue;
                // A query without a condition asks whether the table is empty: that is how tables are filled.
                if (QueryOf(value, types, MostHops, cancellationToken) is { } query && query.Entity.Is(entity) && (query.Conditions.Count > 0 || query.Operator == "Find"))
                    return query;
            }
        }
        return null;
    }

    /// <summary>The SELECT of the same table whose answer decides whether the INSERT runs.</summary>
    public static SqlRun? Over(SqlRun insert, List<SqlRun> runs, IOperation function)
    {
        foreach (var query in runs)
        {
            if (query.Call.Syntax.SpanStart >= insert.Call.Syntax.SpanStart || query.Statement.Kind != SqlKind.Select || query.Statement.Where.Length == 0
                || !query.Statement.Table.Equals(insert.Statement.Table, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }
            var result = new SqlResult(query, function);
            foreach (var control in Controls.Over(insert.Call))
            {
                foreach (var part in control.Condition.DescendantsAndSelf())
                {
                    if (Answer(part) is { } value && result.Is(value) && SaysNone(control, part))
                        return query;
                }
            }
        }
        return null;
    }

    /// <summary>Whether the query asks for a key that a database makes unique by itself.</summary>
    public static bool AsksKey(EntityQuery query)
    {
        foreach (var condition in query.Conditions)
        {
            foreach (var part in condition.Body.Descendants())
            {
                if (part is IPropertyReferenceOperation { Instance: IParameterReferenceOperation } read && (read.Property.Name == "Id" || read.Property.Name == query.Entity.Name + "Id"))
                    return true;
            }
        }
        return false;
    }

    // The value whose emptiness the part of a condition tests; null where it tests none.
    private static IOperation? Answer(IOperation part) => part switch
    {
        IBinaryOperation when Comparison.Of(part) is { Operator: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.LessThanOrEqual } compared && IsNothing(compared.Right) => compared.Left,
        IIsPatternOperation matched => matched.Value,
        IInvocationOperation { TargetMethod.Name: "Read" or "ReadAsync", Instance: { } reader } => reader,
        IPropertyReferenceOperation { Property.Name: "HasRows" or "HasValue", Instance: { } instance } => instance,
        IAwaitOperation or IInvocationOperation or ILocalReferenceOperation => part,
        _ => null,
    };

    private static bool IsNothing(IOperation value) =>
        value.Bare() is { ConstantValue: { HasValue: true, Value: null or 0 or 0L } } or IFieldReferenceOperation { Field.ContainingType.Name: "DBNull" };

    // Whether the outcome of the condition is possible only when the part says that there is none.
    private static bool SaysNone(Control control, IOperation part)
    {
        switch (part)
        {
            case IBinaryOperation when Comparison.Of(part) is { Operator: BinaryOperatorKind.Equals or BinaryOperatorKind.LessThanOrEqual }:
                return control.Implies(part);
            case IBinaryOperation:
                return control.Excludes(part);
            case IIsPatternOperation { Pattern: IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: null or 0 } } }:
                return control.Implies(part);
            case IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: IRecursivePatternOperation or IDeclarationPatternOperation } }:
                return control.Implies(part);
            case IIsPatternOperation { Pattern: INegatedPatternOperation or IRecursivePatternOperation or IDeclarationPatternOperation }:
                return control.Excludes(part);
            case IIsPatternOperation:
                return false;
            // `x ?? Add()`: the control is on the value itself.
            case { Type.SpecialType: not SpecialType.System_Boolean } when part is IAwaitOperation or IInvocationOperation or ILocalReferenceOperation:
                return control.Condition.Bare() == part && !control.Outcome;
            default:
                return control.Excludes(part);
        }
    }

    private static EntityQuery? QueryOf(IOperation value, EntityTypes types, int hops, CancellationToken cancellationToken)
    {
        var bare = EntityQuery.Awaited(value);
        if (EntityQuery.Of(bare, types) is { } query)
            return query.GivesOne || query.Operator is "Any" or "Count" or "LongCount" ? query : null;
        switch (bare)
        {
            case ILocalReferenceOperation local:
                foreach (var written in LocalWrites.Reaching(local.Local, local))
                {
                    if (EntityQuery.Awaited(written) is not ILocalReferenceOperation && QueryOf(written, types, hops, cancellationToken) is { } earlier)
                        return earlier;
                }
                return null;
            case IInvocationOperation call when hops > 0 && FunctionScope.BodyOf(call, types.Known, cancellationToken) is { } body:
                foreach (var result in FunctionScope.Results(body))
                {
                    if (QueryOf(result, types, hops - 1, cancellationToken) is { } inner)
                        return inner with { Call = call };
                }
                return null;
            default:
                return null;
        }
    }
}
