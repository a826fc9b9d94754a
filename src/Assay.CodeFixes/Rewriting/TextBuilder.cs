using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Turns a text that grows by <c>+=</c> into a StringBuilder that is read when the loop is over.</summary>
internal sealed class TextBuilder(FixSite site, LocalUses text, CancellationToken cancellationToken)
{
    /// <summary>The fix for the sum; null where the text is read within the loop, or written otherwise.</summary>
    public static Fix? Propose(FixSite site, AssignmentExpressionSyntax sum, CancellationToken cancellationToken)
    {
        if (LocalUses.Of(sum.Left, site.Model, cancellationToken) is not { } text || site.Related.IsEmpty || site.Related[0].FirstAncestorOrSelf<StatementSyntax>() is not { } loop)
            return null;
        return new TextBuilder(site, text, cancellationToken).Propose(loop);
    }

    private Fix? Propose(StatementSyntax loop)
    {
        if (site.Model.GetConstantValue(text.Variable.Initializer!.Value, cancellationToken) is not { HasValue: true, Value: string start } && !IsEmpty(text.Variable.Initializer.Value))
            return null;
        var edits = new Dictionary<SyntaxNode, SyntaxNode>();
        foreach (var name in text.Names)
        {
            if (name.Ancestors().TakeWhile(a => a != text.Declaration.Parent).Any(a => a is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
                return null;
            // A builder has a length too.
            if (name.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Length" })
                continue;
            if (name.Parent is AssignmentExpressionSyntax assignment && assignment.Left == name)
            {
                if (!assignment.IsKind(SyntaxKind.AddAssignmentExpression) || assignment.Parent is not ExpressionStatementSyntax || !CanAppend(assignment.Right) || assignment.Right.DescendantNodesAndSelf().Any(text.Names.Contains))
                    return null;
                edits[assignment] = Appends(name, assignment.Right).WithTriviaFrom(assignment);
            }
            else if (loop.Span.Contains(name.Span) || name.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 })
            {
                return null;
            }
            else
            {
                edits[name] = SyntaxFactory.ParseExpression(name.Identifier.Text + ".ToString()").WithTriviaFrom(name);
            }
        }
        edits[text.Declaration] = Declared();
        return site.Rewrite("Build the text with a StringBuilder", site.Root.ReplaceNodes(edits.Keys, (old, _) => edits[old]));
    }

    private bool IsEmpty(ExpressionSyntax value) =>
        site.Model.GetSymbolInfo(value, cancellationToken).Symbol is IFieldSymbol { Name: "Empty", ContainingType.SpecialType: SpecialType.System_String };

    private LocalDeclarationStatementSyntax Declared()
    {
        var start = text.Variable.Initializer!.Value;
        var argument = IsEmpty(start) || start.ToString() == "\"\"" ? "" : start.ToString();
        var made = SyntaxFactory.ParseExpression($"new global::System.Text.StringBuilder({argument})");
        made = made.ReplaceNodes(made.DescendantNodes().OfType<QualifiedNameSyntax>().Where(n => n.Parent is ObjectCreationExpressionSyntax), (_, type) => type.WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation));
        var variable = text.Variable.WithInitializer(text.Variable.Initializer.WithValue(made.WithTriviaFrom(start)));
        var type = SyntaxFactory.IdentifierName("var").WithTriviaFrom(text.Declaration.Declaration.Type);
        return text.Declaration.WithDeclaration(SyntaxFactory.VariableDeclaration(type, [variable])).WithAdditionalAnnotations(Formatter.Annotation);
    }

    // `text += a + ", " + b` is three pieces; what adds numbers first is one.
    private ExpressionSyntax Appends(IdentifierNameSyntax name, ExpressionSyntax added)
    {
        var pieces = new List<ExpressionSyntax>();
        var rest = added;
        while (rest is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum && site.Model.GetConstantValue(sum, cancellationToken) is not { HasValue: true })
        {
            pieces.Insert(0, sum.Right);
            rest = sum.Left;
        }
        pieces.Insert(0, rest);
        if (pieces.Count > 1 && (TypeOf(pieces[0])?.SpecialType != SpecialType.System_String || !pieces.TrueForAll(CanAppend)))
            pieces = [added];
        ExpressionSyntax result = name.WithoutTrivia();
        foreach (var piece in pieces)
        {
            var append = SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, result, SyntaxFactory.IdentifierName("Append"));
            var value = piece is ParenthesizedExpressionSyntax parenthesized ? parenthesized.Expression : piece;
            result = SyntaxFactory.InvocationExpression(append, SyntaxFactory.ArgumentList([SyntaxFactory.Argument(value.WithoutTrivia())]));
        }
        return result;
    }

    // What Append writes as + does.
    private bool CanAppend(ExpressionSyntax value) => TypeOf(value) is { } type
        && (type.TypeKind == TypeKind.Enum || type.SpecialType is SpecialType.System_String or SpecialType.System_Char or SpecialType.System_Boolean or SpecialType.System_Decimal or >= SpecialType.System_SByte and <= SpecialType.System_Double);

    private ITypeSymbol? TypeOf(ExpressionSyntax value) => site.Model.GetTypeInfo(value, cancellationToken).Type;
}
