using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Tokens;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Writes a CancellationToken into the argument list of a call.</summary>
internal static class TokenArgument
{
    /// <summary>
    /// The argument list of <paramref name="call"/> with <paramref name="token"/> at the place of <paramref name="slot"/>, by
    /// name where its position does not follow from the others; null when the list cannot take it.
    /// </summary>
    public static ArgumentListSyntax? Add(IInvocationOperation call, TokenSlot slot, ExpressionSyntax token)
    {
        var syntax = (InvocationExpressionSyntax)call.Syntax;
        if (WithParamsPacked(call, slot, syntax.ArgumentList) is not { } list)
            return null;
        var index = slot.Parameter.Ordinal - (IsReduced(call, syntax) ? 1 : 0);
        var arguments = list.Arguments;
        var isNamed = index > arguments.Count || arguments.Any(a => a.NameColon is not null);
        var argument = SyntaxFactory.Argument(
            isNamed ? SyntaxFactory.NameColon(SyntaxFactory.IdentifierName(slot.Parameter.Name)).WithTrailingTrivia(SyntaxFactory.Space) : null,
            default,
            token);
        return index < arguments.Count && !isNamed
            ? list.WithArguments(arguments.Insert(index, argument))
            : Append(list, argument);
    }

    /// <summary>The token as an expression: a name or a path of names, escaped where a name is a keyword.</summary>
    public static ExpressionSyntax Expression(string path) =>
        SyntaxFactory.ParseExpression(SyntaxFacts.GetKeywordKind(path) == SyntaxKind.None ? path : "@" + path);

    private static bool IsReduced(IInvocationOperation call, InvocationExpressionSyntax syntax) =>
        call.TargetMethod.IsExtensionMethod
        && (syntax.Expression is MemberBindingExpressionSyntax
            || (syntax.Expression is MemberAccessExpressionSyntax access && call.SemanticModel?.GetSymbolInfo(access.Expression).Symbol is not INamedTypeSymbol));

    // `Find(id)` passes one element of a params array; with a token after it the array has to be written.
    private static ArgumentListSyntax? WithParamsPacked(IInvocationOperation call, TokenSlot slot, ArgumentListSyntax list)
    {
        var packed = call.Arguments.FirstOrDefault(a => a.ArgumentKind is ArgumentKind.ParamArray or ArgumentKind.ParamCollection);
        if (packed?.Parameter is not { } parameter || slot.Parameter.Ordinal <= parameter.Ordinal)
            return list;
        if (parameter.Type is not IArrayTypeSymbol array || list.Arguments.Any(a => a.NameColon is not null))
            return null;
        var first = parameter.Ordinal - (IsReduced(call, (InvocationExpressionSyntax)call.Syntax) ? 1 : 0);
        if (first >= list.Arguments.Count)
            return null;
        var elements = list.Arguments.Skip(first).Select(a => a.Expression.WithoutTrivia()).ToList();
        var kept = list.Arguments.Take(first).Append(SyntaxFactory.Argument(Packed(call, array, elements)));
        return list.WithArguments(Separated(kept));
    }

    private static ExpressionSyntax Packed(IInvocationOperation call, IArrayTypeSymbol array, List<ExpressionSyntax> elements)
    {
        var text = string.Join(", ", elements.Select(e => e.ToString()));
        if (((CSharpParseOptions)call.Syntax.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp12)
            return SyntaxFactory.ParseExpression($"[{text}]");
        var type = array.ElementType.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToMinimalDisplayString(call.SemanticModel!, call.Syntax.SpanStart);
        return SyntaxFactory.ParseExpression($"new {type}[] {{ {text} }}");
    }

    private static SeparatedSyntaxList<ArgumentSyntax> Separated(IEnumerable<ArgumentSyntax> arguments)
    {
        var list = arguments.ToList();
        var comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
        return SyntaxFactory.SeparatedList(list, Enumerable.Repeat(comma, list.Count - 1));
    }

    private static ArgumentListSyntax Append(ArgumentListSyntax list, ArgumentSyntax argument)
    {
        var arguments = list.Arguments;
        if (arguments.Count == 0)
            return list.WithArguments(SyntaxFactory.SingletonSeparatedList(argument));
        var last = arguments[arguments.Count - 1];
        var comma = SyntaxFactory.Token(SyntaxKind.CommaToken);
        if (!StandsOnItsOwnLine(last))
        {
            comma = comma.WithTrailingTrivia(SyntaxFactory.Space);
            argument = argument.WithTrailingTrivia(last.GetTrailingTrivia());
            last = last.WithoutTrailingTrivia();
        }
        else
        {
            var after = last.GetTrailingTrivia();
            var lineEnd = LineEndOf(last);
            // A comment behind the last argument stays on its line, behind the comma.
            comma = comma.WithTrailingTrivia(after.Any(t => t.IsKind(SyntaxKind.EndOfLineTrivia)) ? after : after.Add(lineEnd));
            argument = argument.WithLeadingTrivia(last.GetLeadingTrivia().Where(t => t.IsKind(SyntaxKind.WhitespaceTrivia)).Take(1))
                .WithTrailingTrivia(after.Where(t => t.IsKind(SyntaxKind.EndOfLineTrivia)));
            last = last.WithoutTrailingTrivia();
        }
        var kept = arguments.Replace(arguments[arguments.Count - 1], last);
        return list.WithArguments(SyntaxFactory.SeparatedList(kept.Append(argument), kept.GetSeparators().Append(comma)));
    }

    private static bool StandsOnItsOwnLine(ArgumentSyntax argument) =>
        argument.GetFirstToken().GetPreviousToken().TrailingTrivia.Any(t => t.IsKind(SyntaxKind.EndOfLineTrivia));

    private static SyntaxTrivia LineEndOf(ArgumentSyntax argument) =>
        argument.GetFirstToken().GetPreviousToken().TrailingTrivia.First(t => t.IsKind(SyntaxKind.EndOfLineTrivia));
}
