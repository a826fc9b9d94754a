using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Assay.Analyzers.Semantics;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Moves the statements between an acquire and its release into a try whose finally releases.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LockLeakFix)), Shared]
public sealed class LockLeakFix() : RuleFix(LockLeak.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        if (!site.Properties.TryGetValue(LockLeak.ReleaseProperty, out var text) || text is null)
            return null;
        if (site.Node.FirstAncestorOrSelf<StatementSyntax>() is not ExpressionStatementSyntax { Parent: BlockSyntax block } acquire)
            return null;
        var start = block.Statements.IndexOf(acquire);
        var end = LastRelease(block, start, text);
        if (end <= start + 1)
            return null;
        var guarded = block.Statements.Skip(start + 1).Take(end - start - 1).ToList();
        // The releases before a return are the finally's work; what any other means only the author knows.
        if (!guarded.TrueForAll(s => ReleasesIn(s, text).All(EndsFunction)) || guarded.Exists(s => s is LabeledStatementSyntax or LocalFunctionStatementSyntax || IsRelease(s, text)))
            return null;
        if (Hoist(guarded, block, end, site.Model, cancellationToken) is not { } hoisted)
            return null;
        var body = hoisted.Body.ConvertAll(s => WithoutReleases(s, text));
        var guard = SyntaxFactory.TryStatement(SyntaxFactory.Block(body), default, SyntaxFactory.FinallyClause(SyntaxFactory.Block(block.Statements[end].WithTrailingTrivia(site.Root.LineEnd()))))
            .WithTrailingTrivia(block.Statements[end].GetTrailingTrivia())
            .WithAdditionalAnnotations(Formatter.Annotation);
        var statements = block.Statements.Take(start + 1).Concat(hoisted.Declarations).Append(guard).Concat(block.Statements.Skip(end + 1));
        return site.Replace($"Release '{Target(text)}' in a finally block", block, block.WithStatements([.. statements]));
    }

    private static string Target(string release)
    {
        var call = (InvocationExpressionSyntax)SyntaxFactory.ParseExpression(release);
        return call is { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Exit", Expression: var type }, ArgumentList.Arguments: { Count: 1 } arguments } && type.ToString().EndsWith("Monitor", StringComparison.Ordinal)
            ? arguments[0].ToString()
            : call.Expression is MemberAccessExpressionSyntax access ? access.Expression.ToString() : release;
    }

    private static int LastRelease(BlockSyntax block, int start, string text)
    {
        for (var i = block.Statements.Count - 1; i > start; i--)
        {
            if (IsRelease(block.Statements[i], text))
                return i;
        }
        return -1;
    }

    private static bool IsRelease(SyntaxNode node, string text) => node is ExpressionStatementSyntax statement && statement.Expression.ToString() == text;

    private static IEnumerable<StatementSyntax> ReleasesIn(StatementSyntax statement, string text) =>
        statement.DescendantNodes(n => n is not AnonymousFunctionExpressionSyntax).OfType<StatementSyntax>().Where(s => IsRelease(s, text));

    private static bool EndsFunction(StatementSyntax release) => Statements.After(release) is ReturnStatementSyntax or ThrowStatementSyntax;

    private static StatementSyntax WithoutReleases(StatementSyntax statement, string text) =>
        ReleasesIn(statement, text).Any() ? statement.RemoveNodes(ReleasesIn(statement, text), SyntaxRemoveOptions.KeepNoTrivia)! : statement;

    // A local of the try block that later code reads is declared before it.
    private static (List<StatementSyntax> Declarations, List<StatementSyntax> Body)? Hoist(List<StatementSyntax> guarded, BlockSyntax block, int end, SemanticModel model, CancellationToken cancellationToken)
    {
        var (declarations, body) = (new List<StatementSyntax>(), new List<StatementSyntax>());
        foreach (var statement in guarded)
        {
            var isNeeded = model.AnalyzeDataFlow(statement) is { Succeeded: true } flow
                && flow.VariablesDeclared.Any(v => block.Statements.Skip(end + 1).Any(s => Mentions(s, v, model, cancellationToken)));
            if (!isNeeded)
            {
                body.Add(statement);
                continue;
            }
            if (statement is not LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0, IsConst: false, Declaration: { Variables: { Count: 1 } variables } declaration } || declaration.Type is RefTypeSyntax
                || variables[0].Initializer is not { Value: { } value } initializer || value is InitializerExpressionSyntax
                || model.GetTypeInfo(declaration.Type, cancellationToken).Type is not { IsAnonymousType: false, IsRefLikeType: false } type)
                return null;
            var shown = SyntaxFactory.ParseTypeName(type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)).WithAdditionalAnnotations(Simplifier.Annotation);
            var name = variables[0].Identifier.WithoutTrivia();
            declarations.Add(SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(declaration.Type.IsVar ? shown : declaration.Type.WithoutTrivia(), [SyntaxFactory.VariableDeclarator(name)]))
                .WithAdditionalAnnotations(Formatter.Annotation));
            body.Add(SyntaxFactory.ExpressionStatement(SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, SyntaxFactory.IdentifierName(name), initializer.Value))
                .WithTriviaFrom(statement).WithAdditionalAnnotations(Formatter.Annotation));
        }
        return (declarations, body);
    }

    private static bool Mentions(StatementSyntax statement, ISymbol local, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var name in statement.DescendantNodes().OfType<IdentifierNameSyntax>())
        {
            if (name.Identifier.ValueText == local.Name && model.GetSymbolInfo(name, cancellationToken).Symbol.Is(local))
                return true;
        }
        return false;
    }
}
