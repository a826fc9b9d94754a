using Assay.Analyzers.Semantics.Collections;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Locks;

/// <summary>Why a lock on an object does not exclude who it should, or excludes strangers.</summary>
/// <param name="Kind">One of the constants: what the target is, for the fix.</param>
/// <param name="Reason">What will happen, for the developer.</param>
/// <param name="Severity">A warning, or a suggestion where nothing goes wrong yet.</param>
/// <param name="Other">The place that makes the target weak, when it is not the target itself.</param>
internal sealed record LockWeakness(string Kind, string Reason, DiagnosticSeverity Severity = DiagnosticSeverity.Warning, Location? Other = null)
{
    /// <summary>The property of a finding under which its kind stands.</summary>
    public const string KindKey = "Target";

    public const string This = "This";
    public const string TypeOf = "TypeOf";
    public const string Text = "Text";
    public const string SharedObject = "SharedObject";
    public const string Boxed = "Boxed";
    public const string Fresh = "Fresh";
    public const string OwnLocal = "OwnLocal";
    public const string CreatingMember = "CreatingMember";
    public const string Reassigned = "Reassigned";
    public const string Writable = "Writable";
    public const string LockAsObject = "LockAsObject";
}

/// <summary>Judges what a lock statement or a Monitor call locks on.</summary>
internal sealed class LockWeaknesses(KnownTypes types)
{
    private readonly INamedTypeSymbol? _monitor = types["System.Threading.Monitor"];
    private readonly INamedTypeSymbol? _lock = types["System.Threading.Lock"];

    // The runtime hands out one such object to everybody who asks.
    private readonly INamedTypeSymbol?[] _shared =
    [
        types["System.Reflection.MemberInfo"],
        types["System.Reflection.ParameterInfo"],
        types["System.Reflection.Assembly"],
        types["System.Reflection.Module"],
        types["System.Threading.Thread"],
    ];

    public bool IsMonitor(ITypeSymbol? type) => type.Is(_monitor);

    public static string Exposed(ITypeSymbol type) =>
        $"any code that holds this '{type.Name}' can lock it too, and then blocks this code or deadlocks with it";

    public static string Shared(string type) =>
        $"the whole process shares this {type} object, so unrelated code can hold the lock";

    /// <summary>What is weak about the target; null when nothing is, or nothing is proven.</summary>
    public LockWeakness? Of(IOperation target, ISymbol containing, CancellationToken cancellationToken)
    {
        var locked = WithoutConversions(target, out var isBoxed, out var isConverted);
        if (isBoxed)
            return new(LockWeakness.Boxed, "the value is boxed into a new object each time, so no thread ever waits for another");
        if (locked.Type is null or IErrorTypeSymbol)
            return null;
        if (isConverted && locked.Type.Is(_lock))
            return new(LockWeakness.LockAsObject, "converted to another type the Lock is locked as a plain object, and code that enters the Lock itself is not excluded");
        return OfExpression(locked, containing, cancellationToken) ?? OfType(locked);
    }

