using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Collections;

/// <summary>What a check decides besides the act that relies on it, and what it tells those it turns away.</summary>
internal static class PassedWork
{
    private static readonly string[] s_repeatable =
        ["Validate", "Verify", "Check", "Ensure", "Assert", "Log", "Trace", "Debug", "Warn", "Verbose", "ThrowIf", "Get", "TryGet", "Contains", "Is", "Has", "Load", "Read", "Parse", "Resolve", "Compute", "Format", "ToString", "Dispose", "ConfigureAwait", "SetLast", "Touch"];

    /// <summary>The calls whose second run somebody would notice.</summary>
    public static IEnumerable<IInvocationOperation> Of(IOperation act, Control control)
    {
        foreach (var statement in Guarded(act, control))
        {
            foreach (var operation in statement.DescendantsAndSelf())
            {
                if (operation is IInvocationOperation call && !operation.Syntax.Span.Contains(act.Syntax.Span) && !act.Syntax.Span.Contains(operation.Syntax.Span) && IsWork(call, act))
                    yield return call;
            }
        }
    }

    /// <summary>What runs only when the check is passed: the branch around the act, or the statements after a check that leaves.</summary>
    public static IEnumerable<IOperation> Guarded(IOperation act, Control control)
    {
        var child = act;
        for (var around = child.Parent; around is not null; child = around, around = around.Parent)
        {
            if (!around.Syntax.Span.Contains(control.Condition.Syntax.Span))
                continue;
            if (around is IConditionalOperation)
                return child is IBlockOperation block ? block.Operations : [child];
            return around.ChildOperations.Where(o => o.Syntax.SpanStart > control.Condition.Syntax.Span.End);
        }
        return [];
    }

    /// <summary>Whether code that the check turns away is told, by yes or no or by an exception.</summary>
    public static bool IsRefusalTold(Control control) => Tells(control, orThrows: true);

    /// <summary>Whether code that the check turns away gets yes or no for an answer.</summary>
    public static bool AnswersYesOrNo(Control control) => Tells(control, orThrows: false);

    private static bool Tells(Control control, bool orThrows)
    {
        var whole = control.Condition;
        while (whole.Parent is IBinaryOperation or IUnaryOperation or IParenthesizedOperation or IConversionOperation)
            whole = whole.Parent;
        // A conditional expression gives a value either way.
        return whole.Parent is IConditionalOperation { Type: null } branch && (Refuses(branch.WhenTrue, orThrows) || Refuses(branch.WhenFalse, orThrows) || EndsInAnswer(branch));
    }

    // `if (_n < max) { _n++; return true; } return false;`
    private static bool EndsInAnswer(IConditionalOperation branch)
    {
        if (branch.WhenFalse is not null || !Controls.Leaves(branch.WhenTrue) || branch.Parent is not IBlockOperation block)
            return false;
        var next = block.Operations.IndexOf(branch) + 1;
        return next < block.Operations.Length && Refuses(block.Operations[next], orThrows: false);
    }

    private static bool Refuses(IOperation? branch, bool orThrows)
    {
        var last = branch is IBlockOperation { Operations: { Length: > 0 } statements } ? statements[statements.Length - 1] : branch;
        return last switch
        {
            IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation } => orThrows,
            IReturnOperation { ReturnedValue: { } value } => value.Unwrap().ConstantValue is { HasValue: true, Value: bool },
            _ => false,
        };
    }

    private static bool IsWork(IInvocationOperation call, IOperation act)
    {
        var whole = call.Parent;
        while (whole is IAwaitOperation or IConversionOperation or IParenthesizedOperation or IConditionalAccessOperation)
            whole = whole.Parent;
        if (IsRepeatable(call.TargetMethod.Name) || IsLogger(call.TargetMethod.ContainingType))
            return false;
        // What is asked for its result computes something, before the act at least.
        if (whole is IExpressionStatementOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" })
            return true;
        return call.Syntax.SpanStart > act.Syntax.Span.End && whole is IVariableInitializerOperation or ISimpleAssignmentOperation;
    }

    private static bool IsLogger(INamedTypeSymbol? type) =>
        type is not null && (type.Name.IndexOf("Log", StringComparison.Ordinal) >= 0 || type.Name.IndexOf("Trace", StringComparison.Ordinal) >= 0 || type.Name.EndsWith("EventSource", StringComparison.Ordinal));

    private static bool IsRepeatable(string method)
    {
        foreach (var word in s_repeatable)
        {
            if (method.StartsWith(word, StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
