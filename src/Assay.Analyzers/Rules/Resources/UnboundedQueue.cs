using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Requests;
using Assay.Analyzers.Semantics.Resources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Resources;

/// <summary>Finds queues between parts of a program that take in whatever comes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnboundedQueue() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY8002",
        category: Category.Resources,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "A queue takes in more than its reader can take out",
        messageFormat: "{0} has no bound: while {1} is slower than its writers, it grows until the process has no memory left, and what waits in it is lost; bound it, so that writers wait or are refused");

    private static readonly Words s_words = Words.Of("CreateUnbounded", "BlockingCollection", "ConcurrentQueue", Vocabulary.UntypedNew);

    private static readonly Words s_typed = Words.Of("CreateUnbounded", "BlockingCollection", "ConcurrentQueue");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.IsTestProject())
            return;
        if (types["System.Threading.Channels.Channel"] is { } channel)
            context.RegisterBodyAction(s_words, MayMakeQueue, c => CheckChannel(c, channel), OperationKind.Invocation);
        context.RegisterBodyAction(s_words, MayMakeQueue, c => CheckCollection(c, types), OperationKind.ObjectCreation);
    }

    // `new()` leaves its type to the declaration before it.
    private static bool MayMakeQueue(MemberBody body, CancellationToken cancellationToken) =>
        WordIndex.Of(body.Syntax.SyntaxTree, cancellationToken).Has(s_typed);

    private static void CheckChannel(OperationAnalysisContext context, INamedTypeSymbol channel)
    {
        var made = (IInvocationOperation)context.Operation;
        if (made.TargetMethod is not { Name: "CreateUnbounded" or "CreateUnboundedPrioritized" } method || !method.ContainingType.Is(channel))
            return;
        // Nobody types faster than a program reads.
        if (method.TypeArguments.Length == 1 && method.TypeArguments[0].Name == "ConsoleKeyInfo")
            return;
        // The channel of one call holds what that call puts in.
        if (KeeperOf(made) is { } keeper)
        {
            var uses = QueueUses.Of(context.ContainingSymbol.ContainingType, keeper.Name, context.CancellationToken);
            if (!uses.IsCounted && !uses.DoWritersWait)
                Report(context, $"'{keeper.Name}'", uses.IsRead ? "its reader" : "whoever reads it");
        }
        else if (IsRegistered(made))
        {
            Report(context, "This channel", "whoever reads it");
        }
    }

    private static void CheckCollection(OperationAnalysisContext context, KnownTypes types)
    {
        var made = (IObjectCreationOperation)context.Operation;
        if (!IsUnbounded(made, types, out var isBlocking) || KeeperOf(made) is not { } keeper || context.ContainingSymbol.ContainingType is not { } type)
            return;
        var uses = QueueUses.Of(type, keeper.Name, context.CancellationToken);
        // A scheduler must take what it is given.
        if (type.IsOrInherits(types["System.Threading.Tasks.TaskScheduler"]) || type.IsOrInherits(types["System.Threading.SynchronizationContext"]))
            return;
        if (!uses.IsRead || uses.IsCounted || uses.DoWritersWait || uses.Writers.Count == 0)
            return;
        // A plain queue may be a pool or a list of open work; fed from requests it is a queue.
        if (isBlocking || uses.Writers.Any(w => IsFedFromRequests(w, type, types, context)))
            Report(context, $"'{keeper.Name}'", "its reader");
    }

    private static bool IsUnbounded(IObjectCreationOperation made, KnownTypes types, out bool isBlocking)
    {
        isBlocking = made.Type?.OriginalDefinition.Is(types["System.Collections.Concurrent.BlockingCollection`1"]) == true;
        if (isBlocking)
            return !made.Arguments.Any(a => a.Value.Bare().Type?.SpecialType == SpecialType.System_Int32);
        return made.Type?.OriginalDefinition.Is(types["System.Collections.Concurrent.ConcurrentQueue`1"]) == true;
    }

    private static bool IsFedFromRequests(MemberDeclarationSyntax writer, INamedTypeSymbol type, KnownTypes types, OperationAnalysisContext context)
    {
        if (writer is not MethodDeclarationSyntax { Identifier.ValueText: var name })
            return false;
        return type.GetMembers(name).Any(m => m is IMethodSymbol method
            && (types.IsHandler(method) || types.IsHostedService(type) && method.DeclaredAccessibility == Accessibility.Public && !method.IsOverride));
    }

    private static void Report(OperationAnalysisContext context, string queue, string reader) =>
        context.ReportDiagnostic(Descriptor.At(context.Operation.Syntax.GetLocation(), queue, reader));

    /// <summary>The field or property of the type that keeps the queue for as long as the object lives.</summary>
    private static ISymbol? KeeperOf(IOperation made)
    {
        var value = made;
        while (value.Parent is IConversionOperation or IParenthesizedOperation or ICoalesceOperation)
            value = value.Parent;
        return value.Parent switch
        {
            IFieldInitializerOperation { InitializedFields: { Length: > 0 } fields } => fields[0],
            IPropertyInitializerOperation { InitializedProperties: { Length: > 0 } properties } => properties[0],
            ISimpleAssignmentOperation { Target: IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol, Instance: null or IInstanceReferenceOperation } member } => member.Member,
            _ => null,
        };
    }

    // services.AddSingleton(Channel.CreateUnbounded<Job>()), also as a factory
    private static bool IsRegistered(IOperation made)
    {
        for (var parent = made.Parent; parent is not null and not IBlockOperation { Parent: IMethodBodyOperation }; parent = parent.Parent)
        {
            if (parent is IInvocationOperation { TargetMethod.Name: "AddSingleton" or "TryAddSingleton" or "AddKeyedSingleton" })
                return true;
        }
        return false;
    }
}
