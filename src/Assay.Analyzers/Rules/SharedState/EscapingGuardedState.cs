using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds guarded collections that are handed to callers, who then use them without the lock.</summary>
public sealed class EscapingGuardedState() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2015",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A guarded collection leaves the lock that guards it",
        messageFormat: "'{0}' leaves the lock '{1}' here{2}: the caller walks it while '{3}' changes it at {4}");

    /// <summary>The property of a finding that holds the lock to take around the copy; absent where the lock is held.</summary>
    public const string GateProperty = "Gate";

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var guard in model.Guards)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // What is only ever swapped whole is a snapshot, and the elements of an array stay where they are.
            if (!guard.IsUsual || !AccessShapes.IsCollection(TypeOf(guard.Member)) || guard.Guarded.FirstOrDefault(a => a.Kind == AccessKind.ContainerWrite) is not { } change)
                continue;
            foreach (var access in model.Accesses[guard.Member])
            {
                if (!access.IsConstruction && IsOutward(access) && WayOut(access.Operation) is { } way && !IsHandedOver(access, model))
                    report(Finding(access, guard, change, way));
            }
        }
    }

    private static ITypeSymbol TypeOf(ISymbol member) => member switch
    {
        IFieldSymbol field => field.Type,
        IParameterSymbol parameter => parameter.Type,
        _ => ((IPropertySymbol)member).Type,
    };

    // Private functions give it to code that may hold the lock; a lambda gives it to nobody in particular.
    private static bool IsOutward(Access access) =>
        access.Function is IMethodSymbol { MethodKind: not MethodKind.LocalFunction, DeclaredAccessibility: Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal } function
        && function.Name.IndexOf("Unsafe", StringComparison.Ordinal) < 0 && function.Name.IndexOf("Lock", StringComparison.Ordinal) < 0
        && !(access.Held.IsUncertain && access.Held.Must.IsEmpty)
        // `object SyncRoot => _items;` hands out the lock, not the items.
        && function.ReturnType.SpecialType != SpecialType.System_Object;

    // `var taken = _items; _items = []; return taken;`
    private static bool IsHandedOver(Access access, TypeModel model) =>
        model.Accesses[access.Member].Exists(a => a.Kind == AccessKind.Write && a.Function.Is(access.Function) && a.Operation.Syntax.SpanStart > access.Operation.Syntax.SpanStart);

    // How the collection itself leaves: empty for a plain return; null when it does not leave.
    private static string? WayOut(IOperation reference)
    {
        var value = reference;
        var way = "";
        while (true)
        {
            switch (value.Parent)
            {
                case IConversionOperation { OperatorMethod: null } or IParenthesizedOperation:
                    value = value.Parent;
                    continue;
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { ContainingType.Name: "Enumerable", Name: var name } } call } argument
                    when call.Arguments.At(0) == argument && IsDeferred(call):
                    way = $" as a deferred '{name}'";
                    value = call;
                    continue;
                // `from row in _rows where …`
                case ITranslatedQueryOperation:
                    value = value.Parent;
                    continue;
                case IInvocationOperation { TargetMethod: { Name: "GetEnumerator" } } walk when walk.Instance == value:
                    way = " as an enumerator";
                    value = walk;
                    continue;
                case IArgumentOperation { Parent: IObjectCreationOperation { Type.Name: "ReadOnlyCollection" or "ReadOnlyDictionary" or "ReadOnlySet" } wrapped }:
                    way = " as a read-only view";
                    value = wrapped;
                    continue;
                // `out rows`, and a local that is returned as it is.
                case ISimpleAssignmentOperation { Target: IParameterReferenceOperation { Parameter.RefKind: RefKind.Out } } given when given.Value == value:
                    return way;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } when ReturnOf(local, value) is { } returned:
                    value = returned;
                    continue;
                case IPropertyReferenceOperation { Property.Name: "Keys" or "Values" } view when view.Instance == value:
                    way = $" as its '{view.Property.Name}'";
                    value = view;
                    continue;
                case IInvocationOperation { TargetMethod.Name: "AsReadOnly" } wrapper when wrapper.Instance == value:
                    way = " as a read-only view";
                    value = wrapper;
                    continue;
                case IReturnOperation { Kind: OperationKind.Return }:
                    return way;
                default:
                    return null;
            }
        }
    }

    // The use of a local that only one value is put into, and that is returned; copying it on the way is no leaving.
    private static IOperation? ReturnOf(ILocalSymbol local, IOperation value)
    {
        foreach (var operation in value.Root().Descendants())
        {
            if (operation is not ILocalReferenceOperation use || !use.Local.Is(local) || LocalWrites.OnlyValue(use) is null)
                continue;
            var whole = (IOperation)use;
            while (whole.Parent is IConversionOperation { OperatorMethod: null })
                whole = whole.Parent;
            if (whole.Parent is IReturnOperation { Kind: OperationKind.Return })
                return whole;
        }
        return null;
    }

    private static bool IsDeferred(IInvocationOperation call) =>
        call.Type is INamedTypeSymbol { Name: "IEnumerable" or "IOrderedEnumerable" };

    private static Diagnostic Finding(Access access, FieldGuard guard, Access change, string way)
    {
        var here = access.Operation.Syntax.GetLocation();
        var there = change.Operation.Syntax.GetLocation();
        var properties = ImmutableDictionary<string, string?>.Empty;
        if (access.Held.Must.IsEmpty)
            properties = properties.Add(GateProperty, AccessNames.GateAt(access.Operation, guard.Term));
        // Where others can take the lock, they may walk it under it.
        var severity = guard.Term.IsPrivate ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info;
        return Descriptor.At(
            here, severity, [there], properties, access.Member.Name, guard.Term.Text, way, AccessNames.Named(change.Function), there.LineFrom(here));
    }
}
