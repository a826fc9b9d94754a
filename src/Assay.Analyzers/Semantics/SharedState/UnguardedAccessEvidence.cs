using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Weighs an access without its field's lock: a race, a habit that authors defend, or no defect at all.</summary>
internal static class UnguardedAccessEvidence
{
    private static readonly string[] s_remarks = ["lock", "thread", "race", "racy", "atomic", "synchron", "volatile"];
    private static readonly string[] s_demands = ["Unsafe", "Unsynchronized", "Unlocked", "NoLock", "WithoutLock", "NeedsLock", "LockHeld"];

    /// <summary>The severity of the finding; null when the code is right or says why it is.</summary>
    /// <param name="access">The access.</param>
    /// <param name="guard">The lock that it misses.</param>
    /// <param name="model">The type.</param>
    /// <param name="isDecision">Whether a change relies on the access; then a read is no mere glance.</param>
    public static DiagnosticSeverity? SeverityOf(Access access, FieldGuard guard, TypeModel model, bool isDecision, CancellationToken cancellationToken)
    {
        if (!guard.IsUsual && access.Kind != AccessKind.ContainerRead && !Tearing.IsTornRead(access.Operation))
            return null;
        if (IsWrittenOnce(guard) || DemandsLock(access))
            return null;
        if (IsQuietFunction(access.Function) || IsRemarked(access) || IsAssertion(access.Operation))
            return null;
        var isPlainRead = !isDecision && access.Kind == AccessKind.Read || !isDecision && access.Kind == AccessKind.ContainerRead && IsReplacedWhole(guard, model, cancellationToken);
        if (isPlainRead && !IsRiskyRead(access, guard))
            return null;
        if (isPlainRead && !(guard.IsUsual && Tearing.IsTornRead(access.Operation)) || OrderedOtherwise.Is(access, guard, model))
            return DiagnosticSeverity.Info;
        // Where other types can take the lock, they may call with it held.
        return IsEdgeOfLife(access) || !guard.Term.IsPrivate || HasThreadOfItsOwn(model.Type) ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning;
    }

