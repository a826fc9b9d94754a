using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Ai;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.ValueFlow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Analyzers.Rules.Ai;

/// <summary>Finds text of others in the messages that a model obeys first.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UntrustedSystemPrompt() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY9001",
        category: Category.Ai,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "Text of others becomes part of a system prompt",
        messageFormat: "'{0}', {1}, becomes part of the {2}: the model obeys orders in it as if they were yours; {3}");

    private static readonly RuleOption<string> s_sanitizers = new(
        "ASSAY9001.sanitizers",
        "",
        "Methods whose result may stand in a system prompt, separated by commas: `CleanForPrompt, Texts.Trusted`.");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.IsTestProject() || !Prompts.AreKnown(types))
            return;
        var untrusted = new Untrusted(types);
        context.RegisterBodyAction(Prompts.Words, c => Check(c, types, untrusted), Prompts.Kinds);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types, Untrusted untrusted)
    {
        // What a user says belongs into a user message.
        if (Prompts.Read(context.Operation) is not { Role: not PromptRole.User } prompt || prompt.Text.ConstantValue.HasValue)
            return;
        var sanitizers = Sanitizers.Read(s_sanitizers.Read(context.Options.AnalyzerConfigOptionsProvider, prompt.Text.Syntax.SyntaxTree), isForPrompts: true);
        var walk = new FlowWalk(types, new FlowQuestion(o => untrusted.WhyOrStored(o) is not null, sanitizers.Cleans), context.CancellationToken);
        var parts = BuiltText.Of(prompt.Text, walk, types, context.CancellationToken);
        var isWhole = parts.All(p => p.Value is not null);
        foreach (var wanted in new[] { true, false })
        {
            foreach (var part in parts)
            {
                if (part.Value is not { } value || SourceOf(value, isWhole, wanted, walk, untrusted) is not { } origin)
                    continue;
                Report(context, prompt, value, origin, untrusted.WhyOrStored(origin.Value)!);
                return;
            }
        }
    }

    private static FlowOrigin? SourceOf(IOperation value, bool isWhole, bool isForeign, FlowWalk walk, Untrusted untrusted)
    {
        foreach (var origin in walk.Origins(value))
        {
            if (!origin.IsSource || untrusted.WhyOrStored(origin.Value) is not { } why || why.IsForeign != isForeign)
                continue;
            // A whole prompt that is stored or passed is one that somebody wrote as a prompt.
            if (!isWhole || why.Kind is UntrustKind.Request or UntrustKind.Message or UntrustKind.Model or UntrustKind.Answer)
                return origin;
        }
        return null;
    }

    private static void Report(OperationAnalysisContext context, Prompt prompt, IOperation value, FlowOrigin origin, Untrust why)
    {
        // Who calls a public method may well be trusted, and what is stored may be the program's own.
        var severity = why.IsForeign ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info;
        var (place, cure) = prompt.Role == PromptRole.Template ? ("prompt template", "pass it as an argument of the template") : ("system prompt", "send it as a user message");
        context.ReportDiagnostic(Descriptor.At(value.Syntax.GetLocation(), severity, origin.Path.Add(prompt.Sink.Syntax.GetLocation()), properties: null, value.Syntax.ToString(), why.Reason, place, cure));
    }
}
