using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Loops;

/// <summary>Recognises text that grows piece by piece in a loop, copied whole for every piece.</summary>
internal static class TextSums
{
    /// <summary>Whether a loop of the body adds to a variable of type string; asked of syntax and a few types before operations are made.</summary>
    public static bool MayAddInLoop(MemberBody body, CancellationToken cancellationToken)
    {
        foreach (var node in body.Syntax.DescendantNodes(n => n is not (NameSyntax or AttributeListSyntax)))
        {
            if (node is AssignmentExpressionSyntax sum && IsSum(sum) && IsInLoop(sum, body.Syntax)
                && body.Model.GetTypeInfo(sum.Left, cancellationToken).Type?.SpecialType == SpecialType.System_String)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The variable and the loop when the assignment adds to text on every turn; null otherwise.</summary>
    public static (ISymbol Text, ILoopOperation Loop)? Of(IAssignmentOperation assignment)
    {
        if (assignment.Target.Type?.SpecialType != SpecialType.System_String || !IsSum(assignment) || VariableOf(assignment.Target) is not { } text)
            return null;
        if (LoopTurns.Around(assignment, text) is not { } loop || LoopTurns.AreFew(loop) || LoopTurns.LeavesAfter(assignment, loop))
            return null;
        // Text for a reader of logs and debuggers, who reads a few lines.
        if (assignment.SemanticModel?.GetEnclosingSymbol(assignment.Syntax.SpanStart) is IMethodSymbol { Name: "ToString", Parameters.IsEmpty: true })
            return null;
        // One finding for each text and loop: the cure of one is that of all.
        return StartsAgain(text, loop) || Repeats(text, loop) || IsPadding(text, loop) || FirstIn(loop, text) != assignment ? null : (text, loop);
    }

    private static bool IsSum(AssignmentExpressionSyntax sum) =>
        sum.IsKind(SyntaxKind.AddAssignmentExpression)
        || sum.IsKind(SyntaxKind.SimpleAssignmentExpression) && sum.Left is IdentifierNameSyntax target && sum.Right is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } && First(sum.Right) is IdentifierNameSyntax first && first.Identifier.ValueText == target.Identifier.ValueText;

    private static ExpressionSyntax First(ExpressionSyntax sum)
    {
        while (sum is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } binary)
            sum = binary.Left;
        return sum;
    }

    private static bool IsInLoop(SyntaxNode node, SyntaxNode body)
    {
        for (var parent = node.Parent; parent is not null && parent != body; parent = parent.Parent)
        {
            if (parent is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax)
                return true;
        }
        return false;
    }

    private static bool IsSum(IAssignmentOperation assignment)
    {
        if (assignment is ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add })
            return true;
        if (assignment is not ISimpleAssignmentOperation { Value: var value })
            return false;
        var first = value.Bare();
        while (first is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum)
            first = sum.LeftOperand.Bare();
        return first != value.Bare() && VariableOf(first) is { } variable && variable.Is(VariableOf(assignment.Target));
    }

    private static IOperation? FirstIn(ILoopOperation loop, ISymbol text)
    {
        foreach (var operation in loop.Body.Descendants())
        {
            if (operation is IAssignmentOperation assignment && VariableOf(assignment.Target).Is(text) && IsSum(assignment) && LoopTurns.Around(assignment, text) == loop && !LoopTurns.LeavesAfter(assignment, loop))
                return assignment;
        }
        return null;
    }

    // A member of another object is another text on every turn, for all one knows.
    private static ISymbol? VariableOf(IOperation target) => target switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field => field.Field,
        _ => null,
    };

    // `line = ""` within the loop: one text for each turn, or for each line.
    private static bool StartsAgain(ISymbol text, ILoopOperation loop)
    {
        foreach (var operation in loop.Body.Descendants())
        {
            if (VariableUses.Variable(operation) is not { } variable || !variable.Is(text))
                continue;
            if (VariableUses.IsWrite(operation) && !(operation.Parent is IAssignmentOperation assignment && IsSum(assignment)))
                return true;
        }
        return false;
    }

    // `for (; depth > 0; depth--) type += "[]"`: the same again, as often as a number says that counts no data.
    private static bool Repeats(ISymbol text, ILoopOperation loop)
    {
        if (loop is not IForLoopOperation { Condition: { } condition } || condition.DescendantsAndSelf().Any(o => o is IPropertyReferenceOperation or IInvocationOperation))
            return false;
        foreach (var operation in loop.Body.Descendants())
        {
            if (operation is IAssignmentOperation assignment && VariableOf(assignment.Target).Is(text) && IsSum(assignment) && !assignment.Value.Bare().ConstantValue.HasValue)
                return false;
        }
        return true;
    }

    // `while (text.Length < width) text += " ";`, `do name += "_"; while (taken.Contains(name));`
    private static bool IsPadding(ISymbol text, ILoopOperation loop) => loop switch
    {
        IWhileLoopOperation { Condition: { } condition } => LoopTurns.Mentions(condition, text),
        IForLoopOperation { Condition: { } condition } => LoopTurns.Mentions(condition, text),
        _ => false,
    };
}
