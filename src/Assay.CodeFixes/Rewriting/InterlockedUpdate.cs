using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Makes one atomic operation of an update of a number or of an immutable collection.</summary>
internal static class InterlockedUpdate
{
    /// <summary>The fix for the update that the node is; null where Interlocked has no such operation, or a reader would have to decide.</summary>
    public static async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not ExpressionSyntax update || Step.Of(update) is not { } step || IsInChecked(update))
            return null;
        if (OfEntry(site, update, step) is { } entry)
            return entry;
        if (!IsVariable(step.Target, site.Model, cancellationToken))
            return null;
        if ((OfNumber(site, update, step) ?? OfImmutable(site, update, step)) is not { } fix)
            return null;
        return await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }

    // Only what has an address: no properties.
    private static bool IsVariable(ExpressionSyntax target, SemanticModel model, CancellationToken cancellationToken) => target switch
    {
        IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or IdentifierNameSyntax } =>
            model.GetSymbolInfo(target, cancellationToken).Symbol is IFieldSymbol { IsReadOnly: false } or ILocalSymbol or IParameterSymbol { RefKind: RefKind.None },
        ElementAccessExpressionSyntax { ArgumentList.Arguments: var indices } element =>
            model.GetTypeInfo(element.Expression, cancellationToken).Type is IArrayTypeSymbol && indices.All(i => MovableValue.IsCheap(i.Expression) || i.Expression is InvocationExpressionSyntax),
        _ => false,
    };

    private static Fix? OfNumber(FixSite site, ExpressionSyntax update, Step step)
    {
        if (site.Model.GetTypeInfo(step.Target).Type is not { SpecialType: var type } || type is not (SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_UInt32 or SpecialType.System_UInt64))
            return null;
        if (step.Method.Length == 0)
            return null;
        if (step.Operand is { } operand && (MovableValue.Mentions(operand, step.Name) || operand.DescendantNodesAndSelf().Any(n => n is AwaitExpressionSyntax)))
            return null;
        if (step.IsMinus && step.Operand is not null && type is SpecialType.System_UInt32 or SpecialType.System_UInt64)
            return null;
        // Or and And give the old value back, not the new one.
        if (step.Method is "Or" or "And" && update.Parent is not ExpressionStatementSyntax)
            return null;
        ExpressionSyntax call = Call("Interlocked", "System.Threading", step.Method, step.Target, Amount(step));
        if (step.GivesOld && update.Parent is not ExpressionStatementSyntax and not ForStatementSyntax)
            call = Before(call, step.IsMinus);
        return site.Replace($"Update with 'Interlocked.{step.Method}'", update, call.WithTriviaFrom(update).WithAdditionalAnnotations(Formatter.Annotation));
    }

    private static ExpressionSyntax? Amount(Step step)
    {
        if (step.Operand is not { } operand)
            return null;
        var bare = operand.WithoutTrivia();
        if (!step.IsMinus)
            return bare;
        var negated = bare is BinaryExpressionSyntax or ConditionalExpressionSyntax or CastExpressionSyntax or AssignmentExpressionSyntax ? SyntaxFactory.ParenthesizedExpression(bare) : bare;
        return SyntaxFactory.PrefixUnaryExpression(SyntaxKind.UnaryMinusExpression, negated);
    }

    // `_n++` as a value is the number before.
    private static ExpressionSyntax Before(ExpressionSyntax call, bool isMinus)
    {
        var one = SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(1));
        var back = SyntaxFactory.BinaryExpression(isMinus ? SyntaxKind.AddExpression : SyntaxKind.SubtractExpression, call, one).NormalizeWhitespace();
        return SyntaxFactory.ParenthesizedExpression(back).WithAdditionalAnnotations(Simplifier.Annotation);
    }

    // _orders = _orders.Add(order);
    private static Fix? OfImmutable(FixSite site, ExpressionSyntax update, Step step)
    {
        if (update is not AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Right: InvocationExpressionSyntax changed } || update.Parent is not ExpressionStatementSyntax)
            return null;
        if (site.Model.GetTypeInfo(step.Target).Type is not { ContainingNamespace.Name: "Immutable" } || !MovableValue.FitsLambda(changed, site.Model))
            return null;
        var name = FreeName(site, update);
        var body = changed.ReplaceNodes(
            changed.DescendantNodes().Where(n => n.IsEquivalentTo(step.Target, topLevel: false)),
            (before, _) => SyntaxFactory.IdentifierName(name).WithTriviaFrom(before));
        // Another thread may make it run again.
        if (changed.Expression is not MemberAccessExpressionSyntax receiver || !receiver.Expression.IsEquivalentTo(step.Target, topLevel: false) || !changed.ArgumentList.Arguments.All(a => MovableValue.IsCheap(a.Expression)))
            return null;
        var call = Call("ImmutableInterlocked", "System.Collections.Immutable", "Update", step.Target, CollectionCheck.Factory(body, name));
        return site.Replace("Update with 'ImmutableInterlocked.Update'", update, call.WithTriviaFrom(update).WithAdditionalAnnotations(Formatter.Annotation));
    }

    // counts[key]++ on a concurrent dictionary
    private static Fix? OfEntry(FixSite site, ExpressionSyntax update, Step step)
    {
        if (step.Target is not ElementAccessExpressionSyntax { ArgumentList.Arguments: { Count: 1 } keys } entry || update.Parent is not ExpressionStatementSyntax)
            return null;
        if (MovableValue.ValueType(entry.Expression, site.Model) is not { SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_String } || step.Method is not ("Increment" or "Add") || step.IsMinus)
            return null;
        var amount = step.Operand?.WithoutTrivia() ?? SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(1));
        if (!MovableValue.IsCheap(keys[0].Expression) || !MovableValue.IsCheap(amount) || step.Operand is { } operand && !MovableValue.FitsLambda(operand, site.Model))
            return null;
        var name = FreeName(site, update);
        var sum = SyntaxFactory.BinaryExpression(SyntaxKind.AddExpression, SyntaxFactory.IdentifierName(name), amount is BinaryExpressionSyntax ? SyntaxFactory.ParenthesizedExpression(amount) : amount).NormalizeWhitespace();
        var call = SyntaxFactory.InvocationExpression(
            SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, entry.Expression.WithoutTrivia(), SyntaxFactory.IdentifierName("AddOrUpdate")),
            Arguments(keys[0].Expression, amount, CollectionCheck.Factory(sum, "_", name)));
        return site.Replace("Update with 'AddOrUpdate'", update, call.WithTriviaFrom(update).WithAdditionalAnnotations(Formatter.Annotation));
    }

    // Other lambdas may have a parameter of that name, but nothing in scope.
    private static string FreeName(FixSite site, ExpressionSyntax update) =>
        site.Model.LookupSymbols(update.SpanStart, name: "current").Any(s => s is ILocalSymbol or IParameterSymbol) ? Names.Unused(update, "current", "before") : "current";

    private static ArgumentListSyntax Arguments(params ExpressionSyntax[] values) =>
        SyntaxFactory.ArgumentList([.. values.Select(v => SyntaxFactory.Argument(v.WithoutTrivia()))]).WithSeparatorSpaces();

    private static InvocationExpressionSyntax Call(string type, string space, string method, ExpressionSyntax target, ExpressionSyntax? value)
    {
        var name = SyntaxFactory.QualifiedName(SyntaxFactory.ParseName("global::" + space), SyntaxFactory.IdentifierName(type))
            .WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);
        var reference = SyntaxFactory.Argument(target.WithoutTrivia())
            .WithRefKindKeyword(SyntaxFactory.Token(SyntaxKind.RefKeyword).WithTrailingTrivia(SyntaxFactory.Space));
        ArgumentSyntax[] arguments = value is null ? [reference] : [reference, SyntaxFactory.Argument(value)];
        return SyntaxFactory.InvocationExpression(
            SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, name, SyntaxFactory.IdentifierName(method)),
            SyntaxFactory.ArgumentList([.. arguments]).WithSeparatorSpaces());
    }

    // An overflow throws there, which the atomic operations never do.
    private static bool IsInChecked(SyntaxNode node) =>
        node.Ancestors().Any(a => a is CheckedStatementSyntax { RawKind: (int)SyntaxKind.CheckedStatement } or CheckedExpressionSyntax { RawKind: (int)SyntaxKind.CheckedExpression });

    /// <summary>An update as the text has it.</summary>
    /// <param name="Target">What is updated.</param>
    /// <param name="Operand">By how much; null for one.</param>
    /// <param name="Method">The method of Interlocked.</param>
    /// <param name="IsMinus">Whether the operand is taken away.</param>
    /// <param name="GivesOld">Whether the value of the expression is the one before.</param>
    private sealed record Step(ExpressionSyntax Target, ExpressionSyntax? Operand, string Method, bool IsMinus, bool GivesOld)
    {
        public string Name => Target switch
        {
            IdentifierNameSyntax name => name.Identifier.ValueText,
            MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
            _ => "",
        };

        public static Step? Of(ExpressionSyntax update) => update switch
        {
            PostfixUnaryExpressionSyntax after => Made(after.Operand, null, after.Kind(), givesOld: true),
            PrefixUnaryExpressionSyntax before => Made(before.Operand, null, before.Kind(), givesOld: false),
            AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Right: BinaryExpressionSyntax sum } assignment when sum.Left.IsEquivalentTo(assignment.Left, topLevel: false) =>
                Made(assignment.Left, sum.Right, sum.Kind(), givesOld: false),
            AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } other => new(other.Left, other.Right, "", false, false),
            AssignmentExpressionSyntax compound => Made(compound.Left, compound.Right, compound.Kind(), givesOld: false),
            _ => null,
        };

        private static Step? Made(ExpressionSyntax target, ExpressionSyntax? operand, SyntaxKind kind, bool givesOld)
        {
            var isMinus = kind is SyntaxKind.PostDecrementExpression or SyntaxKind.PreDecrementExpression or SyntaxKind.SubtractExpression or SyntaxKind.SubtractAssignmentExpression;
            var method = kind switch
            {
                SyntaxKind.PostIncrementExpression or SyntaxKind.PreIncrementExpression or SyntaxKind.PostDecrementExpression or SyntaxKind.PreDecrementExpression => isMinus ? "Decrement" : "Increment",
                SyntaxKind.AddExpression or SyntaxKind.AddAssignmentExpression or SyntaxKind.SubtractExpression or SyntaxKind.SubtractAssignmentExpression => "Add",
                SyntaxKind.BitwiseOrExpression or SyntaxKind.OrAssignmentExpression => "Or",
                SyntaxKind.BitwiseAndExpression or SyntaxKind.AndAssignmentExpression => "And",
                _ => null,
            };
            // `_n = _n + 1` is a step like `_n++`.
            if (method == "Add" && operand is LiteralExpressionSyntax { Token.Value: 1 })
                return new(target, null, isMinus ? "Decrement" : "Increment", isMinus, givesOld);
            return method is null ? null : new(target, operand, method, isMinus, givesOld);
        }
    }
}
