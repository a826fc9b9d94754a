using System.Collections.Immutable;
using Assay.Analyzers.Semantics.ValueFlow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Sql;

/// <summary>A value in an SQL text that should not be there.</summary>
/// <param name="Value">The value as it is written into the text.</param>
/// <param name="Path">Its way, its source first.</param>
/// <param name="Reason">Who chooses it, as the end of a sentence; empty when nothing is known.</param>
/// <param name="Consequence">What happens.</param>
/// <param name="Severity">How sure that is.</param>
internal sealed record SqlFinding(IOperation Value, ImmutableArray<Location> Path, string Reason, string Consequence, DiagnosticSeverity Severity);

/// <summary>A place in an SQL text.</summary>
/// <param name="Position">What stands there.</param>
/// <param name="IsWhole">Whether the text consists of values alone.</param>
/// <param name="TakesParameters">Whether a parameter could stand there.</param>
internal readonly record struct SqlPlace(SqlPosition Position, bool IsWhole, bool TakesParameters);

/// <summary>Judges a value in an SQL text by where it comes from and where it stands.</summary>
internal static class SqlVerdicts
{
    /// <summary>The finding about the value; null when it may well stand there.</summary>
    public static SqlFinding? Judge(IOperation value, FlowOrigin origin, SqlPlace place, Untrusted untrusted)
    {
        var why = untrusted.WhyOrCaller(origin.Value);
        // Rules of their own tell what models write and choose.
        if (why?.Kind is UntrustKind.Model or UntrustKind.Tool)
            return null;
        var reason = why is null ? "" : $", {why.Reason},";
        if (place.IsWhole)
            return why?.Kind is UntrustKind.Request or UntrustKind.Message ? Warn("whoever sends it runs any statement on the database") : null;
        switch (place.Position)
        {
            case SqlPosition.Quoted or SqlPosition.Value when !place.TakesParameters:
                const string Definition = "an apostrophe in it ends the text there and the rest runs as SQL; the statement takes no parameters, so double its apostrophes or compare it with known values";
                return IsOutside(why) ? Warn(Definition) : Suggest(Definition);
            case SqlPosition.Quoted or SqlPosition.Value when IsOwnSetting(origin.Value):
                // What the program is configured with, its administrator chose.
                return Suggest("an apostrophe in it ends the text there; pass it as a parameter");
            case SqlPosition.Quoted:
                return Warn("an apostrophe in it, as in O'Brien, ends the text there and the rest runs as SQL; pass it as a parameter");
            // `VALUES ({parameterNames})`, `= {Literal(value)}`: what other code made for this place.
            case SqlPosition.Value when why is not { IsForeign: true } && IsMadeForSql(value, origin.Value):
                return null;
            case SqlPosition.Value when origin.Value.Type?.SpecialType is SpecialType.System_String or SpecialType.System_Object || why is { IsForeign: true }:
                return Warn("what it says runs as SQL; pass it as a parameter");
            case SqlPosition.Name or SqlPosition.Clause when IsOutside(why):
                return Warn("what it says runs as SQL; compare it with the names that are allowed");
            case SqlPosition.Name when why?.Kind == UntrustKind.Caller:
                return Suggest("a name cannot be a parameter, so compare it with the names that are allowed");
            default:
                return null;
        }

        SqlFinding Warn(string consequence) => new(value, origin.Path, reason, consequence, DiagnosticSeverity.Warning);

        SqlFinding Suggest(string consequence) => new(value, origin.Path, reason, consequence, DiagnosticSeverity.Info);
    }

    // Tools for databases read names from their catalogues and from scripts.
    private static bool IsOutside(Untrust? why) => why?.Kind is UntrustKind.Request or UntrustKind.Message or UntrustKind.Answer;

    private static bool IsMadeForSql(IOperation value, IOperation origin) =>
        origin is IInvocationOperation call && KnownCalls.Passed(call) is null || NamesParameter(value) || NamesParameter(origin);

    private static bool NamesParameter(IOperation value)
    {
        foreach (var token in value.Syntax.DescendantTokens())
        {
            if (token.ValueText.IndexOf("param", StringComparison.OrdinalIgnoreCase) >= 0 || token.ValueText.IndexOf("placeholder", StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }
        return false;
    }

    private static bool IsOwnSetting(IOperation value) => value switch
    {
        IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation } => true,
        IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } constructor } => constructor.ContainingType.TypeKind == TypeKind.Class && !constructor.ContainingType.IsRecord,
        IMemberReferenceOperation { Instance: { } owner } => IsOwnSetting(owner.Bare()),
        IInvocationOperation { TargetMethod: { Name: "GetEnvironmentVariable" or "GetValue" or "GetConnectionString" } } => true,
        _ => false,
    };
}
