using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Ai;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.ValueFlow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Analyzers.Rules.Ai;

/// <summary>Finds text of a model that is executed, opened, shown, called or loaded as it is.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModelOutputExecuted() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY9002",
        category: Category.Ai,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "What a model wrote is executed",
        messageFormat: "'{0}', {1}, {2}: whoever writes what the model reads chooses it; take a number, an enum or one of the values you know from it");

    private static readonly RuleOption<string> s_sanitizers = new(
        "ASSAY9002.sanitizers",
        "",
        "Methods that make the text of a model harmless, separated by commas: `Answers.Checked`.");

    private static readonly Words s_models = Words.Of(
        "GetResponseAsync", "GetStreamingResponseAsync", "CompleteChat*", "InvokePromptAsync", "InvokeAsync", "GetChatMessageContent*", "GetOutputText", "RunAsync",
        "RunStreamingAsync", "ChatResponse", "ChatResponseUpdate", "ChatCompletion");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.IsTestProject() || !Prompts.AreKnown(types))
            return;
        var search = new DangerSearch(types, UntrustKind.Model);
        // The model may be asked in another method, of the same type.
        context.RegisterBodyAction(DangerousSinks.Words, (body, token) => WordIndex.Of(body.Model.SyntaxTree, token).Has(s_models), c => search.Check(c, Descriptor, s_sanitizers), DangerousSinks.Kinds);
    }
}
