using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Rewrites the header of catch clauses.</summary>
internal static class CatchSyntax
{
    /// <summary>The catch clause that a finding's node stands for, or null.</summary>
    public static CatchClauseSyntax? ClauseOf(FixSite site) => site.Node.FirstAncestorOrSelf<CatchClauseSyntax>();

    /// <summary>The name of the exception variable; a new one that nothing around uses when the clause names none.</summary>
    public static string VariableOf(CatchClauseSyntax clause)
    {
        if (clause.Declaration is { Identifier: { ValueText.Length: > 0 } named })
            return named.ValueText;
        return Names.Unused(clause, "ex", "exception", "error", "failure");
    }

    /// <summary>The clause with a declaration that names the exception; the type is Exception when it has none.</summary>
    public static CatchClauseSyntax Named(CatchClauseSyntax clause, string name, SemanticModel model)
    {
        if (clause.Declaration is { Identifier.ValueText.Length: > 0 })
            return clause;
        return clause.Declaration is { } unnamed
            ? WithHeader(clause, Declaration(unnamed.Type.WithoutTrivia(), name), clause.Filter)
            : WithHeader(clause, Declaration(TypeName("System.Exception", model, clause.SpanStart), name), clause.Filter);
    }

    /// <summary>The clause with this declaration and filter; what followed the old header follows the new one.</summary>
    public static CatchClauseSyntax WithHeader(CatchClauseSyntax clause, CatchDeclarationSyntax? declaration, CatchFilterClauseSyntax? filter)
    {
        declaration = declaration is null ? null : Fixed(declaration);
        filter = filter is null ? null : Fixed(filter);
        var last = clause.Filter?.GetLastToken() ?? clause.Declaration?.GetLastToken() ?? clause.CatchKeyword;
        var after = last.TrailingTrivia;
        var keyword = declaration is null && filter is null ? clause.CatchKeyword.WithTrailingTrivia(after) : clause.CatchKeyword.WithTrailingTrivia(SyntaxFactory.Space);
        if (filter is not null)
        {
            declaration = declaration?.WithTrailingTrivia(SyntaxFactory.Space);
            filter = filter.WithTrailingTrivia(after);
        }
        else
        {
            declaration = declaration?.WithTrailingTrivia(after);
        }
        return clause.WithCatchKeyword(keyword).WithDeclaration(declaration).WithFilter(filter);
    }

    // Elastic trivia would let the formatter break a clause that stands on one line.
    private static TNode Fixed<TNode>(TNode node)
        where TNode : SyntaxNode =>
        node.ReplaceTrivia(node.DescendantTrivia().Where(t => t.HasAnnotation(SyntaxAnnotation.ElasticAnnotation)), (_, _) => default);

    public static CatchDeclarationSyntax Declaration(TypeSyntax type, string? name)
    {
        var declaration = SyntaxFactory.CatchDeclaration(type);
        return name is null ? declaration : declaration.WithType(type.WithTrailingTrivia(SyntaxFactory.Space)).WithIdentifier(SyntaxFactory.Identifier(name));
    }

    public static CatchFilterClauseSyntax Filter(ExpressionSyntax condition) => SyntaxFactory.CatchFilterClause(
        SyntaxFactory.Token(SyntaxKind.WhenKeyword).WithTrailingTrivia(SyntaxFactory.Space),
        SyntaxFactory.Token(SyntaxKind.OpenParenToken),
        condition,
        SyntaxFactory.Token(SyntaxKind.CloseParenToken));

    /// <summary>The handler with a statement more; a handler on one line stays there, comments at its end stay before the statement.</summary>
    public static BlockSyntax Inserted(BlockSyntax handler, int index, StatementSyntax added)
    {
        if (IsOnOneLine(handler))
        {
            // Every token of the line keeps its blank behind it.
            return handler.WithStatements(handler.Statements.Insert(index, added.WithLeadingTrivia().WithTrailingTrivia(SyntaxFactory.Space)));
        }
        added = added.WithAdditionalAnnotations(Formatter.Annotation);
        return index < handler.Statements.Count
            ? handler.WithStatements(handler.Statements.Insert(index, added.WithTrailingTrivia(SyntaxFactory.ElasticLineFeed)))
            : Appended(handler, added);
    }

