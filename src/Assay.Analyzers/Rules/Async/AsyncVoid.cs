using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Async;

/// <summary>Finds async code without a task: async void methods and local functions, and async lambdas given away as void delegates.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AsyncVoid() : RuleAnalyzer(Descriptor)
{
    private const string NoCallerCan = "no caller can wait for it";
    private const string EndsTheProcess = ", and an exception in it ends the process";

    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY1004",
        category: Category.Async,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "Nobody can wait for async void code or catch its exceptions",
        messageFormat: "{0} is async void: {1}{2}");

    private static readonly Words s_async = Words.Of("async");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.Task is null)
            return;
        var check = new Check(types);
        context.RegisterBodyAction(s_async, IsAsyncVoid, check.Method, OperationKind.MethodBody);
        context.RegisterBodyAction(s_async, HoldsAsync, check.LocalFunction, OperationKind.LocalFunction);
        context.RegisterBodyAction(s_async, HoldsAsync, check.Lambda, OperationKind.AnonymousFunction);
    }

    private static bool IsAsyncVoid(MemberBody body, CancellationToken cancellationToken) =>
        body.Owner(cancellationToken) is IMethodSymbol { IsAsync: true, ReturnsVoid: true };

    private static bool HoldsAsync(MemberBody body, CancellationToken cancellationToken) =>
        WordIndex.Of(body.Syntax.SyntaxTree, cancellationToken).Has(s_async, body.Inner);

    private sealed class Check(KnownTypes types)
    {
        private readonly EventHandlers _handlers = new(types);
        private readonly Containment _containment = new(types, seenMayLeave: false);

        public void Method(OperationAnalysisContext context)
        {
            if (context.ContainingSymbol is not IMethodSymbol { IsAsync: true, ReturnsVoid: true } method)
                return;
            var body = (IMethodBodyOperation)context.Operation;
            if (context.Operation.Syntax is MethodDeclarationSyntax declaration)
                Function(context, method, body.BlockBody ?? body.ExpressionBody, declaration.Identifier.GetLocation());
        }

        public void LocalFunction(OperationAnalysisContext context)
        {
            var local = (ILocalFunctionOperation)context.Operation;
            if (local.Symbol is { IsAsync: true, ReturnsVoid: true } && local.Syntax is LocalFunctionStatementSyntax declaration)
                Function(context, local.Symbol, local.Body, declaration.Identifier.GetLocation());
        }

        private void Function(OperationAnalysisContext context, IMethodSymbol method, IOperation? body, Location place)
        {
            // Events return void; an async handler has no other form.
            if (_handlers.HasHandlerShape(method) || ImplementsExecuteOfCommand(method))
                return;
            var contained = _containment.CatchesEverything(body, context.CancellationToken);
            // `async void Forget(this Task task)` with a catch is where dropped tasks go to be observed.
            if (contained && TakesTask(method))
                return;
            if (_handlers.IsUsedAsHandler(method, context.CancellationToken))
                return;
            // The signature is another's: the base class, the interface or the generator would have to change.
            var severity = contained || method.HasGivenSignature() ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning;
            Report(context, severity, place, $"'{method.Name}'", NoCallerCan, contained);
        }

        public void Lambda(OperationAnalysisContext context)
        {
            var lambda = (IAnonymousFunctionOperation)context.Operation;
            if (lambda.Symbol is not { IsAsync: true, ReturnsVoid: true })
                return;
            // In code that does not bind, the delegate type is a guess.
            if (lambda.Parent is not IDelegateCreationOperation { Type: INamedTypeSymbol type } made || made.Parent is null or IInvalidOperation)
                return;
            if (_handlers.IsHandler(made))
                return;
            var receiver = ReceiverOf(made);
            // The loop returns before the bodies have run, caught exceptions or not.
            var contained = !IsLoop(receiver) && _containment.CatchesEverything(lambda.Body, context.CancellationToken);
            var severity = contained || IsCommand(receiver) || IsOwnPump(receiver) ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning;
            var waits = receiver is null ? $"whoever calls the '{type.Name}' cannot wait for it" : $"'{NameOf(receiver)}' does not wait for it";
            Report(context, severity, AsyncKeywordOf(lambda), "This async lambda", waits, contained);
        }

        private static void Report(OperationAnalysisContext context, DiagnosticSeverity severity, Location place, string what, string waits, bool contained) =>
            context.ReportDiagnostic(Descriptor.At(place, severity, [], null, what, waits, contained ? "" : EndsTheProcess));

        private bool TakesTask(IMethodSymbol method)
        {
            foreach (var parameter in method.Parameters)
            {
                if (types.IsTaskLike(parameter.Type))
                    return true;
            }
            return false;
        }

        private bool ImplementsExecuteOfCommand(IMethodSymbol method) =>
            types["System.Windows.Input.ICommand"] is { } command
            && method.ContainingType is { } type
            && command.GetMembers("Execute").FirstOrDefault() is { } execute
            && type.FindImplementationForInterfaceMember(execute).Is(method);

        // A synchronization context of the compilation pumps its own messages, and throws what comes out of them where it pumps.
        private bool IsOwnPump(IMethodSymbol? receiver) =>
            receiver is { Name: "Post" or "Send", ContainingType: var type }
            && type.Locations.Any(l => l.IsInSource)
            && type.IsOrInherits(types["System.Threading.SynchronizationContext"]);

        // `new RelayCommand(async () => …)` is what ICommand.Execute runs.
        private bool IsCommand(IMethodSymbol? receiver) =>
            receiver is { MethodKind: MethodKind.Constructor } && receiver.ContainingType.IsOrInherits(types["System.Windows.Input.ICommand"]);
    }

    /// <summary>The method or constructor that the delegate is an argument of.</summary>
    private static IMethodSymbol? ReceiverOf(IDelegateCreationOperation made)
    {
        var parent = made.Parent;
        while (parent is IConversionOperation or IParenthesizedOperation or IArrayInitializerOperation or IArrayCreationOperation { IsImplicit: true })
            parent = parent.Parent;
        return parent is not IArgumentOperation argument ? null : argument.Parent switch
        {
            IInvocationOperation call => call.TargetMethod,
            IObjectCreationOperation creation => creation.Constructor,
            _ => null,
        };
    }

    private static bool IsLoop(IMethodSymbol? receiver) =>
        receiver is { Name: "ForEach" or "For" or "Invoke", ContainingType.Name: "Parallel" or "List" or "Array" or "ImmutableList" or "ParallelEnumerable" };

    private static string NameOf(IMethodSymbol receiver)
    {
        if (receiver.MethodKind == MethodKind.Constructor)
            return $"new {receiver.ContainingType.Name}";
        return receiver.MethodKind == MethodKind.LocalFunction ? receiver.Name : $"{receiver.ContainingType.Name}.{receiver.Name}";
    }

    private static Location AsyncKeywordOf(IAnonymousFunctionOperation lambda) =>
        lambda.Syntax is AnonymousFunctionExpressionSyntax syntax ? syntax.AsyncKeyword.GetLocation() : lambda.Syntax.GetLocation();
}
