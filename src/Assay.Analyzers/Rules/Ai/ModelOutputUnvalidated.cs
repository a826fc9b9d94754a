using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Ai;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.ValueFlow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Ai;

/// <summary>Finds objects that are read from the text of a model and used with no check at all.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModelOutputUnvalidated() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY9003",
        category: Category.Ai,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "An object read from a model's text is used unchecked",
        messageFormat: "What a model wrote is read as JSON and '{0}' of it is used as it comes: a model leaves members out, invents values and writes text around the JSON; "
            + "check it, or ask for structured output and validate that");

    private static readonly Words s_parsing = Words.Of("Deserialize", "DeserializeObject", "DeserializeAsync", "Parse");

    private static readonly Words s_models = Words.Of(
        "GetResponseAsync", "GetStreamingResponseAsync", "CompleteChat*", "InvokePromptAsync", "InvokeAsync", "GetChatMessageContent*", "GetOutputText", "RunAsync",
        "ChatResponse", "ChatCompletion");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.IsTestProject() || !Prompts.AreKnown(types))
            return;
        var untrusted = new Untrusted(types);
        context.RegisterBodyAction(s_parsing, (body, token) => WordIndex.Of(body.Model.SyntaxTree, token).Has(s_models), c => Check(c, types, untrusted), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types, Untrusted untrusted)
    {
        var call = (IInvocationOperation)context.Operation;
        if (TextOf(call) is not { } text || IsTried(call) || ParsedUse.FirstUnchecked(call) is not { } use)
            return;
        var question = new FlowQuestion(o => untrusted.Why(o)?.Kind == UntrustKind.Model, Sanitizers.Read("", isForPrompts: false).Cleans);
        if (new FlowWalk(types, question, context.CancellationToken).Source(text) is not { } origin)
            return;
        context.ReportDiagnostic(Descriptor.At(call.Syntax.GetLocation(), origin.Path.Add(use.Place.Syntax.GetLocation()), use.Member));
    }

    private static IOperation? TextOf(IInvocationOperation call)
    {
        var isParser = (call.TargetMethod.ContainingType?.Name, call.TargetMethod.Name) is
            ("JsonSerializer", "Deserialize" or "DeserializeAsync") or ("JsonConvert", "DeserializeObject") or ("JObject" or "JArray" or "JToken" or "JsonDocument" or "JsonNode", "Parse");
        return isParser && call.Arguments.Length > 0 ? call.Arguments.At(0).Value : null;
    }

    // A model that writes no JSON is expected then.
    private static bool IsTried(IOperation call)
    {
        var child = call;
        for (var parent = call.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); child = parent, parent = parent.Parent)
        {
            if (parent is ITryOperation { Catches.IsEmpty: false } attempt && attempt.Body == child)
                return true;
        }
        return false;
    }
}
