using System.Composition;
using Assay.Analyzers.Rules.Time;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rules.Time;

/// <summary>Reads the same clock in UTC.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LocalTimeStoredFix)), Shared]
public sealed class LocalTimeStoredFix() : RuleFix(LocalTimeStored.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        var utc = site.Node is MemberAccessExpressionSyntax local ? InUtc(local) : null;
        return Task.FromResult(utc is null ? null : site.Replace("Take the time in UTC", site.Node, utc.WithTriviaFrom(site.Node)));
    }

    private static ExpressionSyntax? InUtc(MemberAccessExpressionSyntax local) => local.Name.Identifier.ValueText switch
    {
        "Now" => local.WithName(SyntaxFactory.IdentifierName("UtcNow")),
        "Today" => Member(local.WithName(SyntaxFactory.IdentifierName("UtcNow")).WithoutTrivia(), "Date"),
        "LocalDateTime" => local.WithName(SyntaxFactory.IdentifierName("UtcDateTime")),
        "DateTime" => OfInstant(local.Expression) is { } instant ? Member(instant, "UtcDateTime") : null,
        _ => null,
    };

    // `clock.GetLocalNow().DateTime`, `DateTimeOffset.Now.DateTime`
    private static ExpressionSyntax? OfInstant(ExpressionSyntax instant) => instant switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetLocalNow" } access } call =>
            call.WithExpression(access.WithName(SyntaxFactory.IdentifierName("GetUtcNow"))),
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Now" } now => now.WithName(SyntaxFactory.IdentifierName("UtcNow")),
        _ => null,
    };

    private static MemberAccessExpressionSyntax Member(ExpressionSyntax owner, string name) =>
        SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, owner, SyntaxFactory.IdentifierName(name));
}
