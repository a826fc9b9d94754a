using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Requests;
using Assay.Analyzers.Semantics.Resources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Analyzers.Rules.Api;

/// <summary>Finds HTTP clients that are made for one call and thrown away with their connections.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HttpClientPerCall() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY6002",
        category: Category.Api,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A new HttpClient for every call wastes its connections",
        messageFormat: "Every call of '{0}' makes its own HttpClient: {1}; share one client, or take it from IHttpClientFactory");

    private const string Disposed = "none of its connections is used again, and each closed one keeps its port for minutes, so that under load the machine runs out of ports";
    private const string Forgotten = "none of its connections is used again, and they stay open until they time out";

    private static readonly Words s_words = Words.Of("HttpClient", Vocabulary.UntypedNew);
    private static readonly Words s_typed = Words.Of("HttpClient");
    private static readonly Words s_server = Words.Of("HttpContext", "WebApplication", "WebApplicationBuilder", "ControllerBase", "ApiController", "PageModel", "IApplicationBuilder", "IEndpointRouteBuilder", "ServerCallContext");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types["System.Net.Http.HttpClient"] is { } client && !types.IsTestProject())
            context.RegisterBodyAction(s_words, MayMakeClient, c => Check(c, types, client), OperationKind.ObjectCreation);
    }

    // `new()` leaves its type to the declaration before it.
    private static bool MayMakeClient(MemberBody body, CancellationToken cancellationToken) =>
        WordIndex.Of(body.Syntax.SyntaxTree, cancellationToken).Has(s_typed);

    private static void Check(OperationAnalysisContext context, KnownTypes types, INamedTypeSymbol client)
    {
        var made = (IObjectCreationOperation)context.Operation;
        if (!made.Type.Is(client) || !OwnsConnections(made, types))
            return;
        var (how, local) = Holdings.Of(made);
        // A field, a factory's caller or a registration may hold it for long.
        if (how is Holding.Other or Holding.Nothing)
        {
            if (IsKeptForRequest(made, context.ContainingSymbol, types))
                context.ReportDiagnostic(Descriptor.At(made.Syntax.GetLocation(), context.ContainingSymbol.ContainingType.Name, Forgotten));
            return;
        }
        var isDisposed = how == Holding.Using;
        if (local is not null)
        {
            var life = LocalLife.Of(local, made);
            if (life.Leaves || life.Captured.Any(c => Outlives(c, types)))
                return;
            isDisposed |= life.IsDisposed;
        }
        // One client for the whole run of a program is what is asked for.
        if (types.RunsOnce(made, context.ContainingSymbol))
            return;
        var severity = IsRepeated(made) || !IsPartOfProgram(context) && Serves(context) ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info;
        context.ReportDiagnostic(Descriptor.At(made.Syntax.GetLocation(), severity, [], null, context.ContainingSymbol.WrittenName(), isDisposed ? Disposed : Forgotten));
    }

    // Connections belong to the handler: one that is passed in lives on, and one of the author's own may open none.
    private static bool OwnsConnections(IObjectCreationOperation made, KnownTypes types)
    {
        if (made.Arguments.IsEmpty)
            return true;
        var handler = made.Arguments.At(0).Value.Bare();
        if (handler is ILocalReferenceOperation local)
            handler = LocalWrites.OnlyValue(local)?.Bare();
        if (handler is not IObjectCreationOperation { Type: { } type })
            return false;
        return type.Is(types["System.Net.Http.HttpClientHandler"]) || type.Is(types["System.Net.Http.SocketsHttpHandler"]) || type.Is(types["System.Net.Http.WebRequestHandler"]) || type.Is(types["System.Net.Http.WinHttpHandler"]);
    }

    // `private readonly HttpClient _client = new();` in a controller, of which every request makes another.
    private static bool IsKeptForRequest(IOperation made, ISymbol owner, KnownTypes types)
    {
        if (owner is not { IsStatic: false, ContainingType: { } type } || !types.HoldsActions(type))
            return false;
        var value = made.Parent;
        while (value is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        return value is IFieldInitializerOperation or IPropertyInitializerOperation
            || owner is IMethodSymbol { MethodKind: MethodKind.Constructor } && value is ISimpleAssignmentOperation { Target: IMemberReferenceOperation { Instance: IInstanceReferenceOperation, Member.IsStatic: false } };
    }

    private static bool Outlives(IOperation captured, KnownTypes types)
    {
        for (var parent = captured.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation lambda)
                return !types.RunsWithinMember(lambda);
        }
        // A local function is called by its member, as far as one can see.
        return false;
    }

    private static bool IsRepeated(IOperation made)
    {
        for (var parent = made.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILoopOperation)
                return true;
        }
        return false;
    }

    // In a server, somebody's request is behind nearly every call; a tool or a library may make the call once in its life.
    private static bool Serves(OperationAnalysisContext context)
    {
        foreach (var tree in context.Compilation.SyntaxTrees)
        {
            // Found, and not merely possible: a file with escaped characters may hold any word.
            if (WordIndex.Of(tree, context.CancellationToken).Find(s_server, new TextSpan(0, tree.Length), after: -1) >= 0)
                return true;
        }
        return false;
    }

    // The methods beside Main are mostly the steps of a program that runs once.
    private static bool IsPartOfProgram(OperationAnalysisContext context) =>
        context.Compilation.GetEntryPoint(context.CancellationToken)?.ContainingType.Is(context.ContainingSymbol.ContainingType) == true;
}
