using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Catches;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Errors;

/// <summary>Finds exceptions thrown in place of a caught one that do not hold it, though they could.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class InnerExceptionLost() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY3004",
        category: Category.Errors,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A new exception is thrown without the one that caused it",
        messageFormat: "This '{0}' does not hold the caught {1}: where and why it failed first is lost; pass it as '{2}'");

    private static readonly Words s_words = Words.Of("catch");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.Exception is not null)
            context.RegisterBodyAction(s_words, c => Check(c, types), OperationKind.Throw);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types)
    {
        foreach (var created in Created(((IThrowOperation)context.Operation).Exception?.Bare(), mayFollow: true))
            CheckCreated(context, created, types);
    }

    // `throw new …`, `throw ex switch { … => new … }`, and a local that was made just before.
    private static IEnumerable<IObjectCreationOperation> Created(IOperation? thrown, bool mayFollow) => thrown switch
    {
        IObjectCreationOperation { Constructor: not null } created => [created],
        IConditionalOperation { WhenFalse: { } otherwise } choice => [.. Created(choice.WhenTrue.Bare(), mayFollow), .. Created(otherwise.Bare(), mayFollow)],
        ISwitchExpressionOperation choice => choice.Arms.SelectMany(a => Created(a.Value.Bare(), mayFollow)),
        ILocalReferenceOperation { Local: var local } use when mayFollow && LocalWrites.OnlyValue(use) is { } value && IsOnlyThrown(local, use) => Created(value.Bare(), mayFollow: false),
        _ => [],
    };

    // What is set in between, as in `error.Data["cause"] = ex`, may hold the caught one.
    private static bool IsOnlyThrown(ILocalSymbol local, IOperation use) =>
        use.Root().Descendants().Count(o => o is ILocalReferenceOperation reference && reference.Local.Is(local)) == 1;

    private static void CheckCreated(OperationAnalysisContext context, IObjectCreationOperation created, KnownTypes types)
    {
        if (CatchPlaces.ClauseAround(created) is not { } clause)
            return;
        // A cancellation stands for itself.
        if (created.Type.IsOrInherits(types.OperationCanceledException))
            return;
        var caught = clause.Caught();
        if (caught is not null && created.HandsOn(caught) || HasException(created, types))
            return;
        if (InnerExceptions.SlotOf(created, context.ContainingSymbol, types) is not { } slot)
            return;
        context.ReportDiagnostic(Descriptor.At(
            created.Syntax.GetLocation(),
            IsSure(clause, caught, created, types) ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
            ImmutableArray<Location>.Empty,
            properties: null,
            created.Type!.Name,
            caught is null ? "exception" : $"'{caught.Name}'",
            slot.Name));
    }

    // Another exception than the caught one: its cause, or one kept from before.
    private static bool HasException(IObjectCreationOperation created, KnownTypes types)
    {
        foreach (var argument in created.Arguments)
        {
            if (argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Value.Bare().Type.IsOrInherits(types.Exception))
                return true;
        }
        return false;
    }

    private static bool IsSure(ICatchClauseOperation clause, ILocalSymbol? caught, IObjectCreationOperation created, KnownTypes types)
    {
        // At a security boundary it may be left out on purpose; a log that has it is a trace, if not at hand.
        if (IsSecurity(created.Type!, types) || caught is not null && clause.Handler.HandsOn(caught))
            return false;
        // A filter names the kind as much as a type does. `catch (KeyNotFoundException) { throw new UnknownOrderException(id); }`: the new exception may say all there is.
        return IsAnything(clause.ExceptionType, types) && clause.Filter is null || caught is not null && ReadsMessage(created, caught);
    }

    private static bool IsAnything(ITypeSymbol type, KnownTypes types) =>
        type.SpecialType == SpecialType.System_Object || type.Is(types.Exception) || type.Is(types["System.SystemException"]);

    private static bool ReadsMessage(IObjectCreationOperation created, ILocalSymbol caught)
    {
        foreach (var operation in created.Descendants())
        {
            if (operation is IPropertyReferenceOperation { Property.Name: "Message", Instance: { } owner } && owner.IsOf(caught))
                return true;
        }
        return false;
    }

    private static bool IsSecurity(ITypeSymbol type, KnownTypes types) =>
        type.IsOrInherits(types["System.UnauthorizedAccessException"])
        || type.IsOrInherits(types["System.Security.SecurityException"])
        || type.IsOrInherits(types["System.Security.Cryptography.CryptographicException"])
        || type.IsOrInherits(types["System.Security.Authentication.AuthenticationException"]);
}
