using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Analyzers.Tests.Suppressors;

/// <summary>Stands for another analyzer: it reports its IDs at every wait or at every catch, as the real ones do.</summary>
#pragma warning disable RS1036, RS1038, RS1041, RS2008 // It runs in tests only.
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class PeerAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor[] s_waits = [Of("CA1849"), Of("MA0042"), Of("VSTHRD103"), Of("CA2007")];
    private static readonly DiagnosticDescriptor[] s_catches = [Of("CA1031"), Of("S2221")];

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [.. s_waits, .. s_catches];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSyntaxNodeAction(OnMember, SyntaxKind.SimpleMemberAccessExpression);
        context.RegisterSyntaxNodeAction(c => Report(c, s_catches, ((CatchClauseSyntax)c.Node).CatchKeyword.GetLocation()), SyntaxKind.CatchClause);
    }

    private static void OnMember(SyntaxNodeAnalysisContext context)
    {
        var access = (MemberAccessExpressionSyntax)context.Node;
        if (access.Name.Identifier.ValueText is "Result" or "Wait" or "GetResult")
            Report(context, s_waits, access.Name.GetLocation());
    }

    private static void Report(SyntaxNodeAnalysisContext context, DiagnosticDescriptor[] rules, Location place)
    {
        foreach (var rule in rules)
            context.ReportDiagnostic(Diagnostic.Create(rule, place));
    }

    private static DiagnosticDescriptor Of(string id) => new(id, id, id, "Peer", DiagnosticSeverity.Warning, isEnabledByDefault: true);
}
