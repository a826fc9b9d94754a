using System.Collections.Immutable;
using System.Globalization;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Async;

/// <summary>Finds tasks that are returned out of a using, a finally or a lock, which end while the task goes on.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TaskOutlivesScope() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY1008",
        category: Category.Async,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A task goes on after the scope it was started in has ended",
        messageFormat: "'{0}' {1}: {2} before it has ended; await it inside");

    /// <summary>The property of a finding on work that is started and left alone, which no return can await.</summary>
    public const string DetachedProperty = "Detached";

    private static readonly Words s_words = Words.Of("using", "finally", "lock");
    private static readonly Words s_starts = Words.Of("Run", "StartNew", "QueueUserWorkItem", "UnsafeQueueUserWorkItem");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.Task is null)
            return;
        context.RegisterBodyAction(s_words, MayHandOutTask, c => Check(c, types), OperationKind.Return);
        context.RegisterBodyAction(s_starts, CheckScope, OperationKind.Using, OperationKind.UsingDeclaration);
    }

    private static void CheckScope(OperationAnalysisContext context)
    {
        IReadOnlyCollection<IOperation> statements = context.Operation switch
        {
            IUsingOperation { Body: { } body } => [body],
            { Parent: IBlockOperation block } => [.. block.Operations.Skip(block.Operations.IndexOf(context.Operation) + 1)],
            _ => [],
        };
        if (statements.Count == 0)
            return;
        var place = context.Operation.Syntax.GetFirstToken().GetLocation();
        foreach (var found in DetachedWork.Of(statements, ResourcesOf(context.Operation)))
            context.ReportDiagnostic(Descriptor.At(
                found.Use.Syntax.GetLocation(),
                Descriptor.DefaultSeverity,
                [place],
                ImmutableDictionary<string, string?>.Empty.Add(DetachedProperty, ""),
                found.Start.TargetMethod.Name,
                $"is started here and left alone with '{found.Resource.Name}'",
                $"the using of line {place.Line()} disposes it"));
    }

    private static bool MayHandOutTask(MemberBody body, CancellationToken cancellationToken) => body.Syntax is not MethodDeclarationSyntax method
        || !method.Modifiers.Any(SyntaxKind.AsyncKeyword) && method.ReturnType is not PredefinedTypeSyntax
        || body.Shape.Functions.Count > 0;

    private static void Check(OperationAnalysisContext context, KnownTypes types)
    {
        var returned = (IReturnOperation)context.Operation;
        if (ScopeAround(returned) is not { } scope || ReturnedTasks.StartedBy(returned, context.ContainingSymbol, types) is not { } call)
            return;
        // Only what the call is given can be gone too early; a lock often guards no more than the start of the work, and a finally may
        // act on what the task does not need.
        var isSure = scope.Operation is not (ILockOperation or ITryOperation) && Uses(call, scope.Operation);
        var place = scope.Operation.Syntax.GetFirstToken().GetLocation();
        context.ReportDiagnostic(Descriptor.At(
            returned.ReturnedValue!.Syntax.GetLocation(),
            isSure ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
            ImmutableArray.Create(place),
            properties: null,
            call.TargetMethod.Name,
            "is returned while it runs",
            scope.End.Replace("{0}", place.Line().ToString(CultureInfo.InvariantCulture))));
    }

    private static (IOperation Operation, string End)? ScopeAround(IOperation operation)
    {
        var child = operation;
        for (var parent = operation.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case IUsingOperation @using when @using.Body == child:
                    return (@using, "the using of line {0} disposes what it may need");
                case IBlockOperation block when DeclarationBefore(block, child) is { } declaration:
                    return (declaration, "the using of line {0} disposes what it may need");
                // With catch clauses it is the business of UnawaitedTry.
                case ITryOperation { Catches.IsEmpty: false } attempt when attempt.Body == child:
                    return null;
                // `finally { if (!handedOver) … }`: the flag says that the task has taken it over.
                case ITryOperation { Finally: { } last } attempt when attempt.Body == child && IsGuarded(last, attempt.Body):
                    return null;
                case ITryOperation { Finally: not null } attempt when attempt.Body == child:
                    return (attempt, "the finally of the try at line {0} runs");
                case ILockOperation @lock:
                    return (@lock, "the lock of line {0} is given back");
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return null;
            }
        }
        return null;
    }

    private static IUsingDeclarationOperation? DeclarationBefore(IBlockOperation block, IOperation child)
    {
        for (var i = block.Operations.IndexOf(child) - 1; i >= 0; i--)
        {
            if (block.Operations[i] is IUsingDeclarationOperation declaration)
                return declaration;
        }
        return null;
    }

    // A resource is needed when the call mentions it, or is made on something that was made of it.
    private static bool Uses(IInvocationOperation call, IOperation scope)
    {
        var resources = ResourcesOf(scope);
        foreach (var operation in call.DescendantsAndSelf())
        {
            if (operation is not ILocalReferenceOperation local)
                continue;
            // `owner.Take()` hands over what the scope would dispose.
            if (local.Parent is IInvocationOperation { TargetMethod.Name: "Take" or "Detach" or "Release" or "Move" or "Transfer" } taken && taken.Instance == local)
                return false;
            if (resources.Contains(local.Local) || LocalWrites.OnlyValue(local) is { } made && made.DescendantsAndSelf().Any(o => o is ILocalReferenceOperation source && resources.Contains(source.Local)))
                return true;
        }
        return false;
    }

    private static HashSet<ISymbol> ResourcesOf(IOperation scope)
    {
        var group = scope switch
        {
            IUsingOperation { Resources: IVariableDeclarationGroupOperation declared } => declared,
            IUsingDeclarationOperation declaration => declaration.DeclarationGroup,
            _ => null,
        };
        var resources = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var declaration in group?.Declarations ?? [])
        {
            foreach (var declarator in declaration.Declarators)
                resources.Add(declarator.Symbol);
        }
        return resources;
    }

    // Whether all that the finally does depends on a local that the try writes.
    private static bool IsGuarded(IBlockOperation last, IBlockOperation body)
    {
        foreach (var statement in last.Operations)
        {
            if (statement is not IConditionalOperation { WhenFalse: null } guarded || !guarded.Condition.DescendantsAndSelf().Any(o => o is ILocalReferenceOperation flag && IsWritten(flag.Local, body)))
                return false;
        }
        return last.Operations.Length > 0;
    }

    private static bool IsWritten(ILocalSymbol local, IBlockOperation body) =>
        body.Descendants().Any(o => o is IAssignmentOperation { Target: ILocalReferenceOperation target } && target.Local.Is(local));
}
