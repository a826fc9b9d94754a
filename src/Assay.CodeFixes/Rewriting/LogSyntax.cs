using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Logging;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Rewrites log calls.</summary>
internal static class LogSyntax
{
    /// <summary>The log call around the node of a finding, and what it consists of; null when its arguments are named, for then their order is not theirs.</summary>
    public static (InvocationExpressionSyntax Call, LogLine Line)? At(FixSite site, CancellationToken cancellationToken)
    {
        if (LogLibraries.Of(KnownTypes.Of(site.Model.Compilation)) is not { } libraries)
            return null;
        foreach (var call in site.Node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>())
        {
            if (site.Model.GetOperation(call, cancellationToken) is not IInvocationOperation operation || libraries.Read(operation) is not { } line)
                continue;
            return call.ArgumentList.Arguments.Any(a => a.NameColon is not null) ? null : (call, line);
        }
        return null;
    }

    /// <summary>The position of a written argument in its list; -1 for one that is not written.</summary>
    public static int IndexOf(InvocationExpressionSyntax call, IArgumentOperation argument) =>
        call.ArgumentList.Arguments.IndexOf(a => a == argument.Syntax);

    /// <summary>The expression as the user wrote it, without parentheses around it.</summary>
    public static ExpressionSyntax Expression(IOperation value)
    {
        var syntax = (ExpressionSyntax)value.Syntax;
        while (syntax is ParenthesizedExpressionSyntax parenthesized)
            syntax = parenthesized.Expression;
        return syntax.WithoutTrivia();
    }

    /// <summary>A list with these arguments in place of those from <paramref name="first"/> on.</summary>
    public static ArgumentListSyntax WithTail(ArgumentListSyntax list, int first, IEnumerable<ExpressionSyntax> tail)
    {
        var kept = list.Arguments.Take(first).ToList();
        var commas = list.Arguments.GetSeparators().Take(first).ToList();
        var added = tail.Select(SyntaxFactory.Argument).ToList();
        var lastTrivia = list.Arguments.Last().GetTrailingTrivia();
        if (first < list.Arguments.Count)
            added[0] = added[0].WithLeadingTrivia(list.Arguments[first].GetLeadingTrivia());
        added[added.Count - 1] = added[added.Count - 1].WithTrailingTrivia(lastTrivia);
        var arguments = kept.Concat(added).ToList();
        while (commas.Count < arguments.Count - 1)
            commas.Add(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space));
        return list.WithArguments(SyntaxFactory.SeparatedList(arguments, commas));
    }

    /// <summary>A literal of the text, verbatim when the text has line ends; null when it replaces a raw literal that has some.</summary>
    public static ExpressionSyntax? Literal(string text, ExpressionSyntax replaced)
    {
        if (text.IndexOf('\n') < 0)
            return SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(text));
        var start = replaced.GetFirstToken().Text;
        if (start.StartsWith("$@", StringComparison.Ordinal) || start.StartsWith("@", StringComparison.Ordinal))
            return SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal("@\"" + text.Replace("\"", "\"\"") + "\"", text));
        return start.Contains("\"\"\"") ? null : SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(text));
    }
}
