using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.CodeFixes.Rewriting;

/// <summary>
/// The returns of a function that handed out tasks and becomes async: it returns what they hold. <c>return
/// Task.FromResult(x);</c> becomes <c>return x;</c>, <c>return SaveAsync();</c> becomes an await.
/// </summary>
internal sealed class AsyncReturns(SemanticModel model)
{
    // A statement that must be followed by `return;` unless it is the last one.
    private static readonly SyntaxAnnotation s_returnsAfter = new();

    // A `return;` that goes when it is the last statement.
    private static readonly SyntaxAnnotation s_goesAtEnd = new();

    private readonly KnownTypes _types = KnownTypes.Of(model.Compilation);

    /// <summary>Registers the edits of all returns; false when one of them cannot be written in an async function.</summary>
    public bool TryRewrite(SyntaxNode function, IMethodSymbol symbol, Action<SyntaxNode, Func<SyntaxNode, SyntaxNode>> edit)
    {
        var hasValue = symbol.ReturnType is INamedTypeSymbol { Arity: > 0 };
        if (AsyncFunction.BodyOf(function) is ExpressionSyntax body)
        {
            // `=> throw …` stays; `=> Task.CompletedTask` has nothing to wait for and so never comes here.
            if (body is ThrowExpressionSyntax)
                return true;
            if (!IsTask(body) || IsCompletedTask(body))
                return false;
            edit(body, current => Content(body, (ExpressionSyntax)current));
            return true;
        }
        foreach (var node in AsyncFunction.OwnNodes(function))
        {
            if (node is not ReturnStatementSyntax { Expression: { } value } statement)
                continue;
            if (!IsTask(value))
                return false;
            edit(statement, hasValue
                ? current => ReturnContent(value, (ReturnStatementSyntax)current)
                : current => Split(statement, (ReturnStatementSyntax)current));
        }
        return true;
    }

    /// <summary>Adds the <c>return;</c> after awaits in the middle of a function, and takes the one at its end away.</summary>
    public static SyntaxNode Settle(SyntaxNode root)
    {
        while (root.GetAnnotatedNodes(s_goesAtEnd).FirstOrDefault() is { } last)
        {
            root = IsLast(last) && !HasComments(last)
                ? root.RemoveNode(last, SyntaxRemoveOptions.KeepNoTrivia)!
                : root.ReplaceNode(last, last.WithoutAnnotations(s_goesAtEnd));
        }
        while (root.GetAnnotatedNodes(s_returnsAfter).FirstOrDefault() is { } statement)
        {
            var plain = statement.WithoutAnnotations(s_returnsAfter);
            if (IsLast(statement))
            {
                root = root.ReplaceNode(statement, plain);
                continue;
            }
            root = WithReturn(root, statement, (StatementSyntax)plain);
        }
        return root;
    }

    private static SyntaxNode WithReturn(SyntaxNode root, SyntaxNode place, StatementSyntax statement)
    {
        var leave = SyntaxFactory.ReturnStatement()
            .WithLeadingTrivia(SyntaxFactory.ElasticMarker)
            .WithTrailingTrivia(statement.GetTrailingTrivia())
            .WithAdditionalAnnotations(Formatter.Annotation);
        var first = statement.WithTrailingTrivia(SyntaxFactory.ElasticMarker);
        if (place.Parent is BlockSyntax or SwitchSectionSyntax)
            return root.ReplaceNode(place, [first, leave]);
        var lineEnd = statement.GetTrailingTrivia().Where(t => t.IsKind(SyntaxKind.EndOfLineTrivia));
        var close = SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithTrailingTrivia(lineEnd);
        return root.ReplaceNode(place, SyntaxFactory.Block(first, leave).WithCloseBraceToken(close).WithAdditionalAnnotations(Formatter.Annotation));
    }

    private static bool IsLast(SyntaxNode statement) =>
        statement.Parent is BlockSyntax { Parent: MethodDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax } block
        && block.Statements.Last() == statement;

    private static bool HasComments(SyntaxNode node) =>
        node.GetLeadingTrivia().Concat(node.GetTrailingTrivia()).Any(t => !t.IsKind(SyntaxKind.WhitespaceTrivia) && !t.IsKind(SyntaxKind.EndOfLineTrivia));

    private ReturnStatementSyntax ReturnContent(ExpressionSyntax original, ReturnStatementSyntax current) =>
        current.WithExpression(Content(original, current.Expression!));

    private SyntaxNode Split(ReturnStatementSyntax original, ReturnStatementSyntax current)
    {
        if (IsCompletedTask(original.Expression!))
            return SyntaxFactory.ReturnStatement().WithTriviaFrom(current).WithAdditionalAnnotations(s_goesAtEnd);
        return SyntaxFactory.ExpressionStatement(Content(original.Expression!, current.Expression!).WithoutTrivia())
            .WithTriviaFrom(current)
            .WithAdditionalAnnotations(s_returnsAfter);
    }

    // What the task in `original` holds; `current` is the same expression with its parts rewritten.
    private ExpressionSyntax Content(ExpressionSyntax original, ExpressionSyntax current)
    {
        if (current is InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments }
            && model.OperationOf(original) is IInvocationOperation { TargetMethod: { Name: "FromResult", ContainingType.Name: "Task" or "ValueTask" } })
            return arguments[0].Expression.WithTriviaFrom(current);
        if (current is BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } given }
            && model.OperationOf(original) is IObjectCreationOperation { Type.Name: "ValueTask" } created
            && !_types.IsTaskLike(created.Arguments[0].Value.Type))
            return given[0].Expression.WithTriviaFrom(current);
        return AwaitSyntax.Await(current, original);
    }

    private bool IsTask(ExpressionSyntax value) => _types.IsTaskLike(model.GetTypeInfo(value).Type);

    private bool IsCompletedTask(ExpressionSyntax value) => model.OperationOf(value) switch
    {
        IPropertyReferenceOperation { Property: { Name: "CompletedTask", ContainingType.Name: "Task" or "ValueTask" } } => true,
        IDefaultValueOperation { Type: INamedTypeSymbol { Arity: 0, IsValueType: true } } => true,
        _ => false,
    };
}
