using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>A call that runs code its type does not know.</summary>
/// <param name="What">Whose code, for the message.</param>
/// <param name="IsProven">Whether it belongs to the families that deadlock most: cancel, dispose, complete.</param>
internal sealed record ForeignCall(string What, bool IsProven);

/// <summary>Recognises calls through which a type runs the code of strangers.</summary>
internal sealed class ForeignCalls(IReadOnlyList<Body> bodies)
{
    public ForeignCall? Of(IOperation operation)
    {
        if (operation is not IInvocationOperation call)
            return null;
        var method = call.TargetMethod;
        if (method.MethodKind == MethodKind.DelegateInvoke)
            return OfDelegate(call);
        return method.ContainingType switch
        {
            { Name: "CancellationTokenSource" } when method.Name == "Cancel" => new("the callbacks registered with its token", true),
            { Name: "CancellationTokenRegistration" } when method.Name == "Dispose" => new("until its callback has ended", true),
            { Name: "TaskCompletionSource" } when IsCompletion(method.Name) && ContinuesInline(call) => new("the continuations of its task", true),
            { Name: "IObserver" } => new("the observer", false),
            { Name: "IDisposable" or "IAsyncDisposable" } when IsForeignObject(call.Instance) => new("the Dispose of whoever made it", true),
            { TypeKind: TypeKind.Interface } promised => OfInterface(call, promised),
            _ => OfHook(call, method),
        };
    }

    /// <summary>Whether a completion source was made without asking for continuations to run elsewhere.</summary>
    public static bool IsInline(IObjectCreationOperation creation)
    {
        foreach (var argument in creation.Arguments)
        {
            if (argument.Parameter?.Type.Name != "TaskCreationOptions")
                continue;
            // An option that is not written here may be the right one.
            return argument.Value.ConstantValue is { HasValue: true, Value: int options } && (options & 64) == 0;
        }
        return creation.Type is { Name: "TaskCompletionSource", ContainingNamespace: { Name: "Tasks" } };
    }

    private static ForeignCall? OfDelegate(IInvocationOperation call)
    {
        var invoked = call.Instance?.Bare();
        if (invoked is IConditionalAccessInstanceOperation && call.Parent is IConditionalAccessOperation access)
            invoked = access.Operation.Bare();
        return invoked switch
        {
            IEventReferenceOperation => new("its subscribers", false),
            IParameterReferenceOperation { Parameter: { Type: var given, ContainingSymbol: IMethodSymbol { MethodKind: not (MethodKind.AnonymousFunction or MethodKind.LocalFunction), DeclaredAccessibility: not Accessibility.Private } } } when !IsQuestion(given) => new("the caller's code", false),
            IMemberReferenceOperation { Member: IFieldSymbol { Type.TypeKind: TypeKind.Delegate } or IPropertySymbol { Type.TypeKind: TypeKind.Delegate } } member when !IsQuestion(member.Type) => new("code that was handed in", false),
            _ => null,
        };
    }

    // Clocks, counters, comparisons and conditions: pure by convention.
    private static bool IsQuestion(ITypeSymbol? type) =>
        type is INamedTypeSymbol { DelegateInvokeMethod: { ReturnsVoid: false, ReturnType: { } answer } invoke }
        && (answer.SpecialType == SpecialType.System_Boolean || type.Name == "Comparison" || invoke.Parameters.IsEmpty && (answer.IsValueType || answer.SpecialType == SpecialType.System_String));

    // A virtual member that subclasses of other assemblies fill, named as an event.
    private static ForeignCall? OfHook(IInvocationOperation call, IMethodSymbol method) =>
        call.IsVirtual && call.Instance is IInstanceReferenceOperation && method is { DeclaredAccessibility: Accessibility.Protected or Accessibility.Public, IsOverride: false, IsSealed: false }
            && method.Name.StartsWith("On", StringComparison.Ordinal) && method.Name.Length > 2 && char.IsUpper(method.Name[2]) && !method.ContainingType.IsSealed
            ? new("overrides in subclasses", false)
            : null;

    // A command to an object that others implement, and may fill with what they like. Questions are taken to be pure.
    private ForeignCall? OfInterface(IInvocationOperation call, INamedTypeSymbol promised)
    {
        if (!call.TargetMethod.ReturnsVoid || call.Instance?.Bare() is not (IFieldReferenceOperation or IParameterReferenceOperation))
            return null;
        // Collections, comparers, streams of the framework are known; only progress is told to somebody.
        if (IsOfFramework(promised) ? promised.Name != "IProgress" : ClosedWorld.IsHidden(promised) || IsQuiet(promised.Name) || IsQuiet(call.TargetMethod.Name))
            return null;
        var type = bodies[0].Owner.ContainingType;
        while (type.ContainingType is { } outer)
            type = outer;
        return IsImplementedIn(type, promised) ? null : new($"whatever implements '{promised.Name}'", false);
    }

    private static bool IsOfFramework(INamedTypeSymbol type)
    {
        var space = type.ContainingNamespace;
        while (space is { ContainingNamespace: { IsGlobalNamespace: false } outer })
            space = outer;
        return space is { Name: "System" or "Microsoft" };
    }

