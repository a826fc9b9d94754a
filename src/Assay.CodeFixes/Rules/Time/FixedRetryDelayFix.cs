using System.Composition;
using System.Globalization;
using Assay.Analyzers.Rules.Time;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Retries;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.CodeFixes.Rules.Time;

/// <summary>
/// Lets the delay double with every turn, up to a cap, and takes a random part of it: exponential backoff with full jitter. The
/// first delay is the constant that stood there; the count of turns is the one the loop has.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(FixedRetryDelayFix)), Shared]
public sealed class FixedRetryDelayFix() : RuleFix(FixedRetryDelay.Descriptor)
{
    private const double LeastCapInMilliseconds = 30_000;

    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not ExpressionSyntax length || CounterOf(site, length, cancellationToken) is not { } counter || MillisecondsOf(length, site.Model) is not { } first)
            return null;
        // A random number for everybody exists since .NET 6.
        if (KnownTypes.Of(site.Model.Compilation)["System.Random"]?.GetMembers("Shared").IsEmpty != false)
            return null;
        var cap = Math.Max(LeastCapInMilliseconds, first);
        var most = $"{ClockSyntax.Imported("global::System.Math")}.Min({Text(cap)}, {Text(first)} * global::System.Math.Pow(2, {counter}))";
        var spread = SyntaxFactory.ParseExpression($"global::System.TimeSpan.FromMilliseconds(global::System.Random.Shared.NextDouble() * {most})");
        var names = spread.DescendantNodes().OfType<AliasQualifiedNameSyntax>().Select(n => n.Parent!).ToList();
        spread = spread.ReplaceNodes(names, (_, current) => current.WithAdditionalAnnotations(Microsoft.CodeAnalysis.Simplification.Simplifier.Annotation, Microsoft.CodeAnalysis.Simplification.Simplifier.AddImportsAnnotation));
        var fix = site.Replace("Let the delay grow, capped, and spread it at random", length, spread.WithTriviaFrom(length));
        return await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }

    private static string Text(double milliseconds) => milliseconds.ToString("0.###", CultureInfo.InvariantCulture);

    // The local that the loop counts up.
    private static string? CounterOf(FixSite site, ExpressionSyntax length, CancellationToken cancellationToken)
    {
        foreach (var statement in length.Ancestors())
        {
            if (statement is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax)
                return null;
            if (statement is not (ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax) || site.Model.GetOperation(statement, cancellationToken) is not ILoopOperation loop)
                continue;
            foreach (var operation in RetryLoop.Own(loop, null))
            {
                if (operation is IIncrementOrDecrementOperation { Kind: OperationKind.Increment, Target: ILocalReferenceOperation { Local: { Type.SpecialType: SpecialType.System_Int32 } local } })
                    return local.Name;
            }
            return null;
        }
        return null;
    }

    private static double? MillisecondsOf(ExpressionSyntax length, SemanticModel model)
    {
        if (model.GetConstantValue(length) is { HasValue: true, Value: int milliseconds })
            return milliseconds;
        if (length is not InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments, Expression: MemberAccessExpressionSyntax access })
            return null;
        var unit = access.Name.Identifier.ValueText switch { "FromMilliseconds" => 1.0, "FromSeconds" => 1000.0, "FromMinutes" => 60_000.0, _ => 0.0 };
        return unit > 0 && model.GetConstantValue(arguments[0].Expression) is { HasValue: true, Value: IConvertible number } ? unit * number.ToDouble(CultureInfo.InvariantCulture) : null;
    }
}
