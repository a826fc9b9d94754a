using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Resources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Resources;

/// <summary>Finds timers that nothing holds, which the next garbage collection stops.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CollectedTimer() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY8004",
        category: Category.Resources,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A timer that nothing holds stops at the next garbage collection",
        messageFormat: "Nothing holds this timer after '{0}' has started it: the next garbage collection stops it silently, and {1} is not called again; keep it in a field");

    private static readonly Words s_words = Words.Of("Timer");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types["System.Threading.Timer"] is { } timer)
            context.RegisterBodyAction(s_words, c => Check(c, timer), OperationKind.ObjectCreation);
    }

    private static void Check(OperationAnalysisContext context, INamedTypeSymbol timer)
    {
        var made = (IObjectCreationOperation)context.Operation;
        // Made without a state, a timer is its own state: the queue that runs it holds it while it is set.
        if (!made.Type.Is(timer) || made.Arguments.Length < 4)
            return;
        var (how, local) = Holdings.Of(made);
        // What others hold is theirs, and a using is the author's word for when the timer ends.
        if (how is Holding.Other or Holding.Using)
            return;
        var isStartedLater = how == Holding.Expression;
        if (local is not null)
        {
            var life = LocalLife.Of(local, made);
            // A closure holds what it captures; the timer's own callback is one that its queue holds.
            if (life.Leaves || life.IsDisposed || life.Captured.Count > 0)
                return;
            foreach (var use in life.Uses)
            {
                // `timer.Change(Timeout.Infinite, …)` at the end of the work: the local holds it until then.
                if (use is IInvocationOperation { TargetMethod.Name: "Change", Arguments: { Length: > 0 } change } && IsNever(Argument(change, 0)))
                    return;
                isStartedLater = true;
            }
        }
        // A timer that is never set has nothing to lose.
        if (!isStartedLater && IsNever(Argument(made.Arguments, 2)))
            return;
        // Once and at once: it has mostly fired before anything is collected.
        var severity = IsZero(Argument(made.Arguments, 2)) && IsNever(Argument(made.Arguments, 3)) ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning;
        context.ReportDiagnostic(Descriptor.At(made.Syntax.GetLocation(), severity, [], null, context.ContainingSymbol.WrittenName(), CallbackName(made)));
    }

    private static IOperation? Argument(System.Collections.Immutable.ImmutableArray<IArgumentOperation> arguments, int ordinal)
    {
        foreach (var argument in arguments)
        {
            if (argument.Parameter?.Ordinal == ordinal)
                return argument.Value.Bare();
        }
        return null;
    }

    private static bool IsNever(IOperation? time) => time switch
    {
        { ConstantValue: { HasValue: true, Value: -1 or -1L or uint.MaxValue } } => true,
        IFieldReferenceOperation { Field.Name: "InfiniteTimeSpan" } => true,
        IInvocationOperation { TargetMethod: { Name: "FromMilliseconds", ContainingType.Name: "TimeSpan" }, Arguments: { Length: > 0 } arguments } =>
            arguments.At(0).Value.Bare().ConstantValue is { HasValue: true, Value: -1 or -1L or -1.0 },
        _ => false,
    };

    private static bool IsZero(IOperation? time) => time switch
    {
        { ConstantValue: { HasValue: true, Value: 0 or 0L or 0u } } => true,
        IFieldReferenceOperation { Field: { Name: "Zero", ContainingType.Name: "TimeSpan" } } => true,
        _ => false,
    };

    private static string CallbackName(IObjectCreationOperation made)
    {
        var callback = Argument(made.Arguments, 0);
        while (callback is IDelegateCreationOperation created)
            callback = created.Target;
        return callback is IMethodReferenceOperation { Method: { MethodKind: not MethodKind.AnonymousFunction } method } ? $"'{method.Name}'" : "its callback";
    }
}
