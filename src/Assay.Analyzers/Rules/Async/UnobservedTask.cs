using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Async;

/// <summary>Finds tasks that nobody awaits, keeps or hands on: their exceptions vanish and their end is not waited for.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnobservedTask() : RuleAnalyzer(Descriptor)
{
    private const string GoesUnseen = ", and an exception in it goes unseen";

    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY1005",
        category: Category.Async,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A dropped task takes its exception with it",
        messageFormat: "The task of '{0}' is {1}: nothing waits for it{2}");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.Task is null)
            return;
        var check = new Check(types);
        var gate = new DropGate(new DroppedTasks(types));
        context.RegisterBodyAction(null, gate.MayDropStatement, check.Statement, OperationKind.ExpressionStatement);
        context.RegisterBodyAction(null, gate.MayDropLocal, check.Local, OperationKind.VariableDeclarator);
    }

    /// <summary>Set on findings in code that says the task is meant to be dropped: awaiting it is not the cure.</summary>
    internal const string Meant = nameof(Meant);

    private static readonly ImmutableDictionary<string, string?> s_meant = ImmutableDictionary<string, string?>.Empty.Add(Meant, null);

    private sealed class Check(KnownTypes types)
    {
        private readonly DroppedTasks _dropped = new(types);

        public void Statement(OperationAnalysisContext context)
        {
            var expression = ((IExpressionStatementOperation)context.Operation).Operation;
            // A call without a value, which most statements are.
            if (expression.Type is null or { SpecialType: SpecialType.System_Void })
                return;
            switch (expression)
            {
                case ISimpleAssignmentOperation { Target: IDiscardOperation } discard when _dropped.IsDroppable(discard.Value.Type):
                    Discard(context, discard.Value, expression.Syntax);
                    break;
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var local } } assignment when _dropped.IsDroppable(local.Type):
                    Kept(context, local, assignment.Value);
                    break;
                case IInvocationOperation or IConditionalAccessOperation when _dropped.IsDroppable(expression.Type):
                    Dropped(context, expression);
                    break;
            }
        }

        public void Local(OperationAnalysisContext context)
        {
            var declarator = (IVariableDeclaratorOperation)context.Operation;
            if (!_dropped.IsDroppable(declarator.Symbol.Type) || declarator.GetVariableInitializer() is not { } initializer)
                return;
            // A `using` disposes the task: it is read at the end of the block.
            if (declarator.Symbol.IsRef || declarator.Symbol.IsUsing)
                return;
            Kept(context, declarator.Symbol, initializer.Value);
        }

        private void Dropped(OperationAnalysisContext context, IOperation expression)
        {
            if (Lost(context, expression) is not { } call)
                return;
            var isSilenced = SilencesCompiler(expression.Syntax);
            if (_dropped.CatchesItself(call, context.CancellationToken))
            {
                // In async code the await may be forgotten; elsewhere, or where work is put on another thread, nothing else
                // can be written and nothing is lost.
                if (!isSilenced && expression.EnclosingFunction(context.ContainingSymbol) is { IsAsync: true } && _dropped.StartedDelegate(call) is null)
                    context.ReportDiagnostic(Descriptor.At(expression.Syntax.GetLocation(), DiagnosticSeverity.Info, [], null, NameOf(call), "dropped", ""));
                return;
            }
            Report(context, isSilenced || _dropped.IsScheduled(call) || DroppedTasks.IsWrittenToDrop(call), expression.Syntax, call, "dropped");
        }

        private void Discard(OperationAnalysisContext context, IOperation value, SyntaxNode place)
        {
            if (Lost(context, value) is { } call && !_dropped.CatchesItself(call, context.CancellationToken))
                Report(context, isMeant: true, place, call, "discarded");
        }

        private void Kept(OperationAnalysisContext context, ILocalSymbol local, IOperation value)
        {
            if (Lost(context, value) is not { } call || IsRead(local, context.Operation))
                return;
            if (_dropped.CatchesItself(call, context.CancellationToken))
                return;
            // `var _ = X();` is how a discard was written before there were discards.
            if (local.Name.Trim('_').Length == 0)
            {
                Discard(context, value, value.Syntax);
                return;
            }
            Report(context, isMeant: false, value.Syntax, call, $"kept in '{local.Name}', which is never read");
        }

        /// <summary>The call that starts work nobody holds; null when there is none, or somebody sees to it.</summary>
        private IInvocationOperation? Lost(OperationAnalysisContext context, IOperation value)
        {
            if (DroppedTasks.StartedBy(value) is not { } call || _dropped.IsObserved(call, context.CancellationToken))
                return null;
            // A task of a task from StartNew is the finding of ASSAY1010.
            if (call.TargetMethod.Name == "StartNew" && call.Type is INamedTypeSymbol { Arity: 1 } task && types.IsTaskLike(task.TypeArguments[0]))
                return null;
            // A continuation handed to an awaiter reports through the task it continues.
            if (context.ContainingSymbol is IMethodSymbol { Name: "OnCompleted" or "UnsafeOnCompleted" })
                return null;
            if (call.IsInUnboundLambda() || types.IsInExpressionTree(call) || call.IsRecordedByMock() || types.IsExpectedToThrow(call))
                return null;
            return call;
        }

        private static void Report(OperationAnalysisContext context, bool isMeant, SyntaxNode place, IInvocationOperation call, string how) =>
            context.ReportDiagnostic(Descriptor.At(
                place.GetLocation(),
                isMeant ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning,
                [],
                isMeant ? s_meant : null,
                NameOf(call),
                how,
                GoesUnseen));
    }

    private static bool IsRead(ILocalSymbol local, IOperation from)
    {
        foreach (var operation in from.Root().Descendants())
        {
            if (operation is not ILocalReferenceOperation reference || !reference.Local.Is(local))
                continue;
            var isWrite = operation.Parent is ISimpleAssignmentOperation { Parent: IExpressionStatementOperation } assignment && assignment.Target == operation;
            if (!isWrite)
                return true;
        }
        return false;
    }

    /// <summary>Whether a pragma switches off the compiler's own warning about the dropped call, which says that it is meant.</summary>
    private static bool SilencesCompiler(SyntaxNode dropped)
    {
        if (!dropped.SyntaxTree.GetRoot().ContainsDirectives)
            return false;
        var silent = false;
        foreach (var trivia in dropped.SyntaxTree.GetRoot().DescendantTrivia(node => node.ContainsDirectives && node.FullSpan.Start < dropped.SpanStart))
        {
            if (trivia.SpanStart > dropped.SpanStart)
                break;
            if (trivia.GetStructure() is not PragmaWarningDirectiveTriviaSyntax { IsActive: true } pragma)
                continue;
            foreach (var code in pragma.ErrorCodes)
            {
                if (code.ToString() is "CS4014" or "4014")
                    silent = pragma.DisableOrRestoreKeyword.IsKind(SyntaxKind.DisableKeyword);
            }
        }
        return silent;
    }

    private static string NameOf(IInvocationOperation dropped)
    {
        var call = DroppedTasks.OriginOf(dropped);
        if (call.TargetMethod.MethodKind != MethodKind.DelegateInvoke)
            return call.TargetMethod.Name;
        var instance = call.Instance is IConditionalAccessInstanceOperation placeholder ? placeholder.Syntax : call.Instance?.Syntax;
        return instance switch
        {
            IdentifierNameSyntax name => name.Identifier.ValueText,
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
            _ => "Invoke",
        };
    }
}
