using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Http;
using Assay.Analyzers.Semantics.ValueFlow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Api;

/// <summary>Finds what a server tells its clients about the exceptions inside it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ExceptionDetailsToClient() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY6001",
        category: Category.Api,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "Details of an exception are sent to the client",
        messageFormat: "'{0}' is sent to the client: {1}");

    private static readonly string[] s_forDevelopers = ["Develop", "Debug", "Detail", "IsLocal", "Verbose", "ExposeE", "ShowE", "IncludeE"];

    private static readonly Words s_exceptions = Words.Of("*Exception", "catch", "Error");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.IsTestProject() || ResponseSinks.Of(types) is not { } sinks)
            return;
        var details = new ExceptionDetails(types);
        context.RegisterBodyAction(ResponseSinks.Words, MentionsExceptions, c => Check(c, sinks, details, types), ResponseSinks.Kinds);
    }

    private static bool MentionsExceptions(MemberBody body, CancellationToken cancellationToken) =>
        WordIndex.Of(body.Model.SyntaxTree, cancellationToken).Has(s_exceptions, body.Span);

    private static void Check(OperationAnalysisContext context, ResponseSinks sinks, ExceptionDetails details, KnownTypes types)
    {
        FlowWalk? walk = null;
        FlowOrigin? worst = null;
        foreach (var answer in sinks.Read(context.Operation))
        {
            walk ??= new FlowWalk(types, new FlowQuestion(details.IsDetail, Sanitizers.Read("", isForPrompts: false).Cleans), context.CancellationToken);
            foreach (var origin in walk.Origins(answer))
            {
                if (origin.IsSource && !IsForDevelopers(origin.Value) && (worst is null || Weight(origin, details) > Weight(worst, details)))
                    worst = origin;
            }
        }
        // What only developers see may tell them everything.
        if (worst is null || IsForDevelopers(context.Operation) || SaysDevelopment(context.ContainingSymbol.ContainingType?.Name ?? ""))
            return;
        var weight = Weight(worst, details);
        var severity = weight == 0 ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning;
        context.ReportDiagnostic(Descriptor.At(worst.Shown.Syntax.GetLocation(), severity, worst.Path.Add(context.Operation.Syntax.GetLocation()), properties: null, worst.Shown.Syntax.ToString(), Consequence(weight)));
    }

    private static int Weight(FlowOrigin origin, ExceptionDetails details) =>
        origin.Value is not IPropertyReferenceOperation { Property.Name: "Message" } ? 2 : details.IsPublicMessage(origin.Value) ? 0 : 1;

    private static string Consequence(int weight) => weight switch
    {
        0 => "make sure that each such message is written for clients, and tells nothing about the inside of the program",
        1 => "what a driver, a file system or another service says about the inside of the program becomes public; log the exception and answer with a text of your own",
        _ => "its stack, its inner exceptions and the paths and names in them show how the program is built; log the exception and answer with a text of your own",
    };

    // `if (environment.IsDevelopment())`, `_options.IncludeExceptionDetails ? … : null`
    private static bool IsForDevelopers(IOperation operation)
    {
        foreach (var control in Controls.Over(operation))
        {
            foreach (var part in control.Condition.DescendantsAndSelf())
            {
                var name = part switch
                {
                    IInvocationOperation call => call.TargetMethod.Name,
                    IMemberReferenceOperation member => member.Member.Name,
                    ILocalReferenceOperation local => local.Local.Name,
                    IParameterReferenceOperation parameter => parameter.Parameter.Name,
                    _ => null,
                };
                if (name is not null && SaysDevelopment(name) && (control.Implies(part) || SaysProduction(name) && control.Excludes(part)))
                    return true;
            }
        }
        return false;
    }

    private static bool SaysDevelopment(string name) => SaysProduction(name) || Array.Exists(s_forDevelopers, word => Has(name, word));

    private static bool SaysProduction(string name) => Has(name, "Production");

    private static bool Has(string name, string word) => name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0;
}
