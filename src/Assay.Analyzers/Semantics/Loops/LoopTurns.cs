using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Loops;

/// <summary>How often loops run what stands in them.</summary>
internal static class LoopTurns
{
    private const int FewTurns = 64;

    /// <summary>The nearest loop around the operation that does not itself declare the variable; null when there is none in its function.</summary>
    public static ILoopOperation? Around(IOperation operation, ISymbol variable)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return null;
            if (parent is ILoopOperation loop && loop.Body.Syntax.Span.Contains(operation.Syntax.Span))
                return IsDeclaredIn(variable, loop.Syntax) ? null : loop;
        }
        return null;
    }

    /// <summary>Whether the operation runs at most once in the loop: what follows it leaves.</summary>
    public static bool LeavesAfter(IOperation operation, ILoopOperation loop)
    {
        var child = operation;
        for (var parent = operation.Parent; parent is not null && child != loop.Body; child = parent, parent = parent.Parent)
        {
            if (child is IReturnOperation or IThrowOperation)
                return true;
            if (parent is not IBlockOperation block)
                continue;
            for (var i = block.Operations.IndexOf(child) + 1; i < block.Operations.Length; i++)
            {
                if (Controls.Leaves(block.Operations[i]) && block.Operations[i] is not IBranchOperation { BranchKind: BranchKind.Continue })
                    return true;
            }
        }
        return false;
    }

    /// <summary>Whether the loop takes few turns by its nature: over constants, over parts of a type, along a chain of parents.</summary>
    public static bool AreFew(ILoopOperation loop) => loop switch
    {
        IForEachLoopOperation each => IsSmall(each.Collection.Bare()),
        IForLoopOperation counted => HasConstantBound(counted) || counted.Condition is not null && FollowsChain(counted.AtLoopBottom, counted.Condition),
        IWhileLoopOperation { Condition: { } condition } repeated => FollowsChain([repeated.Body], condition) || Shrinks(repeated.Body, condition) || ReadsToken(condition),
        IWhileLoopOperation endless => FollowsChain([endless.Body], condition: null),
        _ => false,
    };

    /// <summary>Whether the sequence has few elements, as far as its making tells.</summary>
    public static bool IsSmall(IOperation sequence) => IsSmall(sequence, hops: 3);

    private static bool IsSmall(IOperation sequence, int hops)
    {
        if (FewParts.IsOne(sequence))
            return true;
        switch (sequence)
        {
            case IArrayCreationOperation or ICollectionExpressionOperation or ILiteralOperation:
            case { Type: IArrayTypeSymbol { ElementType: var element } } when IsPartOfType(element):
            case { Type: INamedTypeSymbol { TypeArguments: { Length: 1 } arguments } } when IsPartOfType(arguments[0]):
            case IInvocationOperation { TargetMethod: { Name: "GetValues" or "GetNames", ContainingType.SpecialType: SpecialType.System_Enum } }:
            case IInvocationOperation { TargetMethod: { Name: "Split", ContainingType.SpecialType: SpecialType.System_String } }:
            case IObjectCreationOperation { Initializer: not null, Arguments.IsEmpty: true }:
            case IParameterReferenceOperation { Parameter: { IsParams: true } or { Name: "args" } }:
            case IFieldReferenceOperation { Field: { IsStatic: true, IsReadOnly: true } }:
            case IPropertyReferenceOperation { Property.IsStatic: true }:
                return true;
            case IInvocationOperation { TargetMethod.Name: "Take" or "Range" or "Repeat", Arguments: { Length: > 1 } arguments }:
                return IsSmallNumber(arguments.At(arguments.Length - 1).Value.Bare());
            case IInvocationOperation { TargetMethod.ContainingType.Name: "Enumerable" } step when step.Receiver() is { } source:
                return IsSmall(source.Bare(), hops);
            case ILocalReferenceOperation local when hops > 0:
                return LocalWrites.OnlyValue(local)?.Bare() is { } value and not IObjectCreationOperation && IsSmall(value, hops - 1);
            default:
                return false;
        }
    }

    // The parameters of a method, the members of a type, the assemblies of a process, the failures of a step.
    private static bool IsPartOfType(ITypeSymbol element) =>
        element.TypeKind == TypeKind.Enum
        || element is { Name: "Type" or "Attribute" or "Exception", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } }
        || element.ContainingNamespace is { Name: "Reflection", ContainingNamespace.Name: "System" };

    private static bool IsSmallNumber(IOperation number) => number.ConstantValue is { HasValue: true, Value: <= FewTurns };

    private static bool HasConstantBound(IForLoopOperation loop) =>
        Comparison.Of(loop.Condition?.Bare())?.SmallerFirst() is { } bound && (IsSmallNumber(bound.Right.Bare()) && bound.Operator is BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual
            || IsDimension(bound.Right.Bare()));

    // `rank`, `GetGenericArguments().Length`, `Environment.ProcessorCount`.
    private static bool IsDimension(IOperation bound) => bound switch
    {
        IPropertyReferenceOperation { Property.Name: "Rank" or "ProcessorCount" } => true,
        IMemberReferenceOperation or ILocalReferenceOperation or IParameterReferenceOperation when FewParts.AreCounted(bound) => true,
        IInvocationOperation { TargetMethod: { Name: "Min", ContainingType.Name: "Math" }, Arguments: var arguments } => arguments.Any(a => IsSmallNumber(a.Value.Bare())),
        ILocalReferenceOperation local => LocalWrites.OnlyValue(local)?.Bare() is { } value and not ILocalReferenceOperation && IsDimension(value),
        IPropertyReferenceOperation { Property.Name: "Length" or "Count", Instance: { } counted } => IsSmall(counted.Bare()),
        _ => false,
    };

    // `while (e != null) { …; e = e.InnerException; }`: a chain is as long as things are nested.
    private static bool FollowsChain(IEnumerable<IOperation> steps, IOperation? condition)
    {
        foreach (var step in steps)
        {
            foreach (var operation in step.DescendantsAndSelf())
            {
                if (operation is not ISimpleAssignmentOperation { Target: ILocalReferenceOperation or IParameterReferenceOperation } assignment)
                    continue;
                var variable = VariableUses.Variable(assignment.Target)!;
                // Numbers count, and text grows; everything else that comes from itself is the next of its kind.
                if (assignment.Target.Type is not { SpecialType: SpecialType.None } || condition is { ConstantValue.HasValue: false } && !Mentions(condition, variable))
                    continue;
                if (ComesFrom(assignment.Value, variable, step))
                    return true;
            }
        }
        return false;
    }

    // Also by way of a local: `var up = node.Parent; node = up;`
    private static bool ComesFrom(IOperation value, ISymbol variable, IOperation step)
    {
        if (Mentions(value, variable))
            return true;
        foreach (var part in value.DescendantsAndSelf())
        {
            if (part is not ILocalReferenceOperation { Local: var local })
                continue;
            foreach (var operation in step.Descendants())
            {
                if (operation is IVariableDeclaratorOperation declarator && declarator.Symbol.Is(local) && Mentions(declarator.GetVariableInitializer(), variable))
                    return true;
            }
        }
        // `while (type is ComplexType inner) type = inner.Declaring;`
        return step.Parent is IWhileLoopOperation { Condition: { } condition } && Mentions(condition, variable)
            && condition.Descendants().Any(o => o is IDeclarationPatternOperation { DeclaredSymbol: { } declared } && Mentions(value, declared));
    }

    // `while (char.IsDigit(text[i]))`: a number or a word is short.
    private static bool ReadsToken(IOperation condition)
    {
        foreach (var part in condition.DescendantsAndSelf())
        {
            if (part is IInvocationOperation { TargetMethod: { IsStatic: true, ContainingType.SpecialType: SpecialType.System_Char } })
                return true;
        }
        return false;
    }

    // `while (n > 0) { …; n /= 10; }`
    private static bool Shrinks(IOperation body, IOperation condition)
    {
        foreach (var operation in body.Descendants())
        {
            if (operation is ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Divide or BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift } division
                && VariableUses.Variable(division.Target) is { } variable && Mentions(condition, variable))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether the operation mentions the variable.</summary>
    public static bool Mentions(IOperation? operation, ISymbol variable)
    {
        foreach (var part in operation?.DescendantsAndSelf() ?? [])
        {
            if (VariableUses.Variable(part).Is(variable))
                return true;
        }
        return false;
    }

    private static bool IsDeclaredIn(ISymbol variable, SyntaxNode loop)
    {
        if (variable is not ILocalSymbol)
            return false;
        foreach (var declaration in variable.DeclaringSyntaxReferences)
        {
            if (declaration.SyntaxTree == loop.SyntaxTree && loop.Span.Contains(declaration.Span) && !IsInForHead(declaration.Span.Start, loop))
                return true;
        }
        return false;
    }

    // A local of the head lives as long as the loop.
    private static bool IsInForHead(int position, SyntaxNode loop) =>
        loop is ForStatementSyntax { Declaration: { } head } && head.Span.Contains(position);
}