    private static BlockSyntax Appended(BlockSyntax handler, StatementSyntax added)
    {
        var close = handler.CloseBraceToken;
        var comments = close.LeadingTrivia;
        var hasComment = comments.Any(t => !t.IsKind(SyntaxKind.WhitespaceTrivia) && !t.IsKind(SyntaxKind.EndOfLineTrivia));
        var statement = added.WithLeadingTrivia(hasComment ? comments : default).WithTrailingTrivia(SyntaxFactory.ElasticLineFeed);
        return handler.AddStatements(statement).WithCloseBraceToken(close.WithLeadingTrivia(SyntaxFactory.ElasticMarker).WithAdditionalAnnotations(Formatter.Annotation));
    }

    private static bool IsOnOneLine(BlockSyntax handler)
    {
        var text = handler.SyntaxTree.GetText();
        return text.Lines.GetLineFromPosition(handler.OpenBraceToken.SpanStart).LineNumber == text.Lines.GetLineFromPosition(handler.CloseBraceToken.SpanStart).LineNumber;
    }

    /// <summary>
    /// A type as code at the position names it; by its full name where no import brings it in, for the clean-up to import.
    /// </summary>
    public static TypeSyntax TypeName(string metadataName, SemanticModel model, int position)
    {
        if (model.Compilation.GetTypeByMetadataName(metadataName) is { } type && type.ToMinimalDisplayString(model, position) is var shortest && shortest == type.Name)
            return SyntaxFactory.ParseTypeName(shortest);
        return SyntaxFactory.ParseTypeName("global::" + metadataName).WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);
    }

    /// <summary><c>name is A or B</c>, or <c>name is A || name is B</c> before C# 9.</summary>
    public static ExpressionSyntax IsAnyOf(string name, IReadOnlyList<string> metadataNames, SemanticModel model, int position)
    {
        var types = metadataNames.Select(m => TypeName(m, model, position)).ToList();
        if (HasPatterns(model.SyntaxTree))
        {
            PatternSyntax pattern = SyntaxFactory.TypePattern(types[0]);
            foreach (var type in types.Skip(1))
                pattern = SyntaxFactory.BinaryPattern(SyntaxKind.OrPattern, pattern, Spaced(SyntaxKind.OrKeyword), SyntaxFactory.TypePattern(type));
            return SyntaxFactory.IsPatternExpression(SyntaxFactory.IdentifierName(name), Spaced(SyntaxKind.IsKeyword), pattern);
        }
        var tests = Is(name, types[0]);
        foreach (var type in types.Skip(1))
            tests = SyntaxFactory.BinaryExpression(SyntaxKind.LogicalOrExpression, tests, Spaced(SyntaxKind.BarBarToken), Is(name, type));
        return tests;
    }

    /// <summary><c>name is not A</c>, or <c>!(name is A)</c> before C# 9.</summary>
    public static ExpressionSyntax IsNot(string name, string metadataName, SemanticModel model, int position)
    {
        var type = TypeName(metadataName, model, position);
        if (!HasPatterns(model.SyntaxTree))
            return SyntaxFactory.PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, SyntaxFactory.ParenthesizedExpression(Is(name, type)));
        var not = SyntaxFactory.UnaryPattern(SyntaxFactory.Token(SyntaxKind.NotKeyword).WithTrailingTrivia(SyntaxFactory.Space), SyntaxFactory.TypePattern(type));
        return SyntaxFactory.IsPatternExpression(SyntaxFactory.IdentifierName(name), Spaced(SyntaxKind.IsKeyword), not);
    }

    private static ExpressionSyntax Is(string name, TypeSyntax type) =>
        SyntaxFactory.BinaryExpression(SyntaxKind.IsExpression, SyntaxFactory.IdentifierName(name), Spaced(SyntaxKind.IsKeyword), type);

    private static SyntaxToken Spaced(SyntaxKind kind) =>
        SyntaxFactory.Token(kind).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space);

    private static bool HasPatterns(SyntaxTree tree) => tree.Options is not CSharpParseOptions { LanguageVersion: < LanguageVersion.CSharp9 };
}
