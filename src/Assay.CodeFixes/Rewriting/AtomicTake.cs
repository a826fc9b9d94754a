using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Makes one tested call of a check and the removal or take after it, or lets the removal compare the value.</summary>
internal static class AtomicTake
{
    public static Fix? Propose(CollectionCheck pair)
    {
        if (pair.ActName is not ("TryRemove" or "TryDequeue" or "TryPop" or "TryTake") || pair.CheckName == "TryPeek")
            return null;
        return AsCondition(pair) ?? ByValue(pair);
    }

    // if (d.ContainsKey(k)) { d.TryRemove(k, out var v); … }   while (!q.IsEmpty) { q.TryDequeue(out var x); … }
    private static Fix? AsCondition(CollectionCheck pair)
    {
        if (pair.ActStatement is not { } act || !IsTrueWhenThere(pair) || TakenArgument(pair) is not { } taken)
            return null;
        var (owner, branch) = pair.Condition.Parent switch
        {
            IfStatementSyntax @if when @if.Condition == pair.Condition => ((StatementSyntax)@if, @if.Statement),
            WhileStatementSyntax @while when @while.Condition == pair.Condition => (@while, @while.Statement),
            _ => (null, null),
        };
        if (owner is null || Statements.First(branch!) != act)
            return null;
        var call = (InvocationExpressionSyntax)pair.Act;
        var arguments = call.ArgumentList.Arguments;
        var atomic = call.WithArgumentList(call.ArgumentList.WithArguments(arguments.Replace(arguments.Last(), taken.WithTriviaFrom(arguments.Last())))).WithoutTrivia();
        if (Statements.Only(branch!) == act)
        {
            return owner is IfStatementSyntax { Else: null } && !Statements.HasComment(branch!) && IsDropped(taken)
                ? Done(pair, owner, SyntaxFactory.ExpressionStatement(atomic))
                : null;
        }
        var rest = Statements.WithoutFirst((BlockSyntax)branch!);
        return Done(pair, owner, owner is IfStatementSyntax @then ? @then.WithCondition(atomic).WithStatement(rest) : ((WhileStatementSyntax)owner).WithCondition(atomic).WithStatement(rest));
    }

    // The value that the removal gives is the one that was checked, and so takes its variable's place.
    private static ArgumentSyntax? TakenArgument(CollectionCheck pair)
    {
        var taken = CollectionCheck.OutArgument(pair.Act);
        if (pair.CheckName != "TryGetValue")
            return taken;
        return CollectionCheck.IsDiscard(taken) ? CollectionCheck.OutArgument(pair.Check) : null;
    }

    private static bool IsDropped(ArgumentSyntax taken) => CollectionCheck.IsDiscard(taken) || taken.Expression is IdentifierNameSyntax;

    private static bool IsTrueWhenThere(CollectionCheck pair) => pair.CheckName switch
    {
        "IsEmpty" => pair.IsNegated,
        "ContainsKey" or "TryGetValue" or "Any" => !pair.IsNegated,
        null => !pair.IsNegated && pair.Check is BinaryExpressionSyntax,
        _ => false,
    };

    // if (d.TryGetValue(k, out var v) && v.Expired) d.TryRemove(k, out _);
    private static Fix? ByValue(CollectionCheck pair)
    {
        var model = pair.Site.Model;
        if (pair.ActName != "TryRemove" || pair.CheckName != "TryGetValue" || !CollectionCheck.IsDiscard(CollectionCheck.OutArgument(pair.Act)))
            return null;
        if (CollectionCheck.NameOf(CollectionCheck.OutArgument(pair.Check)) is not { } name || IsReassigned(pair, name))
            return null;
        if (model.GetTypeInfo(pair.Collection).Type is not INamedTypeSymbol dictionary || PairRemove(dictionary) is not { } pairType)
            return null;
        var isInferred = SymbolEqualityComparer.Default.Equals(model.GetTypeInfo(pair.Key).Type, pairType.TypeArguments[0]);
        ExpressionSyntax entry = isInferred
            ? SyntaxFactory.ParseExpression($"global::System.Collections.Generic.KeyValuePair.Create({pair.Key.WithoutTrivia()}, {name})")
            : SyntaxFactory.ParseExpression($"new {pairType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}({pair.Key.WithoutTrivia()}, {name})");
        var call = (InvocationExpressionSyntax)pair.Act;
        entry = entry.ReplaceNodes(entry.DescendantNodes().Where(n => n is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "KeyValuePair" } or QualifiedNameSyntax),
            (_, now) => now.WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation));
        return pair.Site.Replace("Remove only the value that was checked", call, call.WithArgumentList(SyntaxFactory.ArgumentList([SyntaxFactory.Argument(entry)])));
    }

    private static bool IsReassigned(CollectionCheck pair, string name) =>
        pair.Check.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } member
        || member.DescendantNodes().Any(n => n is AssignmentExpressionSyntax { Left: IdentifierNameSyntax left } && left.Identifier.ValueText == name
            && n.SpanStart > pair.Check.SpanStart && n.SpanStart < pair.Act.SpanStart);

    // The KeyValuePair that TryRemove takes, where the framework has that overload.
    private static INamedTypeSymbol? PairRemove(INamedTypeSymbol dictionary)
    {
        for (var type = dictionary; type is not null; type = type.BaseType)
        {
            foreach (var member in type.GetMembers("TryRemove"))
            {
                if (member is IMethodSymbol { Parameters: { Length: 1 } parameters } && parameters[0].Type is INamedTypeSymbol { Name: "KeyValuePair" } pair)
                    return pair;
            }
        }
        return null;
    }

    private static Fix Done(CollectionCheck pair, StatementSyntax before, StatementSyntax after) =>
        pair.Site.Rewrite($"Test the result of '{pair.ActName}'", Statements.Replace(pair.Site.Root, before, before, after));
}
