using System.Collections.Immutable;
using System.Reflection;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds locks on objects that exclude nobody, or that code elsewhere can hold too.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WeakLockTarget() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2012",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "The locked object is shared with strangers, or is not the same object for every thread",
        messageFormat: "The lock on '{0}' is weak: {1}");

    private static readonly Words s_lock = Words.Of("lock");
    private static readonly Words s_synchronized = Words.Of("MethodImpl", "MethodImplAttribute");
    private static readonly Words s_enter = Words.Of("Enter", "TryEnter");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var weaknesses = new LockWeaknesses(types);
        context.RegisterBodyAction(s_lock, c => Check(c, weaknesses, ((ILockOperation)c.Operation).LockedValue), OperationKind.Lock);
        context.RegisterBodyAction(s_enter, c => CheckCall(c, weaknesses), OperationKind.Invocation);
        context.RegisterAttributeAction(s_synchronized, CheckAttribute);
    }

    private static void CheckCall(OperationAnalysisContext context, LockWeaknesses weaknesses)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name is not ("Enter" or "TryEnter") || !weaknesses.IsMonitor(call.TargetMethod.ContainingType))
            return;
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Ordinal == 0)
                Check(context, weaknesses, argument.Value);
        }
    }

    private static void Check(OperationAnalysisContext context, LockWeaknesses weaknesses, IOperation target)
    {
        if (weaknesses.Of(target, context.ContainingSymbol, context.CancellationToken) is not { } weakness)
            return;
        context.ReportDiagnostic(Descriptor.At(
            target.Syntax.GetLocation(),
            weakness.Severity,
            weakness.Other is { } other ? [other] : [],
            ImmutableDictionary<string, string?>.Empty.Add(LockWeakness.KindKey, weakness.Kind),
            target.Syntax.ToString(),
            weakness.Reason));
    }

    // Synchronized is `lock (this)`, or `lock (typeof(C))` when static, around the whole body.
    private static void CheckAttribute(OperationAnalysisContext context)
    {
        var attribute = (IAttributeOperation)context.Operation;
        if (attribute.Operation is not IObjectCreationOperation { Constructor.ContainingType.Name: "MethodImplAttribute" })
            return;
        if (context.ContainingSymbol is not IMethodSymbol method || (method.MethodImplementationFlags & MethodImplAttributes.Synchronized) == 0)
            return;
        var type = method.ContainingType;
        // Only code of this assembly could lock the instance too.
        if (!method.IsStatic && !type.IsVisibleOutsideAssembly())
            return;
        var (target, reason) = method.IsStatic ? ($"typeof({type.Name})", LockWeaknesses.Shared("Type")) : ("this", LockWeaknesses.Exposed(type));
        context.ReportDiagnostic(Descriptor.At(
            attribute.Syntax.GetLocation(),
            ImmutableArray<Location>.Empty,
            target,
            reason));
    }
}
