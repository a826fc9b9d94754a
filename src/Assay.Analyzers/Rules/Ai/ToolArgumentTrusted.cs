using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Ai;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.ValueFlow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Analyzers.Rules.Ai;

/// <summary>Finds arguments of functions for models that are executed, opened, shown, called or loaded as they are.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ToolArgumentTrusted() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY9005",
        category: Category.Ai,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "An argument that a model chooses is executed",
        messageFormat: "'{0}', {1}, {2}: a page or a mail that the model reads can make it choose any; take a number, an enum or one of the values you know, or check it first");

    private static readonly RuleOption<string> s_sanitizers = new(
        "ASSAY9005.sanitizers",
        "",
        "Methods that make an argument harmless, separated by commas: `Workspace.PathOf`.");

    private static readonly Words s_functions = Words.Of("KernelFunction", "KernelFunctionAttribute", "McpServerTool", "McpServerToolAttribute", "SKFunction", "AIFunctionFactory", "KernelFunctionFactory");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.IsTestProject() || !AreFunctionsKnown(types))
            return;
        var search = new DangerSearch(types, UntrustKind.Tool);
        context.RegisterBodyAction(DangerousSinks.Words, (body, token) => WordIndex.Of(body.Model.SyntaxTree, token).Has(s_functions), c => search.Check(c, Descriptor, s_sanitizers), DangerousSinks.Kinds);
    }

    private static bool AreFunctionsKnown(KnownTypes types) =>
        types["Microsoft.Extensions.AI.AIFunctionFactory"] is not null || types["Microsoft.SemanticKernel.KernelFunctionAttribute"] is not null || types["ModelContextProtocol.Server.McpServerToolAttribute"] is not null;
}
