using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Requests;
using Assay.Analyzers.Semantics.Resources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Resources;

/// <summary>Finds cancellation sources with a timer or a link to another token that nobody disposes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UndisposedTokenSource() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY8005",
        category: Category.Resources,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A CancellationTokenSource with a timer or a link is not disposed",
        messageFormat: "{0} is not disposed: {1}");

    /// <summary>Set where the work is over when the function is, so that a using serves.</summary>
    public const string CanBeUsing = "CanBeUsing";

    private static readonly ImmutableDictionary<string, string?> s_canBeUsing = ImmutableDictionary<string, string?>.Empty.Add(CanBeUsing, null);

    private static readonly Words s_words = Words.Of("CancellationTokenSource");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // A test process ends before its sources matter.
        if (types["System.Threading.CancellationTokenSource"] is null || types.IsTestProject())
            return;
        var sources = new TokenSources(types);
        context.RegisterBodyAction(s_words, c => Check(c, types, sources), OperationKind.ObjectCreation, OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types, TokenSources sources)
    {
        var made = context.Operation;
        var tie = sources.TieOf(made);
        if (tie is null && !sources.IsPlain(made))
            return;
        var (how, local) = Holdings.Of(made);
        if (how == Holding.Expression)
        {
            if (tie is not null && made.Parent is IPropertyReferenceOperation { Property.Name: "Token" } token)
                Report(context, tie, null, sources.UseOf(token));
            return;
        }
        // A field's owner, a caller or a using takes care of it.
        if (how != Holding.Local || local is null)
            return;
        var life = LocalLife.Of(local, made);
        if (life.IsDisposed || life.Leaves || life.Captured.Any(c => MayOutlive(c, types)))
            return;
        var use = TokenUse.Stays;
        foreach (var one in life.Uses)
        {
            tie ??= TokenSources.TimerOf(one);
            if (one is IPropertyReferenceOperation { Property.Name: "Token" } token && sources.UseOf(token) is var found && found > use)
                use = found;
        }
        // What is made once in the life of a process can leak once.
        if (tie is not null && !types.RunsOnce(made, context.ContainingSymbol))
            Report(context, tie, local, use);
    }

    private static void Report(OperationAnalysisContext context, SourceTie tie, ILocalSymbol? local, TokenUse use)
    {
        // Whoever got the token may need the timer, and when it has fired nothing is left.
        if (use == TokenUse.Leaves && tie.Parent is null)
            return;
        var severity = use == TokenUse.Leaves ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning;
        var subject = local is null ? "This source" : $"'{local.Name}'";
        context.ReportDiagnostic(Descriptor.At(context.Operation.Syntax.GetLocation(), severity, [], use == TokenUse.Stays ? s_canBeUsing : null, subject, tie.Parent is { } parent ? Link(parent) : Timer(tie)));
    }

    // A token that outlives the call keeps all registrations; one of a request lets them go with the request.
    private static string Link(IOperation parent) => TokenSources.IsLongLived(parent)
        ? $"it stays registered with '{parent.Syntax}', which outlives this call, and every further call leaves another registration there"
        : $"it stays registered with '{parent.Syntax}' for as long as the source of that token lives";

    private static string Timer(SourceTie tie) =>
        tie.Delay is { ConstantValue.HasValue: true } delay
            ? $"its timer runs on for up to {delay.ConstantValue.Value} ms after the work is done, and every call adds one"
            : $"its timer runs on for up to '{tie.Delay!.Syntax}' after the work is done, and every call adds one";

    // In a lambda that runs within the call, the token alone may be read.
    private static bool MayOutlive(IOperation captured, KnownTypes types)
    {
        if (captured.Parent is not IPropertyReferenceOperation { Property.Name: "Token" })
            return true;
        for (var parent = captured.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILocalFunctionOperation || parent is IAnonymousFunctionOperation lambda && !types.RunsWithinMember(lambda))
                return true;
        }
        return false;
    }
}
