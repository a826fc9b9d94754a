using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Catches;
using Assay.Analyzers.Semantics.Collections;
using Assay.Analyzers.Semantics.EntityFramework;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Data;

/// <summary>Finds entities whose new value hangs on the one that was read, saved without anything that notices another writer.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EntityReadCheckWrite() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY5001",
        category: Category.Data,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A value read from the database decides what is saved over it",
        messageFormat: "'{0}' of '{1}' was read at line {2} and nothing notices when another request changes it before the save at line {3}: {4}, and the second save overwrites the first");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // A test is alone with its database.
        if (EntityTypes.Of(types) is { } entities && !types.IsTestProject())
            context.RegisterBodyAction(Saves.Words, c => Check(c, entities), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, EntityTypes types)
    {
        var call = (IInvocationOperation)context.Operation;
        if (Saves.Of(call, types, context.CancellationToken) is not { } save)
            return;
        var function = FunctionScope.Around(call);
        var from = PreviousSave(function, call, types, context.CancellationToken);
        var reported = new List<EntityChange>();
        foreach (var change in EntityChange.In(function, types.Known, context.CancellationToken))
        {
            var at = change.Place.Syntax.SpanStart;
            if (at < from || at >= call.Syntax.SpanStart || reported.Exists(r => IsSameValue(r, change)))
                continue;
            reported.Add(change);
            if (LoadOf(change, types, context.CancellationToken) is { } load)
                Report(context, types, change, load, call, save);
        }
    }

    private static bool IsSameValue(EntityChange one, EntityChange other) =>
        one.Property.Is(other.Property) && one.Instance.IsSameAs(other.Instance);

    // What was changed before an earlier save was saved by that one.
    private static int PreviousSave(IOperation function, IInvocationOperation call, EntityTypes types, CancellationToken cancellationToken)
    {
        var from = function.Syntax.SpanStart;
        foreach (var operation in FunctionScope.Own(function))
        {
            if (operation is IInvocationOperation earlier && earlier.Syntax.SpanStart < call.Syntax.SpanStart && Saves.Of(earlier, types, cancellationToken) is not null)
                from = Math.Max(from, earlier.Syntax.SpanStart);
        }
        return from;
    }

    private static EntityLoad? LoadOf(EntityChange change, EntityTypes types, CancellationToken cancellationToken)
    {
        // `order.Customer.Balance`: what hangs on a loaded entity was loaded with it.
        var root = change.Instance;
        while (root is IPropertyReferenceOperation { Instance: { } inner })
            root = SameValue.Bare(inner);
        return root is ILocalReferenceOperation local ? EntityLoad.Of(local.Local, local, types, cancellationToken) : null;
    }

    private static void Report(OperationAnalysisContext context, EntityTypes types, EntityChange change, EntityLoad load, IInvocationOperation call, IInvocationOperation save)
    {
        if (load.Query.LocksRows || change.Instance.Type is not INamedTypeSymbol entity || load.Place.Syntax.SpanStart > change.Place.Syntax.SpanStart)
            return;
        // A mark that is set twice is set; what else happens under the test happens twice, though.
        if (change.IsMark && !HasOtherEffects(change, call, types))
            return;
        if (Crowding.IsSetUp(context.ContainingSymbol, types.Known) || RowGuards.Cover(call, context.ContainingSymbol, types.Known, context.CancellationToken))
            return;
        var token = EntityModel.Of(types).HasToken(entity, ContextOf(load, save));
        if (token == ModelProof.Yes)
            return;
        var isSure = token == ModelProof.No && !change.IsMark && !load.IsOfMany && !Crowding.IsUnlikely(context.ContainingSymbol, types.Known);
        var outcome = change.Test is null ? "two requests that read the same value both compute from it" : "two requests that read the same value both pass the check";
        context.ReportDiagnostic(Descriptor.At(
            change.Place.Syntax.GetLocation(),
            isSure ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
            [load.Place.Syntax.GetLocation()],
            properties: null,
            change.Property.Name,
            entity.Name,
            load.Place.Syntax.GetLocation().Line(),
            call.Syntax.GetLocation().Line(),
            outcome));
    }

    private static ITypeSymbol? ContextOf(EntityLoad load, IInvocationOperation save) =>
        load.Query.Context?.Type is { TypeKind: TypeKind.Class } ofQuery ? ofQuery : save.Instance?.Type;

    private static bool HasOtherEffects(EntityChange change, IInvocationOperation save, EntityTypes types)
    {
        foreach (var operation in FunctionScope.Own(FunctionScope.Around(save)))
        {
            // A row that is inserted under the test is inserted twice.
            if (operation is IInvocationOperation { TargetMethod.Name: "Add" or "AddAsync" or "AddRange", Instance.Type: { } set } && operation.Syntax.SpanStart > change.Place.Syntax.SpanStart && types.IsSet(set))
                return true;
            if (operation is IInvocationOperation { TargetMethod.Name: not "ConfigureAwait" } call && operation.Syntax.SpanStart > change.Place.Syntax.SpanStart && Configured(call).Parent is IAwaitOperation or IExpressionStatementOperation
                && call != save && !types.Known.IsLogCall(call) && Awaitables.AwaitedType(call.Type) is not null)
            {
                return true;
            }
        }
        return false;
    }

    private static IOperation Configured(IInvocationOperation call) => call.Parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" } configured ? configured : call;
}
