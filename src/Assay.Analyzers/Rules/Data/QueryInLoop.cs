using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.EntityFramework;
using Assay.Analyzers.Semantics.Retries;
using Assay.Analyzers.Semantics.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Data;

/// <summary>Finds queries and requests that a loop sends once for each of its elements.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class QueryInLoop() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY5005",
        category: Category.Data,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "A loop asks the database or a service once for each element",
        messageFormat: "'{0}' runs for each '{1}' of this loop, one round trip after the other: {2}");

    private static readonly Words s_entities = Words.Of(
        "First", "FirstAsync", "FirstOrDefault", "FirstOrDefaultAsync", "Single", "SingleAsync", "SingleOrDefault", "SingleOrDefaultAsync", "Find", "FindAsync", "Last", "LastAsync", "LastOrDefault", "LastOrDefaultAsync",
        "Any", "AnyAsync", "Count", "CountAsync", "ToList", "ToListAsync", "ToArray", "ToArrayAsync", "Sum", "SumAsync", "Max", "MaxAsync", "Min", "MinAsync");
    private static readonly Words s_requests = Words.Of("GetAsync", "GetStringAsync", "GetFromJsonAsync", "GetByteArrayAsync", "GetStreamAsync");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // In a test, time is not what is short.
        if (types.IsTestProject())
            return;
        var entities = EntityTypes.Of(types);
        var commands = new SqlCommands(types);
        var http = types["System.Net.Http.HttpClient"];
        if (entities is not null)
            context.RegisterBodyAction(s_entities, c => Check(c, entities, null, null), OperationKind.Invocation);
        if (http is not null)
            context.RegisterBodyAction(s_requests, c => Check(c, null, null, http), OperationKind.Invocation);
        if (types["System.Data.IDbCommand"] is not null)
            context.RegisterBodyAction(SqlCommands.Calls, c => Check(c, null, commands, null), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, EntityTypes? entities, SqlCommands? commands, INamedTypeSymbol? http)
    {
        var call = (IInvocationOperation)context.Operation;
        if (LoopAround(call) is not { } loop || CureFor(call, entities, commands, http) is not { } cure || ElementOf(loop) is not { } element)
            return;
        if (IsBatch(element) || IsFixed(loop.Collection) || !IsKeyed(call, element, loop) || NeedsOneByOne(loop, call))
            return;
        context.ReportDiagnostic(Descriptor.At(call.NameLocation(), [loop.Syntax.GetFirstToken().GetLocation()], call.TargetMethod.Name, element.Name, cure));
    }

    private static IForEachLoopOperation? LoopAround(IOperation operation)
    {
        IOperation child = operation;
        for (var parent = operation.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                // What a loop goes through is asked for once; a stream brings its elements one by one.
                case IForEachLoopOperation each:
                    return each.Body == child && !each.IsAsynchronous ? each : null;
                case ILoopOperation or IAnonymousFunctionOperation or ILocalFunctionOperation or ICatchClauseOperation:
                    return null;
            }
        }
        return null;
    }

    private static string? CureFor(IInvocationOperation call, EntityTypes? entities, SqlCommands? commands, INamedTypeSymbol? http)
    {
        if (entities is not null && EntityQuery.Of(call, entities) is { } query && query.Call == call)
            return query.Operator is "ExecuteUpdate" or "ExecuteDelete" or "AsAsyncEnumerable" ? null : "ask once before the loop for all keys ('Contains'), and look the results up here";
        if (commands is not null && Asks(call.TargetMethod) && (commands.IsExecution(call.TargetMethod) || commands.TakesSql(call.TargetMethod)))
            return "ask once before the loop for all keys ('IN', '= ANY'), and look the results up here";
        return http is not null && IsGet(call.TargetMethod) && call.Receiver()?.Bare().Type.IsOrInherits(http) == true
            ? "ask for all at once where the service allows it, or for a few at a time" : null;
    }

    private static bool Asks(IMethodSymbol method) =>
        method.Name is "ExecuteScalar" or "ExecuteScalarAsync" or "ExecuteReader" or "ExecuteReaderAsync" || method.Name.StartsWith("Query", StringComparison.Ordinal);

    private static bool IsGet(IMethodSymbol method) => method.Name is "GetAsync" or "GetStringAsync" or "GetFromJsonAsync" or "GetByteArrayAsync" or "GetStreamAsync";

    private static ILocalSymbol? ElementOf(IForEachLoopOperation loop) => loop.Locals.IsEmpty ? null : loop.Locals[0];

    // Each element is a batch itself.
    private static bool IsBatch(ILocalSymbol element) =>
        element.Type is IArrayTypeSymbol
        || element.Type.SpecialType != SpecialType.System_String && element.Type.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_Collections_IEnumerable);

    // A handful that is written in the code: candidates, regions, the values of an enum.
    private static bool IsFixed(IOperation collection) => collection.Bare() switch
    {
        IArrayCreationOperation or ICollectionExpressionOperation => true,
        IFieldReferenceOperation { Field: { IsStatic: true, IsReadOnly: true } } => true,
        IInvocationOperation { TargetMethod: { Name: "GetValues", ContainingType.Name: "Enum" } } => true,
        IInvocationOperation { TargetMethod: { Name: "Range", ContainingType.Name: "Enumerable" } } => true,
        ILocalReferenceOperation local => LocalWrites.OnlyValue(local)?.Bare() is IArrayCreationOperation or ICollectionExpressionOperation,
        _ => false,
    };

    private static bool IsKeyed(IInvocationOperation call, ILocalSymbol element, IForEachLoopOperation loop)
    {
        foreach (var part in call.Descendants())
        {
            if (part is not ILocalReferenceOperation local)
                continue;
            if (local.Local.Is(element) || IsDeclaredIn(local.Local, loop) && LocalWrites.OnlyValue(local) is { } only && only.DescendantsAndSelf().Any(o => o is ILocalReferenceOperation inner && inner.Local.Is(element)))
                return true;
        }
        // The parameters of a command are set before it is run.
        return call.Instance?.Bare() is ILocalReferenceOperation command && call.TargetMethod.Name.StartsWith("Execute", StringComparison.Ordinal) && UsesWith(command.Local, element, loop);
    }

    private static bool IsDeclaredIn(ILocalSymbol local, ILoopOperation loop) => local.DeclaringSyntaxReferences.Any(r => loop.Body.Syntax.Span.Contains(r.Span));

    private static bool UsesWith(ILocalSymbol command, ILocalSymbol element, IForEachLoopOperation loop)
    {
        foreach (var operation in FunctionScope.Own(loop.Body))
        {
            if (operation is not (IInvocationOperation or ISimpleAssignmentOperation))
                continue;
            var names = operation.Descendants().OfType<ILocalReferenceOperation>().Select(l => l.Local).ToList();
            if (names.Exists(n => n.Is(command)) && names.Exists(n => n.Is(element)))
                return true;
        }
        return false;
    }

    // The first hit ends the search, a cache asks rarely, a pause keeps to a limit.
    private static bool NeedsOneByOne(IForEachLoopOperation loop, IInvocationOperation call)
    {
        foreach (var operation in RetryLoop.Own(loop.Body, null))
        {
            if (operation is IReturnOperation { Kind: OperationKind.Return } or IBranchOperation { BranchKind: BranchKind.Break } && operation.Syntax.SpanStart > call.Syntax.SpanStart && !IsInInnerLoop(operation, loop))
                return true;
            if (operation is IInvocationOperation { TargetMethod.Name: "Delay" or "WaitAsync" or "TryGetValue" or "ContainsKey" or "GetOrAdd" })
                return true;
        }
        return false;
    }

    private static bool IsInInnerLoop(IOperation operation, ILoopOperation loop)
    {
        for (var parent = operation.Parent; parent is not null && parent != loop; parent = parent.Parent)
        {
            if (parent is ILoopOperation or ISwitchCaseOperation && operation is IBranchOperation)
                return true;
        }
        return false;
    }
}
