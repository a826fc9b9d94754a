using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.EntityFramework;
using Assay.Analyzers.Semantics.Loops;
using Assay.Analyzers.Semantics.Retries;
using Assay.Analyzers.Semantics.Sql;
using Assay.Analyzers.Semantics.ValueFlow;
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
            context.RegisterBodyAction(s_entities, c => Check(c, types, entities, null, null), OperationKind.Invocation);
        if (http is not null)
            context.RegisterBodyAction(s_requests, c => Check(c, types, null, null, http), OperationKind.Invocation);
        if (types["System.Data.IDbCommand"] is not null)
            context.RegisterBodyAction(SqlCommands.Calls, c => Check(c, types, null, commands, null), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types, EntityTypes? entities, SqlCommands? commands, INamedTypeSymbol? http)
    {
        var call = (IInvocationOperation)context.Operation;
        if (CureFor(call, entities, commands, http) is not { } cure)
            return;
        var turns = ElementTurns.Around(call);
        var isNeeded = turns is null ? (turns = OfCallers(call, context, types)) is not null : IsNeeded(turns, call);
        if (isNeeded)
            context.ReportDiagnostic(Descriptor.At(call.NameLocation(), [turns!.Place], call.TargetMethod.Name, turns.Name, cure));
    }

    private static bool IsNeeded(ElementTurns turns, IInvocationOperation call) =>
        !IsBatch(turns.Element) && !IsFixed(turns.Collection) && IsKeyed(call, turns) && !NeedsOneByOne(turns.Body, call);

    // A private method that every caller runs for each element, and that asks by what it is given.
    private static ElementTurns? OfCallers(IInvocationOperation call, OperationAnalysisContext context, KnownTypes types)
    {
        if (call.EnclosingFunction(context.ContainingSymbol) is not { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction, Parameters.IsEmpty: false } function || !IsKeyed(call, function) || MayRemember(FunctionScope.Around(call)))
            return null;
        ElementTurns? first = null;
        foreach (var run in PrivateCalls.Of(function, types, call, context.CancellationToken) ?? [])
        {
            if (ElementTurns.Around(run) is not { } turns || !IsNeeded(turns, run))
                return null;
            first ??= turns;
        }
        return first;
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

    // Each element is a batch itself.
    private static bool IsBatch(ISymbol element)
    {
        var type = element switch { ILocalSymbol local => local.Type, IParameterSymbol parameter => parameter.Type, _ => null };
        return type is IArrayTypeSymbol
            || type is { SpecialType: not SpecialType.System_String } && !type.Name.EndsWith("Reader", StringComparison.Ordinal) && type.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_Collections_IEnumerable);
    }

    // A handful that is written in the code: candidates, regions, the values of an enum.
    private static bool IsFixed(IOperation? collection) => collection?.Bare() switch
    {
        IArrayCreationOperation or ICollectionExpressionOperation => true,
        IFieldReferenceOperation { Field: { IsStatic: true, IsReadOnly: true } } => true,
        IInvocationOperation { TargetMethod: { Name: "GetValues", ContainingType.Name: "Enum" } } => true,
        IInvocationOperation { TargetMethod: { Name: "Range", ContainingType.Name: "Enumerable" } } => true,
        ILocalReferenceOperation local => LocalWrites.OnlyValue(local)?.Bare() is IArrayCreationOperation or ICollectionExpressionOperation,
        _ => false,
    };

    private static bool IsKeyed(IInvocationOperation call, ElementTurns turns)
    {
        if (turns.IsReadBy(call))
            return true;
        // The parameters of a command are set before it is run.
        return call.Instance?.Bare() is ILocalReferenceOperation command && call.TargetMethod.Name.StartsWith("Execute", StringComparison.Ordinal) && UsesWith(command.Local, turns);
    }

    private static bool IsKeyed(IInvocationOperation call, IMethodSymbol function)
    {
        foreach (var part in call.Descendants())
        {
            if (part is IParameterReferenceOperation { Parameter: { Type.Name: not "CancellationToken" } parameter } && parameter.ContainingSymbol.Is(function) && !IsBatch(parameter) && part != call.Receiver()?.Bare())
                return true;
        }
        return false;
    }

    private static bool UsesWith(ILocalSymbol command, ElementTurns turns)
    {
        foreach (var operation in FunctionScope.Own(turns.Body))
        {
            if (operation is IInvocationOperation or ISimpleAssignmentOperation && operation.Descendants().Any(o => o is ILocalReferenceOperation local && local.Local.Is(command)) && turns.IsReadBy(operation))
                return true;
        }
        return false;
    }

    // The first hit ends the search, a cache asks rarely, a pause keeps to a limit.
    private static bool NeedsOneByOne(IOperation body, IInvocationOperation call)
    {
        // The result of a lambda is its turn's, not the search's.
        var isLambda = body.Parent is IAnonymousFunctionOperation;
        foreach (var operation in RetryLoop.Own(body, null))
        {
            if (!isLambda && operation is IReturnOperation { Kind: OperationKind.Return } or IBranchOperation { BranchKind: BranchKind.Break } && (operation.Syntax.SpanStart > call.Syntax.SpanStart || operation.Syntax.Span.Contains(call.Syntax.Span)) && !IsInInnerLoop(operation, body))
                return true;
        }
        return MayRemember(body);
    }

    private static bool MayRemember(IOperation body) =>
        RetryLoop.Own(body, null).Any(o => o is IInvocationOperation { TargetMethod.Name: "Delay" or "WaitAsync" or "TryGetValue" or "ContainsKey" or "GetOrAdd" } or ICoalesceAssignmentOperation);

    private static bool IsInInnerLoop(IOperation operation, IOperation body)
    {
        for (var parent = operation.Parent; parent is not null && parent != body; parent = parent.Parent)
        {
            if (parent is ILoopOperation or ISwitchCaseOperation && operation is IBranchOperation)
                return true;
        }
        return false;
    }
}
