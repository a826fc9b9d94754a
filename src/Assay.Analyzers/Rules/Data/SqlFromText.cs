using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Sql;
using Assay.Analyzers.Semantics.ValueFlow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Analyzers.Rules.Data;

/// <summary>Finds values that are written into SQL text instead of being passed as parameters.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SqlFromText() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY5004",
        category: Category.Data,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A value is written into SQL text",
        messageFormat: "'{0}'{1} becomes part of the SQL text: {2}");

    private static readonly RuleOption<string> s_sanitizers = new(
        "ASSAY5004.sanitizers",
        "",
        "Methods whose result may stand in SQL text, separated by commas: `QuoteName, Identifiers.Checked`.");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // Tests write SQL about values that they choose themselves.
        if (types.IsTestProject() || SqlSinks.Of(types) is not { } sinks)
            return;
        var untrusted = new Untrusted(types);
        context.RegisterBodyAction(sinks.Words, c => Check(c, sinks, types, untrusted), SqlSinks.Kinds);
    }

    private static void Check(OperationAnalysisContext context, SqlSinks sinks, KnownTypes types, Untrusted untrusted)
    {
        if (sinks.Read(context.Operation) is not { } sink || sink.Text.ConstantValue.HasValue)
            return;
        var sanitizers = Sanitizers.Read(s_sanitizers.Read(context.Options.AnalyzerConfigOptionsProvider, sink.Text.Syntax.SyntaxTree), isForPrompts: false);
        var walk = new FlowWalk(types, new FlowQuestion(o => untrusted.WhyOrCaller(o) is { IsForeign: true }, sanitizers.Cleans), context.CancellationToken);
        var parts = BuiltText.Of(sink.Text, walk, types, context.CancellationToken);
        var isWhole = parts.All(p => p.Value is not null);
        var takesParameters = SqlPositions.TakesParameters(BuiltText.Before(parts, parts.Length));
        SqlFinding? worst = null;
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Value is not { } value)
                continue;
            var position = isWhole ? SqlPosition.Clause : SqlPositions.Between(BuiltText.Before(parts, i), i + 1 < parts.Length ? parts[i + 1].Text : "");
            foreach (var origin in walk.Origins(value))
            {
                if (SqlVerdicts.Judge(value, origin, new SqlPlace(position, isWhole, takesParameters), untrusted) is { } finding && (worst is null || finding.Severity > worst.Severity))
                    worst = finding;
            }
        }
        if (worst is not null)
            Report(context, worst);
    }

    private static void Report(OperationAnalysisContext context, SqlFinding finding)
    {
        var properties = ImmutableDictionary<string, string?>.Empty;
        context.ReportDiagnostic(Descriptor.At(finding.Value.Syntax.GetLocation(), finding.Severity, finding.Path, properties, finding.Value.Syntax.ToString(), finding.Reason, finding.Consequence));
    }
}
