using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Ai;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.ValueFlow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Ai;

/// <summary>Finds text of callers that goes to a model with no limit, neither of its own length nor of the answer's.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnboundedPrompt() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY9004",
        category: Category.Ai,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "Text of callers goes to a model without any limit",
        messageFormat: "'{0}', {1}, goes to the model with no limit of its length or of the answer's: one long text, or one that asks for a long answer, costs as much as it likes; set {2}");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.IsTestProject() || !Prompts.AreKnown(types))
            return;
        var untrusted = new Untrusted(types);
        context.RegisterBodyAction(Completion.Words, c => Check(c, types, untrusted), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types, Untrusted untrusted)
    {
        if (Completion.Read((IInvocationOperation)context.Operation) is not { } completion || MayBeLimited(completion))
            return;
        var question = new FlowQuestion(o => IsTyped(o) && WhyOf(o, untrusted) is { Kind: not UntrustKind.Model }, IsShortening) { IsPartClean = true };
        var walk = new FlowWalk(types, question, context.CancellationToken);
        if (walk.Source(completion.Messages) is not { } origin || IsMeasured(origin.Value))
            return;
        context.ReportDiagnostic(Descriptor.At(completion.Call.NameLocation(), origin.Path, origin.Shown.Syntax.ToString(), WhyOf(origin.Value, untrusted)!.Reason, completion.Limit));
    }

    // `question` itself, or the `question.Text` of a request that is read as a whole.
    private static Untrust? WhyOf(IOperation text, Untrusted untrusted) =>
        untrusted.WhyOrCaller(text) ?? (text is IPropertyReferenceOperation { Instance: { } request } && request.Bare() is IParameterReferenceOperation parameter ? untrusted.Why(parameter) : null);

    // Lists of messages are made by other code, which may measure them.
    private static bool IsTyped(IOperation value) => value.Type is { SpecialType: SpecialType.System_String } or { Name: "StringValues" };

    private static bool IsShortening(IMethodSymbol method) =>
        method.Name is "Substring" or "Take" || Begins(method.Name, "Trunc") || Begins(method.Name, "Short") || Begins(method.Name, "Limit");

    private static bool Begins(string name, string word) => name.StartsWith(word, StringComparison.Ordinal);

    // Options that are made elsewhere may well set it.
    private static bool MayBeLimited(Completion completion) => completion.Options switch
    {
        null or { ConstantValue.HasValue: true } or IDefaultValueOperation => false,
        IObjectCreationOperation made => Sets(made, completion.Limit),
        ILocalReferenceOperation local => LocalWrites.OnlyValue(local)?.Bare() is not IObjectCreationOperation made || Sets(made, completion.Limit) || IsSetLater(local, completion.Limit),
        _ => true,
    };

    private static bool Sets(IObjectCreationOperation options, string limit) =>
        options.Arguments.Length > 0 || options.Initializer?.Initializers.Any(i => i is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: var name } } && name == limit) == true;

    private static bool IsSetLater(ILocalReferenceOperation options, string limit)
    {
        foreach (var operation in options.Root().Descendants())
        {
            if (operation is IAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: var name, Instance: { } owner } } && name == limit && owner.IsSamePlace(options))
                return true;
            // Who is handed the options may set it.
            if (operation is IArgumentOperation { Value: var passed } && passed.IsSamePlace(options) && operation.Parent is IInvocationOperation call && Completion.Read(call) is null)
                return true;
        }
        return false;
    }

    // `if (question.Length > 500) return …`, `[StringLength(500)]`
    private static bool IsMeasured(IOperation text)
    {
        var symbol = text switch
        {
            IParameterReferenceOperation parameter => (ISymbol)parameter.Parameter,
            IMemberReferenceOperation member => member.Member,
            _ => null,
        };
        if (symbol is not null && symbol.GetAttributes().Any(a => a.AttributeClass?.Name is "StringLengthAttribute" or "MaxLengthAttribute" or "LengthAttribute"))
            return true;
        foreach (var operation in text.Root().Descendants())
        {
            if (operation is IPropertyReferenceOperation { Property.Name: "Length", Instance: { } measured } && measured.IsSamePlace(text))
                return true;
            if (operation is IInvocationOperation { TargetMethod.Name: var name } call && (Has(name, "Length") || Has(name, "Token") || Has(name, "Valid")) && call.Arguments.Any(a => a.Value.IsSamePlace(text)))
                return true;
        }
        return false;
    }

    private static bool Has(string name, string word) => name.IndexOf(word, StringComparison.Ordinal) >= 0;
}
