using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.EntityFramework;
using Assay.Analyzers.Semantics.SharedState;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Data;

/// <summary>Finds contexts and connections that two pieces of work use at once, or that live as long as the program.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ConcurrentDbContext() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY5007",
        category: Category.Data,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A DbContext or connection is used by several at once",
        messageFormat: "{0}");

    private static readonly Words s_words = Words.Of("WhenAll", "WhenAny", "Parallel", "Run", "StartNew", "await");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var entities = EntityTypes.Of(types);
        if (types.IsTestProject() || entities is null && types["Dapper.SqlMapper"] is null)
            return;
        var uses = new ContextUses(types, entities);
        context.RegisterBodyAction(s_words, c => Check(c, uses), OperationKind.Invocation);
        if (entities is not null)
            context.RegisterSymbolAction(c => CheckHolder(c, entities), SymbolKind.NamedType);
    }

    private static void Check(OperationAnalysisContext context, ContextUses uses)
    {
        var call = (IInvocationOperation)context.Operation;
        var token = context.CancellationToken;
        if (CheckCrowd(context, call, uses) || CheckDetached(context, call, uses))
            return;
        if (Gathered(call) is { } turn && uses.Of(call, token) is { } gathered && !IsWithin(gathered.Owner, turn))
            Report(context, call.NameLocation(), turn.Syntax.GetFirstToken().GetLocation(), $"Each turn starts another '{call.TargetMethod.Name}' on '{gathered.Owner.Name}' and none is awaited before the next: {Kind(gathered.Type)} serves one call at a time and throws, or mixes up its state; await each, or give each its own from an IDbContextFactory or a scope");
        else if (IsAwaitedLater(call) && uses.Of(call, token) is { } first && Overlapping(call, first, uses, token) is { } second)
            Report(context, second.NameLocation(), call.Syntax.GetLocation(), $"'{second.TargetMethod.Name}' uses '{first.Owner.Name}' while '{call.TargetMethod.Name}' from line {call.NameLocation().Line()} is still running on it: {Kind(first.Type)} serves one call at a time and throws, or mixes up its state; await one before the next, or give each its own");
    }

    private static void Report(OperationAnalysisContext context, Location place, Location other, string message) =>
        context.ReportDiagnostic(Descriptor.At(place, [other], message));

    private static string Kind(ITypeSymbol type) => type.Name.EndsWith("Connection", StringComparison.Ordinal) ? "a connection" : $"a '{type.Name}'";

    // The task is kept or handed on, so that the code goes on while it runs.
    private static bool IsAwaitedLater(IInvocationOperation call)
    {
        if (Awaitables.AwaitedType(call.Type) is null || call.DirectAwait() is not null)
            return false;
        return call.Parent is IVariableInitializerOperation || IsOfWhenAll(call);
    }

    // `tasks.Add(db.Users.FindAsync(id).AsTask())` in a loop that awaits nothing, `Task.WhenAll(ids.Select(id => db.Users.FirstAsync(…)))`
    private static IOperation? Gathered(IInvocationOperation call)
    {
        if (Awaitables.AwaitedType(call.Type) is null)
            return null;
        var task = call.Parent is IInvocationOperation { TargetMethod.Name: "AsTask" } converted ? converted : call;
        if (task.Parent is IReturnOperation { Parent: IBlockOperation { Parent: IAnonymousFunctionOperation { Symbol.IsAsync: false, Parent: IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation select } } } lambda } })
            return select.TargetMethod is { Name: "Select", ContainingType.Name: "Enumerable" } && IsOfWhenAll(Copied(select)) ? lambda : null;
        if (task.Parent is not IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "Add", Instance: ILocalReferenceOperation { Local: var tasks } } })
            return null;
        for (var parent = call.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); parent = parent.Parent)
        {
            if (parent is ILoopOperation loop)
                return IsWithin(tasks, loop) || loop.Body.Descendants().Any(o => o is IAwaitOperation) ? null : loop.Body;
        }
        return null;
    }

    private static IOperation Copied(IInvocationOperation select)
    {
        IOperation outer = select;
        while (outer.Parent is IConversionOperation or IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "ToList" or "ToArray" } })
            outer = outer.Parent is IArgumentOperation argument ? argument.Parent! : outer.Parent;
        return outer;
    }

    private static bool IsOfWhenAll(IOperation task)
    {
        for (var parent = task.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IInvocationOperation { TargetMethod: { Name: "WhenAll" or "WhenAny" or "WaitAll", ContainingType.Name: "Task" } }:
                    return true;
                case IArgumentOperation or IArrayCreationOperation or IArrayInitializerOperation or ICollectionExpressionOperation or IConversionOperation:
                    continue;
                default:
                    return false;
            }
        }
        return false;
    }

    // The next use of the same context before the task is awaited.
    private static IInvocationOperation? Overlapping(IInvocationOperation first, ContextUse use, ContextUses uses, CancellationToken cancellationToken)
    {
        var local = (first.Parent as IVariableInitializerOperation)?.Parent is IVariableDeclaratorOperation declarator ? declarator.Symbol : null;
        var function = FunctionScope.Around(first);
        var end = local is null ? EndOfStatement(first) : AwaitOf(local, function);
        foreach (var operation in FunctionScope.Own(function).OrderBy(o => o.Syntax.SpanStart))
        {
            if (operation.Syntax.SpanStart < first.Syntax.Span.End || operation is not IInvocationOperation later)
                continue;
            if (operation.Syntax.SpanStart >= end)
                return null;
            if (later != first && !first.Syntax.Span.Contains(later.Syntax.Span) && uses.Of(later, cancellationToken) is { } second && second.Owner.Is(use.Owner) && !AreApart(first, later))
                return later;
        }
        return null;
    }

    private static int EndOfStatement(IOperation operation)
    {
        while (operation.Parent is not (null or IBlockOperation))
            operation = operation.Parent;
        return operation.Syntax.Span.End;
    }

    // A wait of the local's task, or the end of the function.
    private static int AwaitOf(ILocalSymbol local, IOperation function)
    {
        foreach (var operation in FunctionScope.Own(function).OrderBy(o => o.Syntax.SpanStart))
        {
            if (operation is ILocalReferenceOperation reference && reference.Local.Is(local))
                return reference.Syntax.SpanStart;
        }
        return function.Syntax.Span.End;
    }

    // `var task = big ? A() : B();`, the branches of an if.
    private static bool AreApart(IOperation first, IOperation later)
    {
        var child = first;
        for (var parent = first.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            if (!parent.Syntax.Span.Contains(later.Syntax.Span))
                continue;
            return parent is IConditionalOperation or ISwitchOperation or ISwitchExpressionOperation or ICoalesceOperation || Controls.Leaves(child);
        }
        return false;
    }

    // `Task.WhenAll(ids.Select(async id => await db…))`, `Parallel.ForEach`, tasks of a loop.
    private static bool CheckCrowd(OperationAnalysisContext context, IInvocationOperation call, ContextUses uses)
    {
        foreach (var crowd in Crowds.StartedBy(call))
        {
            if (Captured(crowd.Function, crowd.Outside, uses, context.CancellationToken) is not { } use)
                continue;
            Report(context, use.Call.NameLocation(), call.NameLocation(), $"{Upper(crowd.How)} use '{use.Owner.Name}' at the same time: {Kind(use.Type)} serves one call at a time and throws, or mixes up its state; give each its own from an IDbContextFactory or a scope");
            return true;
        }
        return false;
    }

    private static string Upper(string how) => char.ToUpperInvariant(how[0]) + how.Substring(1);

    // The first use within the function of what lives outside of it.
    private static ContextUse? Captured(IOperation function, IOperation outside, ContextUses uses, CancellationToken cancellationToken)
    {
        var body = function is IAnonymousFunctionOperation lambda ? lambda.Body : function;
        ContextUse? found = null;
        foreach (var operation in FunctionScope.Own(body))
        {
            // One at a time comes in.
            if (operation is ILockOperation or IInvocationOperation { TargetMethod.ContainingType.Name: "SemaphoreSlim" })
                return null;
            if (found is null && operation is IInvocationOperation call && uses.Of(call, cancellationToken) is { } use && !IsWithin(use.Owner, outside))
                found = use;
        }
        return found;
    }

    private static bool IsWithin(ISymbol owner, IOperation outside) =>
        owner is ILocalSymbol or IParameterSymbol && owner.DeclaringSyntaxReferences.Any(r => r.SyntaxTree == outside.Syntax.SyntaxTree && outside.Syntax.Span.Contains(r.Span));

    // `_ = Task.Run(async () => await db…)`: the request ends, and with it the scope of the context.
    private static bool CheckDetached(OperationAnalysisContext context, IInvocationOperation call, ContextUses uses)
    {
        if (call.TargetMethod is not { Name: "Run" or "StartNew", ContainingType.Name: "Task" or "TaskFactory" } || !IsDropped(call) || call.Arguments.Length == 0)
            return false;
        if (call.Arguments.At(0).Value.Bare() is not IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda } || Captured(lambda, lambda, uses, context.CancellationToken) is not { } use)
            return false;
        Report(context, use.Call.NameLocation(), call.NameLocation(), $"Nobody waits for this task: it uses '{use.Owner.Name}' beside the code that goes on, and after the scope has disposed of it; give the task {Kind(use.Type)} of its own from an IDbContextFactory or a scope");
        return true;
    }

    private static bool IsDropped(IInvocationOperation call) =>
        call.Parent is IExpressionStatementOperation || call.Parent is ISimpleAssignmentOperation { Target: IDiscardOperation };

    private static void CheckHolder(SymbolAnalysisContext context, EntityTypes types)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Class || types.IsContextClass(type))
            return;
        foreach (var member in type.GetMembers())
        {
            switch (member)
            {
                case IFieldSymbol { IsStatic: true, IsImplicitlyDeclared: false } field when types.IsContextClass(field.Type) && !IsOfThread(field):
                    ReportHolder(context, field, field.Type, $"'{field.Name}' is static", null);
                    break;
                case IPropertySymbol { IsStatic: true } property when types.IsContextClass(property.Type) && IsAuto(property, type):
                    ReportHolder(context, property, property.Type, $"'{property.Name}' is static", null);
                    break;
                case IMethodSymbol { MethodKind: MethodKind.Constructor } constructor:
                    CheckConstructor(context, type, constructor, types);
                    break;
            }
        }
    }

    private static void CheckConstructor(SymbolAnalysisContext context, INamedTypeSymbol type, IMethodSymbol constructor, EntityTypes types)
    {
        foreach (var parameter in constructor.Parameters)
        {
            if (!types.IsContextClass(parameter.Type) || parameter.DeclaringSyntaxReferences.IsEmpty)
                continue;
            if (type.IsOrInherits(types.Known["Microsoft.Extensions.Hosting.IHostedService"]))
                ReportHolder(context, parameter, parameter.Type, $"'{type.Name}' is a hosted service", null);
            else if (SharedRegistrations.Of(types.Known).Find(type, context.CancellationToken) is { } shared)
                ReportHolder(context, parameter, parameter.Type, shared.Reason, shared.Place);
            return;
        }
    }

    private static void ReportHolder(SymbolAnalysisContext context, ISymbol holder, ITypeSymbol held, string why, Location? other)
    {
        if (holder.Locations[0] is { IsInSource: true } place)
            context.ReportDiagnostic(Descriptor.At(place, other is null ? [] : [other], $"{why} and keeps one '{held.Name}' as long as the program runs: all that use it share one that serves one call at a time, and its entities grow old; take an IDbContextFactory or a scope for each piece of work"));
    }

    private static bool IsOfThread(IFieldSymbol field) => field.GetAttributes().Any(a => a.AttributeClass?.Name == "ThreadStaticAttribute");

    private static bool IsAuto(IPropertySymbol property, INamedTypeSymbol type) =>
        type.GetMembers().Any(m => m is IFieldSymbol { AssociatedSymbol: { } of } && of.Is(property));
}
