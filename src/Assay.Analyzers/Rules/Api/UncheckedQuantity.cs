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
        context.RegisterBodyAction(s_words, Check, OperationKind.CompoundAssignment, OperationKind.SimpleAssignment);
        context.RegisterBodyAction(s_words, c => CheckAllocation(c, types), OperationKind.ArrayCreation, OperationKind.ObjectCreation);
    }

    // `_stock -= quantity`, `Balance = Balance + amount`
    private static void Check(OperationAnalysisContext context)
    {
        var assignment = (IAssignmentOperation)context.Operation;
        if (StoreOf(assignment.Target) is not { } store || !IsPublic(context.ContainingSymbol))
            return;
        var change = assignment switch
        {
            ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } update => update.Value,
            ISimpleAssignmentOperation { Value: var value } when value.Bare() is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } sum && store.Is(StoreOf(sum.LeftOperand.Bare())) => sum.RightOperand,
            _ => null,
        };
        if (change is null || Quantity(change) is not { } parameter || !parameter.ContainingSymbol.Is(context.ContainingSymbol) || QuantityInputs.IsChecked(parameter, assignment.Root()))
            return;
        Report(context, assignment, parameter, $"it changes '{store.Name}': a negative one does the opposite of what the method promises");
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
        if (size is null || Quantity(size) is not { } parameter || !IsRequest(parameter, context.Operation, types) || QuantityInputs.IsChecked(parameter, context.Operation.Root()))
            return;
        Report(context, context.Operation, parameter, "it sizes an allocation: one request can ask for all the memory there is");
    }

    private static void Report(OperationAnalysisContext context, IOperation place, IParameterSymbol parameter, string what)
    {
        var declared = parameter.Locations.Length > 0 && parameter.Locations[0].SourceTree == place.Syntax.SyntaxTree ? parameter.Locations : ImmutableArray<Location>.Empty;
        context.ReportDiagnostic(Descriptor.At(place.Syntax.GetLocation(), declared, parameter.Name, what));
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

    private static IParameterSymbol? Quantity(IOperation value)
    {
        value = value.Bare();
        if (value is IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply } product)
            return Quantity(product.LeftOperand) ?? Quantity(product.RightOperand);
        return value is IParameterReferenceOperation { Parameter: { RefKind: RefKind.None } parameter } && QuantityInputs.IsQuantity(parameter) ? parameter : null;
    }

    // What only the type itself calls has been checked at its door.
    private static bool IsPublic(ISymbol symbol) =>
        symbol is IMethodSymbol { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Public, IsOverride: false, ContainingType.DeclaredAccessibility: not Accessibility.Private };

    private static bool IsRequest(IParameterSymbol parameter, IOperation operation, KnownTypes types)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol function)
            return false;
        if (function.MethodKind != MethodKind.AnonymousFunction)
            return types.IsHandler(function);
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation lambda && lambda.Symbol.Is(function))
                return types.IsMapped(lambda);
        }
        return false;
    }
}
