using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Tasks;
using Assay.Analyzers.Semantics.Tokens;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Analyzers.Rules.Async;

/// <summary>Finds awaits that nothing bounds: no token, no timeout, and somebody else has to act for them to end.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnboundedWait() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY1007",
        category: Category.Async,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "A wait has neither a token nor a timeout",
        messageFormat: "'{0}' waits until {1}, for ever if that never happens: {2}");

    private static readonly Words s_calls = Words.Of(
        "WaitAsync", "ReadAsync", "WaitForExitAsync", "GetAsync", "PostAsync", "PutAsync", "PatchAsync", "DeleteAsync", "SendAsync", "GetStringAsync", "GetStreamAsync", "GetByteArrayAsync");

    private static readonly Words s_task = Words.Of("Task");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.CancellationToken is null || types.IsTestProject())
            return;
        var waits = new UnboundedWaits(types);
        context.RegisterBodyAction(s_calls, c => Check(c, types, waits, ofCalls: true), OperationKind.Await);
        context.RegisterBodyAction(s_task, MayReadTask, c => Check(c, types, waits, ofCalls: false), OperationKind.Await);
    }

    // Most bodies with the word name the type; only a member is read behind a dot.
    private static bool MayReadTask(MemberBody body, CancellationToken cancellationToken)
    {
        var index = WordIndex.Of(body.Model.SyntaxTree, cancellationToken);
        var text = body.Model.SyntaxTree.GetText(cancellationToken);
        for (var at = index.Find(s_task, body.Span, after: -1); at >= 0; at = index.Find(s_task, body.Span, at))
        {
            if (IsBehindDot(text, at))
                return true;
        }
        return false;
    }

    private static bool IsBehindDot(SourceText text, int at)
    {
        do
            at--;
        while (at >= 0 && (char.IsWhiteSpace(text[at]) || text[at] == '@'));
        return at >= 0 && text[at] == '.';
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types, UnboundedWaits waits, bool ofCalls)
    {
        if (waits.Of((IAwaitOperation)context.Operation) is not var (wait, name, until) || wait is IInvocationOperation != ofCalls)
            return;
        // A program that waits for its end has nothing else to do.
        if (context.ContainingSymbol is IMethodSymbol { IsStatic: true, Name: "Main" or WellKnownMemberNames.TopLevelStatementsEntryPointMethodName })
            return;
        var token = types.TokenAt(wait, context.ContainingSymbol);
        // A call that could take the token in scope is the business of TokenNotForwarded; a source has no such parameter.
        if (token is not null && wait is IInvocationOperation || IsBoundedElsewhere(wait))
            return;
        context.ReportDiagnostic(Descriptor.At(wait.Syntax.GetLocation(), name, until, token is null ? "take a CancellationToken, or wait with a timeout" : $"wait with '{token.Expression}'"));
    }

    // `token.Register(() => source.TrySetCanceled())`, `cancellation.CancelAfter(…)`: the wait ends by another way.
    private static bool IsBoundedElsewhere(IOperation wait)
    {
        foreach (var operation in wait.Root().Descendants())
        {
            if (operation is IInvocationOperation { TargetMethod.Name: "Register" or "UnsafeRegister" or "CancelAfter" or "TrySetCanceled" or "SetCanceled" })
                return true;
            // A source made here is handed to whoever completes it.
            if (operation is IObjectCreationOperation { Type.Name: "Timer" or "CancellationTokenSource" })
                return true;
        }
        return false;
    }
}
