using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Caches;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Resources;

/// <summary>Finds dictionaries and caches for the life of the process that get another entry with every new key and never lose one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnboundedCache() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY8001",
        category: Category.Resources,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A cache that lives as long as the process only grows",
        messageFormat: "'{0}' gets another entry for every new '{1}' (line {2}) and never loses one: memory grows as long as the process lives");

    private static readonly Words s_entries = Words.Of("Set", "GetOrCreate", "GetOrCreateAsync");
    private static readonly Words s_sizeLimit = Words.Of("SizeLimit");

    // What a program fills while it starts is as large as the program.
    private static readonly string[] s_setUps =
        ["Register", "Configure", "Init", "Load", "SetUp", "Setup", "Install", "Enable", "Build", "Populate", "Main", "Map", "Use", "Define", "Declare", "Ensure", "Subscribe", "Attach", "Import", "Read", "Parse"];

    // Programs are set up by these, too, when nothing of the key says that callers are endless.
    private static readonly string[] s_settings = ["Add", "Set", "Remap", "Ignore"];

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // Tests end.
        if (types.IsTestProject())
            return;
        context.RegisterSemanticModelAction(c => CheckFields(c, types));
        if (types["Microsoft.Extensions.Caching.Memory.IMemoryCache"] is { } cache)
            context.RegisterBodyAction(s_entries, c => CheckCall(c, cache, types), OperationKind.Invocation);
    }

    private static void CheckFields(SemanticModelAnalysisContext context, KnownTypes types)
    {
        foreach (var (member, map) in MapFields.LongLivedIn(context.SemanticModel, types, context.CancellationToken))
        {
            if (CacheKeys.IsBounded(map.TypeArguments[0]) || CacheKeys.HoldsPartsOfProgram(map, member.ContainingType) || MapUses.AddsOnly(member, types, context.CancellationToken) is not { } adds)
                continue;
            if (Growth(adds) is not var (add, caller))
                continue;
            var severity = CacheKeys.IsEndless(add.Key, caller) ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info;
            var place = add.Place.Syntax.GetLocation();
            context.ReportDiagnostic(Descriptor.At(member.Locations[0], severity, [place], null, member.Name, add.Key.Syntax.ToString(), place.Line()));
        }
    }

    private static (MapAdd Add, IParameterSymbol Caller)? Growth(List<MapAdd> adds)
    {
        foreach (var add in adds)
        {
            // A key that is a part of the program, or one that the program itself has written.
            if (CacheKeys.CallerOf(add.Key) is not { } caller || CacheKeys.NamesPartsOfProgram(add.Key, caller) || FedByConstants.Is(caller, add.Place))
                continue;
            if (!IsNamed(add.Function, s_setUps) && (CacheKeys.IsEndless(add.Key, caller) || !IsNamed(add.Function, s_settings)))
                return (add, caller);
        }
        return null;
    }

    private static bool IsNamed(ISymbol? function, string[] beginnings) =>
        function is not null && Array.Exists(beginnings, b => function.Name.StartsWith(b, StringComparison.Ordinal));

    private static void CheckCall(OperationAnalysisContext context, INamedTypeSymbol cache, KnownTypes types)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod is not { Name: "Set" or "GetOrCreate" or "GetOrCreateAsync", IsExtensionMethod: true, ContainingType.Name: "CacheExtensions" } || call.Receiver() is not { } owner || !owner.Bare().Type.IsOrInherits(cache))
            return;
        if (!IsEndlessEntry(call) || call.Arguments.Length < 2 || CacheKeys.CallerOf(call.Arguments.At(1).Value) is not { } caller || FedByConstants.Is(caller, call))
            return;
        var key = call.Arguments.At(1).Value.Bare();
        if (CacheKeys.IsBounded(key.Type ?? caller.Type) || CacheKeys.NamesPartsOfProgram(key, caller) || LimitsSize(types, context.CancellationToken))
            return;
        var severity = CacheKeys.IsEndless(key, caller) ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info;
        context.ReportDiagnostic(Descriptor.At(call.NameLocation(), severity, ImmutableArray<Location>.Empty, null, owner.Bare().Syntax.ToString(), key.Syntax.ToString(), call.Syntax.GetLocation().Line()));
    }

    // Neither options, a time nor a size; a factory that does not touch its entry sets none of them.
    private static bool IsEndlessEntry(IInvocationOperation call)
    {
        if (call.TargetMethod.Name == "Set")
            return call.Arguments.Length == 3;
        if (call.Arguments.Length != 3 || (call.Arguments.At(2).Value as IDelegateCreationOperation)?.Target is not IAnonymousFunctionOperation { Symbol.Parameters: { Length: 1 } entry } factory)
            return false;
        foreach (var operation in factory.Body.Descendants())
        {
            if (operation is IParameterReferenceOperation reference && reference.Parameter.Is(entry[0]))
                return false;
        }
        return true;
    }

    private static bool LimitsSize(KnownTypes types, CancellationToken cancellationToken)
    {
        foreach (var tree in types.Compilation.SyntaxTrees)
        {
            if (WordIndex.Of(tree, cancellationToken).Has(s_sizeLimit))
                return true;
        }
        return false;
    }
}
