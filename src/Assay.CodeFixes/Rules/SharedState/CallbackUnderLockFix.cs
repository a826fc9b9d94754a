using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Copies a delegate under the lock and invokes the copy after it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CallbackUnderLockFix)), Shared]
public sealed class CallbackUnderLockFix() : RuleFix(CallbackUnderLock.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        // Only the last statement of a lock statement can move behind it without a change of order.
        if (site.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Parent: BlockSyntax { Parent: LockStatementSyntax @lock } body } statement || body.Statements.Last() != statement || @lock.Parent is not BlockSyntax around)
            return null;
        if (InvokedIn(statement.Expression, site.Model, cancellationToken) is not { } invoked || site.Model.GetTypeInfo(invoked, cancellationToken) is not { Type: { TypeKind: TypeKind.Delegate } type } || body.Statements.Count == 1)
            return null;
        // A return would skip the call, and an argument may be state of the lock.
        if (body.DescendantNodes().Any(n => n is ReturnStatementSyntax or GotoStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax) || !ArgumentsCanMove(statement, invoked, body, site.Model, cancellationToken))
            return null;
        var name = Names.Unused(statement, NameOf(invoked), "handler");
        var nullable = (site.Model.GetNullableContext(statement.SpanStart) & NullableContext.AnnotationsEnabled) != 0;
        var typeName = SyntaxFactory.ParseTypeName(type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) + (nullable && IsConditional(statement) ? "?" : "")).WithAdditionalAnnotations(Simplifier.Annotation);
        var declaration = SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(typeName, [SyntaxFactory.VariableDeclarator(name)]))
            .WithLeadingTrivia(@lock.GetLeadingTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
        var copy = SyntaxFactory.ExpressionStatement(SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, SyntaxFactory.IdentifierName(name), invoked.WithoutTrivia()))
            .WithTriviaFrom(statement).WithAdditionalAnnotations(Formatter.Annotation);
        var invoke = statement.ReplaceNode(invoked, SyntaxFactory.IdentifierName(name).WithTriviaFrom(invoked))
            .WithLeadingTrivia(default(SyntaxTriviaList)).WithTrailingTrivia(@lock.GetTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
        var shortened = @lock.WithStatement(body.WithStatements(body.Statements.Replace(statement, copy))).WithLeadingTrivia(default(SyntaxTriviaList)).WithAdditionalAnnotations(Formatter.Annotation);
        var at = around.Statements.IndexOf(@lock);
        var statements = around.Statements.Take(at).Concat([declaration, shortened, invoke]).Concat(around.Statements.Skip(at + 1));
        return site.Replace("Copy the delegate and invoke it after the lock", around, around.WithStatements([.. statements]));
    }

    private static bool IsConditional(StatementSyntax statement) => statement is ExpressionStatementSyntax { Expression: ConditionalAccessExpressionSyntax };

    // What is invoked, when it is a delegate that somebody may change meanwhile.
    private static ExpressionSyntax? InvokedIn(ExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken)
    {
        var invoked = call switch
        {
            ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax { Name.Identifier.ValueText: "Invoke" } } } access => access.Expression,
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Invoke" } access } => access.Expression,
            InvocationExpressionSyntax { Expression: SimpleNameSyntax name } => name,
            _ => null,
        };
        return invoked is not null && model.GetSymbolInfo(invoked, cancellationToken).Symbol is IEventSymbol or IFieldSymbol or IPropertySymbol ? invoked : null;
    }

    private static bool ArgumentsCanMove(StatementSyntax statement, ExpressionSyntax invoked, BlockSyntax body, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var name in statement.DescendantNodes().OfType<IdentifierNameSyntax>())
        {
            if (invoked.Span.Contains(name.Span))
                continue;
            switch (model.GetSymbolInfo(name, cancellationToken).Symbol)
            {
                case ILocalSymbol local when local.DeclaringSyntaxReferences.Any(r => body.Span.Contains(r.Span)):
                case IFieldSymbol { IsReadOnly: false, IsConst: false }:
                case IPropertySymbol:
                    return false;
            }
        }
        return true;
    }

    private static string NameOf(ExpressionSyntax invoked)
    {
        var name = invoked.ToString().Split('.').Last().TrimStart('_');
        return name.Length == 0 || !SyntaxFacts.IsValidIdentifier(name) ? "handler" : char.ToLowerInvariant(name[0]) + name.Substring(1);
    }
}
