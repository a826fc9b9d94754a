using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Assigns a field after what it shows to other threads is complete.</summary>
internal static class LatePublication
{
    private const string Title = "Assign it when it is complete";

    public static Fix? Propose(FixSite site)
    {
        if (site.Node.Parent is not AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Parent: ExpressionStatementSyntax { Parent: BlockSyntax block } statement } assignment)
            return null;
        var start = block.Statements.IndexOf(statement) + 1;
        var end = block.Statements.Count;
        if (end > start && block.Statements[end - 1] is ReturnStatementSyntax or ThrowStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax)
            end--;
        var later = block.Statements.Skip(start).Take(end - start).ToList();
        var field = site.Model.GetSymbolInfo(assignment.Left).Symbol;
        // The rest of the story must lie in this block, and the field may not be read behind its back.
        if (field is null || site.Related.IsEmpty || !later.Any(s => s.Span.Contains(site.Related[0].Span)))
            return null;
        var uses = later.SelectMany(s => s.DescendantNodes()).OfType<IdentifierNameSyntax>()
            .Where(n => n.Identifier.ValueText == field.Name && site.Model.GetSymbolInfo(n).Symbol.Is(field)).ToList();
        if (assignment.Right is LiteralExpressionSyntax)
            return uses.Count > 0 ? null : site.Replace(Title, block, Moved(block, statement, statement, later, start, end));
        if (later.Any(s => CallsOwnCode(s, field.ContainingType, site.Model)))
            return null;
        return OfObject(site, block, statement, assignment, later, uses, start, end);
    }

    private static Fix? OfObject(FixSite site, BlockSyntax block, ExpressionStatementSyntax statement, AssignmentExpressionSyntax assignment, List<StatementSyntax> later, List<IdentifierNameSyntax> uses, int start, int end)
    {
        var isLocal = assignment.Right is IdentifierNameSyntax;
        var name = isLocal ? assignment.Right.ToString() : Names.Unused(block, NameOf(assignment.Left));
        var wholes = uses.Select(u => (ExpressionSyntax)(u.Parent is MemberAccessExpressionSyntax access && access.Name == u ? access : u)).ToList();
        var renamed = later.ConvertAll(s => s.ReplaceNodes(wholes.Where(w => s.Span.Contains(w.Span)), (before, _) => SyntaxFactory.IdentifierName(name).WithTriviaFrom(before)));
        var publish = statement.ReplaceNode(assignment.Right, SyntaxFactory.IdentifierName(name).WithTriviaFrom(assignment.Right));
        if (isLocal)
            return site.Replace(Title, block, Moved(block, statement, publish, renamed, start, end));
        if (assignment.Right is ImplicitObjectCreationExpressionSyntax or not (ObjectCreationExpressionSyntax or ArrayCreationExpressionSyntax))
            return null;
        var declared = SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(
                SyntaxFactory.IdentifierName("var"),
                [SyntaxFactory.VariableDeclarator(SyntaxFactory.Identifier(name), null, SyntaxFactory.EqualsValueClause(assignment.Right.WithoutTrivia()))]))
            .WithTriviaFrom(statement)
            .WithAdditionalAnnotations(Formatter.Annotation);
        var statements = block.Statements.Take(start - 1).Append(declared).Concat(renamed).Append(Plain(publish)).Concat(block.Statements.Skip(end));
        return site.Replace(Title, block, block.WithStatements([.. statements]));
    }

    private static BlockSyntax Moved(BlockSyntax block, StatementSyntax statement, StatementSyntax written, List<StatementSyntax> later, int start, int end)
    {
        var statements = block.Statements.Take(start - 1).Concat(later).Append(later.Count > 0 ? Plain(written, statement) : written).Concat(block.Statements.Skip(end));
        return block.WithStatements([.. statements]);
    }

    private static StatementSyntax Plain(StatementSyntax written, StatementSyntax? original = null) =>
        original is not null && Statements.HasComment(original)
            ? written
            : written.WithLeadingTrivia().WithTrailingTrivia(written.GetTrailingTrivia().Where(t => t.IsKind(SyntaxKind.EndOfLineTrivia))).WithAdditionalAnnotations(Formatter.Annotation);

    private static bool CallsOwnCode(StatementSyntax statement, INamedTypeSymbol type, SemanticModel model) =>
        statement.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(c =>
            c.Expression is SimpleNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } && type.Is(model.GetSymbolInfo(c).Symbol?.ContainingType));

    // _map and s_map become map.
    private static string NameOf(ExpressionSyntax field)
    {
        var name = field is MemberAccessExpressionSyntax access ? access.Name.Identifier.ValueText : field.ToString();
        var bare = name.StartsWith("s_", StringComparison.Ordinal) ? name.Substring(2) : name.TrimStart('_');
        bare = bare.Length == 0 ? "value" : char.ToLowerInvariant(bare[0]) + bare.Substring(1);
        return bare == name || SyntaxFacts.GetKeywordKind(bare) != SyntaxKind.None ? "created" : bare;
    }
}
