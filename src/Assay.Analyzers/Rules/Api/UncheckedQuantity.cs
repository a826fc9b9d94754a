using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Requests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Api;

/// <summary>Finds quantities that callers give and that change a balance or a stock, or size an allocation, without a look at their range.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UncheckedQuantity() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY6005",
        category: Category.Api,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "A quantity that a caller gives is used without a look at its range",
        messageFormat: "Nothing checks '{0}' before {1}");

    private static readonly Words s_words = Words.Of("quantity", "quantity*", "*Quantity", "qty", "*Qty", "amount", "amount*", "*Amount", "count", "*Count", "limit", "*Limit");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.IsTestProject())
            return;
        context.RegisterBodyAction(s_words, c => Check(c, types), OperationKind.CompoundAssignment, OperationKind.SimpleAssignment);
        context.RegisterBodyAction(s_words, c => CheckUpdate(c, types), OperationKind.Binary);
        context.RegisterBodyAction(s_words, c => CheckAllocation(c, types), OperationKind.ArrayCreation, OperationKind.ObjectCreation);
    }

    // `_stock -= quantity`, `Balance = Balance + request.Amount`
    private static void Check(OperationAnalysisContext context, KnownTypes types)
    {
        var assignment = (IAssignmentOperation)context.Operation;
        if (StoreOf(assignment.Target) is not { } store)
            return;
        var change = assignment switch
        {
            ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } update => update.Value,
            ISimpleAssignmentOperation { Value: var value } when value.Bare() is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } sum && store.Is(StoreOf(sum.LeftOperand.Bare())) => sum.RightOperand,
            _ => null,
        };
        if (change is not null)
            CheckChange(context, types, assignment, store, change);
    }

    // `SetProperty(p => p.Stock, p => p.Stock - quantity)`
    private static void CheckUpdate(OperationAnalysisContext context, KnownTypes types)
    {
        var sum = (IBinaryOperation)context.Operation;
        if (sum.OperatorKind is not (BinaryOperatorKind.Add or BinaryOperatorKind.Subtract) || StoreOf(sum.LeftOperand.Bare()) is not { } store)
            return;
        for (var parent = sum.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is not IInvocationOperation { TargetMethod.Name: var name })
                continue;
            if (name == "SetProperty")
                CheckChange(context, types, sum, store, sum.RightOperand);
            return;
        }
    }

    private static void CheckChange(OperationAnalysisContext context, KnownTypes types, IOperation place, ISymbol store, IOperation change)
    {
        if (QuantityInputs.In(change) is not { } input)
            return;
        var isGiven = input.IsParameter && IsPublic(context.ContainingSymbol) && input.Parameter.ContainingSymbol.Is(context.ContainingSymbol);
        if (!isGiven && !IsRequest(input.Parameter, place, types, context.CancellationToken) || IsChecked(input, place, types))
            return;
        Report(context, place, input, $"it changes '{store.Name}': a negative one does the opposite of what the method promises");
    }

    // `new byte[count]`, `new List<T>(count)` of a number out of a request
    private static void CheckAllocation(OperationAnalysisContext context, KnownTypes types)
    {
        var size = context.Operation switch
        {
            IArrayCreationOperation { DimensionSizes: { Length: 1 } sizes } => sizes[0],
            IObjectCreationOperation { Constructor.Parameters: { Length: 1 } parameters, Arguments: { Length: 1 } arguments } when parameters[0].Name is "capacity" or "initialCapacity" => arguments.At(0).Value,
            _ => null,
        };
        if (size is null || QuantityInputs.In(size) is not { } input || !IsRequest(input.Parameter, context.Operation, types, context.CancellationToken) || IsChecked(input, context.Operation, types))
            return;
        Report(context, context.Operation, input, "it sizes an allocation: one request can ask for all the memory there is");
    }

    // FluentValidation looks at whole requests, before the handler sees them.
    private static bool IsChecked(QuantityInput input, IOperation place, KnownTypes types) =>
        !input.IsParameter && types["FluentValidation.IValidator`1"] is not null || QuantityInputs.IsChecked(input, place.Root());

    private static void Report(OperationAnalysisContext context, IOperation place, QuantityInput input, string what)
    {
        var declared = input.Symbol.Locations.Length > 0 && input.Symbol.Locations[0].SourceTree == place.Syntax.SyntaxTree ? input.Symbol.Locations : ImmutableArray<Location>.Empty;
        context.ReportDiagnostic(Descriptor.At(place.Syntax.GetLocation(), declared, input.Name, what));
    }

    // A field, a property, or a slot of one: `_stock[sku]`.
    private static ISymbol? StoreOf(IOperation target)
    {
        var member = target switch
        {
            IPropertyReferenceOperation { Property.IsIndexer: true, Instance: IMemberReferenceOperation slots } => slots.Member,
            IArrayElementReferenceOperation { ArrayReference: IMemberReferenceOperation slots } => slots.Member,
            IFieldReferenceOperation field => field.Field,
            IPropertyReferenceOperation { Property.IsIndexer: false } property => property.Property,
            _ => null,
        };
        return member is not null && QuantityInputs.IsStore(member.Name) ? member : null;
    }

    // What only the type itself calls has been checked at its door.
    private static bool IsPublic(ISymbol symbol) =>
        symbol is IMethodSymbol { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Public, IsOverride: false, ContainingType.DeclaredAccessibility: not Accessibility.Private };

    private static bool IsRequest(IParameterSymbol parameter, IOperation operation, KnownTypes types, CancellationToken cancellationToken)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol function)
            return false;
        if (function.MethodKind != MethodKind.AnonymousFunction)
            return types.IsHandler(function) || types.IsMapped(function, cancellationToken);
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation lambda && lambda.Symbol.Is(function))
                return types.IsMapped(lambda);
        }
        return false;
    }
}