    private LockWeakness? OfExpression(IOperation locked, ISymbol containing, CancellationToken cancellationToken)
    {
        switch (locked)
        {
            // Nobody outside the assembly can hold an instance of an internal type; inside it is a matter of agreement.
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }:
                return locked.Type!.IsVisibleOutsideAssembly() ? new(LockWeakness.This, Exposed(locked.Type!)) : null;
            // Only the type around a private type can name it.
            case ITypeOfOperation { TypeOperand: var named }:
                return new(LockWeakness.TypeOf, Shared("Type"), named.DeclaredAccessibility == Accessibility.Private ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning);
            case IObjectCreationOperation or IArrayCreationOperation or IAnonymousObjectCreationOperation or ITypeParameterObjectCreationOperation:
                return new(LockWeakness.Fresh, "the object is created here, so no other thread can ever wait for it");
            case ILocalReferenceOperation local:
                return OwnObjects.CreationOf(local) is not { } creation ? null : new(
                    LockWeakness.OwnLocal,
                    $"every call creates its own object at line {creation.Line()} and no other thread sees it, so nothing is excluded",
                    Other: creation);
            case IFieldReferenceOperation field:
                return OfField(field, cancellationToken);
            case IEventReferenceOperation e:
                return new(LockWeakness.Reassigned, $"'{e.Event.Name}' is another object after every subscription, so two threads can hold the lock at once");
            case IPropertyReferenceOperation { Property: { Parameters.IsEmpty: true } property }:
                return OfProperty(property, locked.SemanticModel, cancellationToken);
            case IInvocationOperation { TargetMethod: { IsVirtual: false, IsAbstract: false, IsOverride: false } method }:
                return OfCreatingMember(method, method.Name, cancellationToken);
            default:
                return null;
        }
    }

    private LockWeakness? OfType(IOperation locked)
    {
        if (locked.Type!.SpecialType == SpecialType.System_String)
            return new(LockWeakness.Text, "equal strings can be one object in the whole process, so unrelated code can hold the lock");
        // The builders of Reflection.Emit belong to who made them.
        if (locked.Type.ContainingNamespace is { Name: "Emit" })
            return null;
        foreach (var shared in _shared)
        {
            if (locked.Type.IsOrInherits(shared))
                return new(LockWeakness.SharedObject, Shared(locked.Type.Name));
        }
        return null;
    }

    private LockWeakness? OfField(IFieldReferenceOperation reference, CancellationToken cancellationToken)
    {
        var field = reference.Field;
        if (field.IsReadOnly || field.IsConst)
            return OfInitialiser(field, reference.SemanticModel, cancellationToken);
        return OfWritable(field, reference.SemanticModel, cancellationToken);
    }

    private static LockWeakness? OfWritable(ISymbol member, SemanticModel? model, CancellationToken cancellationToken)
    {
        // Who assigns a member of another assembly cannot be seen from here.
        if (model is null || member.DeclaringSyntaxReferences.IsEmpty || member.ContainingType is null)
            return null;
        if (MemberWrites.FirstAfterConstruction(member, model, cancellationToken) is { } write)
        {
            var (place, isReplaced) = (write.Place, write.IsReplaced);
            // An Initialize method that runs once, before any thread locks, does no harm.
            return isReplaced
                ? new(LockWeakness.Reassigned, $"'{member.Name}' is given another object at line {place.Line()}, so two threads can hold the lock at once", Other: place)
                : new(LockWeakness.Reassigned, $"'{member.Name}' gets its object only at line {place.Line()}, and a second run of that line gives it another", DiagnosticSeverity.Info, place);
        }
        return new(LockWeakness.Writable, $"nothing keeps '{member.Name}' from being given another object while a thread holds the lock", DiagnosticSeverity.Info);
    }

    private static LockWeakness? OfProperty(IPropertySymbol property, SemanticModel? model, CancellationToken cancellationToken)
    {
        if (property.IsVirtual || property.IsAbstract || property.IsOverride || property.GetMethod is not { } getter)
            return null;
        if (OfCreatingMember(getter, property.Name, cancellationToken) is { } creating)
            return creating;
        // A property computed from something else says nothing about the object behind it.
        if (property.SetMethod is null or { IsInitOnly: true } || !property.IsAutoProperty())
            return null;
        return OfWritable(property, model, cancellationToken);
    }

    private static LockWeakness? OfCreatingMember(IMethodSymbol method, string name, CancellationToken cancellationToken)
    {
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            var result = reference.GetSyntax(cancellationToken) switch
            {
                ArrowExpressionClauseSyntax arrow => arrow.Expression,
                AccessorDeclarationSyntax accessor => OnlyResult(accessor.ExpressionBody, accessor.Body),
                MethodDeclarationSyntax declared => OnlyResult(declared.ExpressionBody, declared.Body),
                _ => null,
            };
            if (result?.WalkDownParentheses() is BaseObjectCreationExpressionSyntax or ArrayCreationExpressionSyntax or AnonymousObjectCreationExpressionSyntax)
            {
                var place = result.GetLocation();
                return new(LockWeakness.CreatingMember, $"'{name}' creates a new object on every use, line {place.Line()}, so no thread ever waits for another", Other: place);
            }
        }
        return null;
    }

    private static ExpressionSyntax? OnlyResult(ArrowExpressionClauseSyntax? arrow, BlockSyntax? block)
    {
        if (arrow is not null)
            return arrow.Expression;
        return block is { Statements: { Count: 1 } statements } && statements[0] is ReturnStatementSyntax result ? result.Expression : null;
    }

    // A private readonly object field holding an interned string or a Type is no better than the string or the Type.
    private LockWeakness? OfInitialiser(IFieldSymbol field, SemanticModel? model, CancellationToken cancellationToken)
    {
        foreach (var reference in field.DeclaringSyntaxReferences)
        {
            if (model is null || reference.SyntaxTree != model.SyntaxTree)
                continue;
            if (reference.GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer.Value: { } value } && model.OperationOf(value, cancellationToken) is { } initial)
                return initial is ITypeOfOperation or ILiteralOperation { Type.SpecialType: SpecialType.System_String } && !field.Type.Is(initial.Type) ? OfType(initial) : null;
        }
        return null;
    }

    private static IOperation WithoutConversions(IOperation target, out bool isBoxed, out bool isConverted)
    {
        isBoxed = false;
        isConverted = false;
        while (true)
        {
            switch (target)
            {
                case IConversionOperation { OperatorMethod: null } conversion:
                    isConverted = true;
                    isBoxed |= conversion.Operand.Type is { IsValueType: true } && conversion.Type is { IsReferenceType: true };
                    target = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    target = parenthesized.Operand;
                    break;
                default:
                    return target;
            }
        }
    }
}
