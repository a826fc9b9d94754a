using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.EntityFramework;
using Assay.Analyzers.Semantics.Sql;
using Assay.Analyzers.Semantics.ValueFlow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Data;

/// <summary>Finds rows that are added because a query found none, with nothing that keeps a second one out.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ExistsThenInsert() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY5003",
        category: Category.Data,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A row is added because a query found none",
        messageFormat: "Two requests that both find no such '{0}' at line {1} both add one here: {2}");

    private static readonly Words s_adds = Words.Of("Add", "AddAsync", "AddRange", "AddRangeAsync");
    private static readonly Words s_inserts = Words.Of("INSERT", "insert");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // A test is alone with its database.
        if (types.IsTestProject())
            return;
        if (EntityTypes.Of(types) is { } entities)
            context.RegisterBodyAction(s_adds, c => CheckEntity(c, entities), OperationKind.Invocation);
        if (types["System.Data.IDbCommand"] is null)
            return;
        var commands = new SqlCommands(types);
        context.RegisterBodyAction(SqlCommands.Calls, MayInsert, c => CheckSql(c, types, commands), OperationKind.Block);
    }

    private static bool MayInsert(MemberBody body, CancellationToken cancellationToken) => WordIndex.Of(body.Model.SyntaxTree, cancellationToken).Has(s_inserts);

    private static void CheckEntity(OperationAnalysisContext context, EntityTypes types)
    {
        var add = (IInvocationOperation)context.Operation;
        if (add.TargetMethod.Name is not ("Add" or "AddAsync" or "AddRange" or "AddRangeAsync") || add.Instance?.Bare() is not { } target || Added(add, target, types) is not { } entity)
            return;
        if (QueryOver(add, entity, types, context) is not { } query || !IsSaved(add, types, context.CancellationToken))
            return;
        var owner = context.ContainingSymbol;
        if (Crowding.IsSetUp(owner, types.Known) || UniqueViolations.AreHandled(add, owner, types.Known, context.CancellationToken))
            return;
        var unique = query.Operator == "Find" || ExistenceCheck.AsksKey(query) ? ModelProof.Yes : EntityModel.Of(types).HasUniqueIndex(entity, query.Context?.Type ?? target.Type);
        var isSure = unique == ModelProof.No && !Crowding.IsUnlikely(owner, types.Known);
        var outcome = unique switch
        {
            ModelProof.No => "the model has no unique index that keeps the second row out; add one, and handle its violation",
            ModelProof.Yes => "the second save fails with a DbUpdateException that nothing here handles",
            _ => "without a unique index there are two of them, with one the second save fails and nothing here handles it",
        };
        Report(context, add, query.Call, isSure, entity.Name, outcome);
    }

    // In the function itself, or over the only call of a private one.
    private static EntityQuery? QueryOver(IInvocationOperation add, INamedTypeSymbol entity, EntityTypes types, OperationAnalysisContext context)
    {
        if (ExistenceCheck.Over(add, entity, types, context.CancellationToken) is { } query)
            return query;
        return add.EnclosingFunction(context.ContainingSymbol) is { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } function
            && PrivateCalls.Of(function, types.Known, add, context.CancellationToken) is { Count: 1 } calls ? ExistenceCheck.Over(calls[0], entity, types, context.CancellationToken) : null;
    }

    private static void Report(OperationAnalysisContext context, IInvocationOperation add, IInvocationOperation query, bool isSure, string name, string outcome) =>
        context.ReportDiagnostic(Descriptor.At(
            add.NameLocation(),
            isSure ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
            [query.Syntax.GetLocation()],
            properties: null,
            name,
            query.Syntax.GetLocation().Line(),
            outcome));

    // The entity type of `set.Add(…)` or `context.Add(…)`.
    private static INamedTypeSymbol? Added(IInvocationOperation add, IOperation target, EntityTypes types)
    {
        if (types.IsSet(target.Type))
            return ((INamedTypeSymbol)target.Type!).TypeArguments[0] as INamedTypeSymbol;
        return types.IsContext(target.Type) && add.Arguments.Length > 0 ? add.Arguments.At(0).Value.Bare().Type as INamedTypeSymbol : null;
    }

    private static bool IsSaved(IInvocationOperation add, EntityTypes types, CancellationToken cancellationToken)
    {
        foreach (var operation in FunctionScope.Own(FunctionScope.Around(add)))
        {
            if (operation is IInvocationOperation call && call.Syntax.SpanStart > add.Syntax.SpanStart && Saves.Of(call, types, cancellationToken) is not null)
                return true;
        }
        return false;
    }

    private static void CheckSql(OperationAnalysisContext context, KnownTypes types, SqlCommands commands)
    {
        if (context.Operation.Parent is not (null or IMethodBodyOperation or IConstructorBodyOperation or IAnonymousFunctionOperation or ILocalFunctionOperation))
            return;
        var runs = SqlRun.In(context.Operation, commands, context.CancellationToken);
        if (runs.Count < 2 || runs.Exists(r => RowGuards.LocksRows(r.Sql)))
            return;
        foreach (var insert in runs)
        {
            if (insert.Statement is not { Kind: SqlKind.Insert, HandlesConflict: false, Table.Length: > 0 } || ExistenceCheck.Over(insert, runs, context.Operation) is not { } query)
                continue;
            var owner = context.ContainingSymbol;
            if (Crowding.IsSetUp(owner, types) || UniqueViolations.AreHandled(insert.Call, owner, types, context.CancellationToken))
                return;
            Report(context, insert.Call, query.Call, !Crowding.IsUnlikely(owner, types), insert.Statement.Table, "without a unique constraint there are two of them, with one the second fails and nothing here handles it; say ON CONFLICT or its like in the INSERT");
        }
    }
}