    // Loggers, counters and their like are written to be called from anywhere.
    private static bool IsQuiet(string name)
    {
        foreach (var word in new[] { "Log", "Trace", "Tracing", "Debug", "Metric", "Telemetry", "Counter", "Statistic", "Compar", "Clock", "Writer", "Serializ", "Dispose", "Collection", "Dictionary", "Cache" })
        {
            if (name.IndexOf(word, StringComparison.Ordinal) >= 0)
                return true;
        }
        return name.EndsWith("List", StringComparison.Ordinal);
    }

    private static bool IsImplementedIn(INamedTypeSymbol type, INamedTypeSymbol promised)
    {
        foreach (var implemented in type.AllInterfaces)
        {
            if (implemented.OriginalDefinition.Is(promised.OriginalDefinition))
                return true;
        }
        foreach (var nested in type.GetTypeMembers())
        {
            if (IsImplementedIn(nested, promised))
                return true;
        }
        return false;
    }

    private static bool IsCompletion(string name) => name.StartsWith("Set", StringComparison.Ordinal) || name.StartsWith("TrySet", StringComparison.Ordinal);

    // Kept as nothing but disposable, so that its class is the stranger's; what the type made itself it knows.
    private bool IsForeignObject(IOperation? instance)
    {
        var bare = instance?.Bare();
        if (bare is IConditionalAccessInstanceOperation)
            bare = instance!.Parent is { Parent: IConditionalAccessOperation access } ? access.Operation.Bare() : null;
        return bare?.Type is ITypeParameterSymbol || bare is IMemberReferenceOperation { Member: IFieldSymbol { Type.Name: "IDisposable" or "IAsyncDisposable" } field } && !MakesItself(field)
            || bare is ILocalReferenceOperation { Type.Name: "IDisposable" or "IAsyncDisposable", Local: var element } && IsOfGivenList(element, bare);
    }

    // `foreach (var subscription in _subscriptions) subscription.Dispose();`, where the type was given all of them.
    private bool IsOfGivenList(ILocalSymbol element, IOperation use)
    {
        for (var around = use.Parent; around is not null; around = around.Parent)
        {
            if (around is IForEachLoopOperation loop && loop.Locals.Contains(element, SymbolEqualityComparer.Default))
                return loop.Collection.Bare() is IFieldReferenceOperation list && IsGivenElements(list.Field);
        }
        return false;
    }

    private bool IsGivenElements(IFieldSymbol list)
    {
        var isGiven = false;
        foreach (var operation in bodies.SelectMany(b => b.Operation.DescendantsAndSelf()))
        {
            if (operation is not IInvocationOperation { TargetMethod.Name: "Add" or "Enqueue" or "Push", Arguments: { Length: 1 } added, Instance: IFieldReferenceOperation target } || !target.Field.Is(list))
                continue;
            if (added[0].Value.Bare() is not IParameterReferenceOperation)
                return false;
            isGiven = true;
        }
        return isGiven;
    }

    private bool MakesItself(ISymbol field)
    {
        foreach (var body in bodies)
        {
            foreach (var operation in body.Operation.DescendantsAndSelf())
            {
                if (operation is ISimpleAssignmentOperation { Target: IMemberReferenceOperation target } assignment && target.Member.Is(field) && assignment.Value.Bare() is IObjectCreationOperation)
                    return true;
                if (operation is IFieldInitializerOperation initializer && initializer.InitializedFields.Any(f => f.Is(field)))
                    return true;
            }
        }
        return false;
    }

    // Only sources whose every creation is seen, and is of the plain kind, are known to continue inline.
    private bool ContinuesInline(IInvocationOperation call)
    {
        var source = call.Instance?.Bare();
        if (source is IConditionalAccessInstanceOperation && call.Parent is IConditionalAccessOperation access)
            source = access.Operation.Bare();
        ISymbol? symbol = source switch
        {
            IMemberReferenceOperation member => member.Member,
            ILocalReferenceOperation { Local: var local } reference => LocalWrites.OnlyValue(reference)?.Bare() is IMemberReferenceOperation member ? member.Member : local,
            _ => null,
        };
        var created = 0;
        foreach (var body in bodies)
        {
            foreach (var operation in body.Operation.DescendantsAndSelf())
            {
                if (operation is not IObjectCreationOperation { Type.Name: "TaskCompletionSource" } creation || !SymbolOf(creation).Is(symbol))
                    continue;
                if (!IsInline(creation))
                    return false;
                created++;
            }
        }
        return created > 0;
    }

    /// <summary>The field, property or local that a new object is put into.</summary>
    public static ISymbol? SymbolOf(IOperation creation)
    {
        var parent = creation.Parent;
        while (parent is IConversionOperation or IVariableInitializerOperation or ICoalesceOperation or IParenthesizedOperation)
            parent = parent.Parent;
        return parent switch
        {
            IVariableDeclaratorOperation declarator => declarator.Symbol,
            IFieldInitializerOperation { InitializedFields: { Length: > 0 } fields } => fields[0],
            IPropertyInitializerOperation { InitializedProperties: { Length: > 0 } properties } => properties[0],
            IAssignmentOperation { Target: IMemberReferenceOperation member } => member.Member,
            IAssignmentOperation { Target: ILocalReferenceOperation local } => local.Local,
            _ => null,
        };
    }
}
