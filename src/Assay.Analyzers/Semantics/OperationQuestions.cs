using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>Small questions about operations that several rules ask.</summary>
internal static class OperationQuestions
{
    /// <summary>The operation without the parentheses and implicit conversions around it.</summary>
    public static IOperation Unwrap(this IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation { IsImplicit: true, OperatorMethod: null } conversion:
                    operation = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                default:
                    return operation;
            }
        }
    }

    /// <summary>What stands before the question mark of the <c>?.</c> that the placeholder belongs to.</summary>
    public static IOperation? Accessed(this IConditionalAccessInstanceOperation placeholder)
    {
        IOperation child = placeholder;
        for (var parent = placeholder.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            if (parent is IConditionalAccessOperation access && access.WhenNotNull == child)
                return access.Operation;
        }
        return null;
    }

    /// <summary>The outermost operation around this one: the body of the member, lambdas and local functions included.</summary>
    public static IOperation Root(this IOperation operation)
    {
        while (operation.Parent is { } parent)
            operation = parent;
        return operation;
    }

    /// <summary>A control flow graph of the member whose body holds the operation; null where there is none.</summary>
    public static ControlFlowGraph? GraphAround(this IOperation operation, CancellationToken cancellationToken) => Graphs.Of(operation.Root(), cancellationToken);

    /// <summary>
    /// The function whose body holds the operation: the lambda or local function around it, else the method or accessor;
    /// null in a field initialiser or an attribute.
    /// </summary>
    public static IMethodSymbol? EnclosingFunction(this IOperation operation, ISymbol containingSymbol)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IAnonymousFunctionOperation lambda:
                    return lambda.Symbol;
                case ILocalFunctionOperation local:
                    return local.Symbol;
            }
        }
        return containingSymbol as IMethodSymbol;
    }

    /// <summary>Whether the language allows an <c>await</c> at the node, given an async function around it.</summary>
    public static bool AllowsAwait(this SyntaxNode node)
    {
        var child = node;
        for (var parent = node.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case LockStatementSyntax @lock when @lock.Statement == child:
                case CatchFilterClauseSyntax:
                case UnsafeStatementSyntax:
                case FixedStatementSyntax:
                    return false;
                // Of a query, only the first source and the sources of joins are evaluated by the function itself.
                case QueryClauseSyntax clause when !(clause is FromClauseSyntax { Parent: QueryExpressionSyntax } from && from.Expression == child)
                    && !(clause is JoinClauseSyntax join && join.InExpression == child):
                case SelectOrGroupClauseSyntax:
                    return false;
                case AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or AccessorDeclarationSyntax:
                    return true;
            }
        }
        return true;
    }
}
