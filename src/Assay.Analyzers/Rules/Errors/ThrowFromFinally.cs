using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Errors;

/// <summary>Finds throws in code that runs while another exception may be on its way: it would hide that one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ThrowFromFinally() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY3007",
        category: Category.Errors,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "An exception thrown while cleaning up hides the first one",
        messageFormat: "When {0}, this {1} replaces the exception on its way: why it failed first is lost");

    private static readonly Words s_finally = Words.Of("finally");

    private static readonly Words s_words = Words.Of("finally", "Dispose", "DisposeAsync", "DisposeAsyncCore", "DisposeCore");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.Exception is not null)
            context.RegisterBodyAction(s_words, MayCleanUp, c => Check(c, types), OperationKind.Throw, OperationKind.Invocation);
    }

    // A body that disposes of something else is no disposal itself.
    private static bool MayCleanUp(MemberBody body, CancellationToken cancellationToken) =>
        body.Syntax is MethodDeclarationSyntax { Identifier.ValueText: "Dispose" or "DisposeAsync" or "DisposeAsyncCore" or "DisposeCore" }
        || WordIndex.Of(body.Model.SyntaxTree, cancellationToken).Has(s_finally, body.Span);

    private static void Check(OperationAnalysisContext context, KnownTypes types)
    {
        if (context.Operation is IInvocationOperation call && !AlwaysThrows(call, types, context.CancellationToken))
            return;
        // A throw in a lambda is thrown where the lambda is called.
        if (PlaceOf(context.Operation) is not { } place)
            return;
        if (place.Attempt is { } attempt)
        {
            // `if (succeeded) throw …`: nothing else is on its way then.
            if (place.Condition is { } condition && TestsOutcome(condition, attempt))
                return;
            Report(context, place.Condition is null, "the try fails", attempt.Syntax.GetFirstToken().GetLocation());
            return;
        }
        // A type that cannot be disposed says so, whoever asks.
        if (context.ContainingSymbol is not IMethodSymbol method || !IsDispose(method, types) || SaysNotSupported(context.Operation, types))
            return;
        Report(context, isSure: false, "a using block ends with an exception", null);
    }

    private static void Report(OperationAnalysisContext context, bool isSure, string when, Location? other) =>
        context.ReportDiagnostic(Descriptor.At(
            context.Operation.Syntax.GetLocation(),
            isSure ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
            other is null ? [] : [other],
            properties: null,
            when,
            context.Operation is IInvocationOperation call ? $"call of '{call.TargetMethod.Name}'" : "throw"));

    // The try whose finally block holds the operation, or none, and the nearest condition on the way; null where it is caught at once.
    private static (ITryOperation? Attempt, IOperation? Condition)? PlaceOf(IOperation operation)
    {
        IOperation? condition = null;
        var child = operation;
        for (var parent = operation.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case ITryOperation attempt when attempt.Finally == child:
                    return (attempt, condition);
                case ITryOperation { Catches.IsEmpty: false } attempt when attempt.Body == child:
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return null;
                case IConditionalOperation choice:
                    condition ??= choice.Condition;
                    break;
                case ICatchClauseOperation or ISwitchOperation or ISwitchExpressionOperation or ILoopOperation or ICoalesceOperation or IConditionalAccessOperation:
                    condition ??= parent;
                    break;
            }
        }
        return (null, condition);
    }

    // Whether the condition reads a variable that the try or its handlers write.
    private static bool TestsOutcome(IOperation condition, ITryOperation attempt)
    {
        foreach (var read in condition.DescendantsAndSelf())
        {
            if (VariableUses.Variable(read) is { } variable && IsWritten(variable, attempt))
                return true;
        }
        return false;
    }

    private static bool IsWritten(ISymbol variable, ITryOperation attempt)
    {
        foreach (var operation in attempt.Descendants())
        {
            var target = operation switch
            {
                IAssignmentOperation assignment => assignment.Target,
                IIncrementOrDecrementOperation step => step.Target,
                IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref } argument => argument.Value,
                _ => null,
            };
            if (target is not null && variable.Is(VariableUses.Variable(target)))
                return true;
        }
        return false;
    }

    private static bool IsDispose(IMethodSymbol method, KnownTypes types) =>
        method.Name is "Dispose" or "DisposeAsync" or "DisposeAsyncCore" or "DisposeCore"
        && (method.ContainingType.IsOrInherits(types["System.IDisposable"]) || method.ContainingType.IsOrInherits(types["System.IAsyncDisposable"]));

    private static bool SaysNotSupported(IOperation operation, KnownTypes types) => operation is IThrowOperation thrown
        // A bare `throw;` lets an exception of the disposal itself go on.
        && (thrown.Exception?.Bare().Type is not { } type
            || type.IsOrInherits(types["System.NotSupportedException"])
            || type.Is(types["System.NotImplementedException"])
            // Disposed of twice: the first time nothing was thrown.
            || type.Is(types["System.ObjectDisposedException"]));

    // A helper that says so, or whose whole body is a throw.
    private static bool AlwaysThrows(IInvocationOperation call, KnownTypes types, CancellationToken cancellationToken)
    {
        var method = call.TargetMethod;
        if (!method.Name.StartsWith("Throw", StringComparison.Ordinal) && !method.Name.StartsWith("Fail", StringComparison.Ordinal) && !method.Name.StartsWith("Raise", StringComparison.Ordinal))
            return false;
        foreach (var attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass is { Name: "DoesNotReturnAttribute" })
                return true;
        }
        return types.BodyOf(method, cancellationToken) is IBlockOperation body
            && body.Operations.LastOrDefault() is IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation } or IReturnOperation { ReturnedValue: IThrowOperation }
            && !body.Descendants().Any(o => o is IReturnOperation { ReturnedValue: not IThrowOperation });
    }
}