    /// <summary>Whether the code runs before the object is handed out or after all others have let go of it, by convention.</summary>
    public static bool IsEdgeOfLife(Access access)
    {
        // The end of a subscription is not the end of what it was subscribed to.
        if (access.Function is { ContainingType.ContainingType: not null } function && !function.ContainingType.Is(access.Member.ContainingType))
            return false;
        var name = access.Function is IMethodSymbol { AssociatedSymbol: { } property } ? property.Name : access.Function?.Name ?? "";
        foreach (var word in new[] { "Dispose", "Close", "Init", "Start", "Setup", "Configure", "Shutdown", "Stop", "Load", "Open", "Apply", "TearDown", "CleanUp", "Destroy", "Terminate", "Finish" })
        {
            if (name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }
        return access.Member.Name.IndexOf("dispos", StringComparison.OrdinalIgnoreCase) >= 0 || access.Member.Name.IndexOf("closed", StringComparison.OrdinalIgnoreCase) >= 0;
    }

    /// <summary>Whether a derived type's use of what its base guards is a defect: not a look at one word, nor code that the base calls.</summary>
    public static bool IsDefectOfHeir(Access access) =>
        (access.IsWrite || access.Kind == AccessKind.ContainerRead || Tearing.IsTorn(access.Operation.Type))
        && access.Function is IMethodSymbol { IsOverride: false, DeclaredAccessibility: not (Accessibility.Protected or Accessibility.ProtectedOrInternal) }
        && !DemandsLock(access) && !IsQuietFunction(access.Function) && !IsRemarked(access) && !IsAssertion(access.Operation) && !IsEdgeOfLife(access);

    // One function fills it under the lock for those who call that first, and nothing changes it afterwards.
    private static bool IsWrittenOnce(FieldGuard guard)
    {
        ISymbol? writer = null;
        foreach (var access in guard.Guarded)
        {
            if (!access.IsWrite)
                continue;
            if (access.Function is null || writer is not null && !writer.Is(access.Function))
                return false;
            writer = access.Function;
        }
        return writer is not null && !guard.Bare.Any(a => a.IsWrite)
            && (writer.Name.IndexOf("Init", StringComparison.Ordinal) >= 0 || writer.Name.IndexOf("Ensure", StringComparison.Ordinal) >= 0 || writer.Name.IndexOf("Load", StringComparison.Ordinal) >= 0);
    }

    // The function is told by its caller, or asks at run time, whether the lock is held; or it is there for tests alone.
    private static bool DemandsLock(Access access)
    {
        if (access.Function is not IMethodSymbol function)
            return false;
        foreach (var parameter in function.Parameters)
        {
            if (parameter.Name.EndsWith("Held", StringComparison.Ordinal) || parameter.Name.IndexOf("lock", StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }
        if (function.Name.IndexOf("Test", StringComparison.Ordinal) >= 0 || s_demands.Any(d => function.Name.IndexOf(d, StringComparison.Ordinal) >= 0))
            return true;
        foreach (var operation in access.Operation.Root().Descendants())
        {
            if (operation is IInvocationOperation { TargetMethod.Name: "IsEntered" } or IPropertyReferenceOperation { Property.Name: "IsWriteLockHeld" or "IsReadLockHeld" or "IsHeldByCurrentThread" })
                return true;
        }
        return false;
    }

    // The runtime or a debugger calls these, when nobody else is left or the result is only looked at.
    private static bool IsQuietFunction(ISymbol? function) =>
        function is IMethodSymbol { MethodKind: MethodKind.Destructor } or { Name: "ToString" or "GetObjectData" or "GetHashCode" or "Equals" or "Finalize" };

    // The author has thought of it: "called under the lock", "racy read is fine".
    private static bool IsRemarked(Access access)
    {
        var node = access.Operation.Syntax;
        for (var around = node; around is not null and not BaseTypeDeclarationSyntax; around = around.Parent)
        {
            if (around is StatementSyntax or MemberDeclarationSyntax or AccessorDeclarationSyntax or ExpressionSyntax && HasRemark(around.GetLeadingTrivia()))
                return true;
            if (around is StatementSyntax and not BlockSyntax && HasRemark(around.GetTrailingTrivia()))
                return true;
        }
        return access.Operation.Syntax.FirstAncestorOrSelf<BlockSyntax>() is { } block && HasRemark(block.OpenBraceToken.TrailingTrivia);
    }

    private static bool HasRemark(SyntaxTriviaList trivia)
    {
        foreach (var piece in trivia)
        {
            if (piece.Kind() is SyntaxKind.WhitespaceTrivia or SyntaxKind.EndOfLineTrivia)
                continue;
            var text = piece.ToFullString();
            foreach (var remark in s_remarks)
            {
                if (text.IndexOf(remark, StringComparison.OrdinalIgnoreCase) >= 0)
                    return true;
            }
        }
        return false;
    }

    private static bool IsAssertion(IOperation operation)
    {
        for (var around = operation.Parent; around is not null; around = around.Parent)
        {
            if (around is IInvocationOperation { TargetMethod.ContainingType.Name: "Debug" or "Trace" or "Contract" })
                return true;
        }
        return false;
    }

    // A collection nobody changes, only swaps for another, is a snapshot; what is put into a new one right where it is made counts as making it.
    private static bool IsReplacedWhole(FieldGuard guard, TypeModel model, CancellationToken cancellationToken) =>
        !model.Accesses[guard.Member].Exists(a => a.Kind == AccessKind.ContainerWrite && !a.IsConstruction && !IsFilledWhereMade(a) && !IsFilledOnce(a, model, cancellationToken));

    private static bool IsFilledWhereMade(Access fill)
    {
        var statement = FunctionParts.WholeOf(fill).Parent;
        if (statement?.Parent is not IBlockOperation block)
            return false;
        for (var i = block.Operations.IndexOf(statement) - 1; i >= 0; i--)
        {
            if (block.Operations[i] is IExpressionStatementOperation { Operation: ISimpleAssignmentOperation { Target: IMemberReferenceOperation target } assignment } && target.Member.OriginalDefinition.Is(fill.Member))
                return assignment.Value.Bare() is IObjectCreationOperation;
        }
        return false;
    }

    private static bool IsFilledOnce(Access change, TypeModel model, CancellationToken cancellationToken) =>
        model.CheckedWrites(cancellationToken).Any(w => w.Act == change && w.Checks.Any(c => c is { Found: Found.Absent, Access.Kind: AccessKind.Read, Tested.Parent: not IPropertyReferenceOperation }));

    private static bool IsRiskyRead(Access access, FieldGuard guard)
    {
        if (!guard.IsUsual && !Tearing.IsTornRead(access.Operation))
            return false;
        // The first look of a double-checked lock, or the read after the locked creation.
        foreach (var other in guard.Guarded)
        {
            if (other.Function is not null && other.Function.Is(access.Function))
                return false;
        }
        var type = access.Operation.Type;
        // A snapshot is complete whichever one the reader gets.
        if (type is null or { TypeKind: TypeKind.Delegate or TypeKind.Array } or { SpecialType: SpecialType.System_String })
            return false;
        return !type.Name.StartsWith("Immutable", StringComparison.Ordinal) && !type.Name.StartsWith("Frozen", StringComparison.Ordinal)
            && !type.Name.StartsWith("IReadOnly", StringComparison.Ordinal);
    }

    // Controls and their like belong to the thread of their window.
    private static bool HasThreadOfItsOwn(INamedTypeSymbol type)
    {
        for (var current = type.BaseType; current is not null; current = current.BaseType)
        {
            if (current.Name is "Control" or "DispatcherObject" or "UIElement" or "ViewModelBase")
                return true;
        }
        return false;
    }
}
