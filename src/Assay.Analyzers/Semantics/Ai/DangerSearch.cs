using Assay.Analyzers.Semantics.ValueFlow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Ai;

/// <summary>A text that reaches a place where it does something.</summary>
/// <param name="Danger">The place.</param>
/// <param name="Origin">Where the text comes from.</param>
/// <param name="Why">Who chose it.</param>
internal sealed record DangerousText(Danger Danger, FlowOrigin Origin, Untrust Why);

/// <summary>Finds text of one kind in the places where text does something.</summary>
internal sealed class DangerSearch(KnownTypes types, UntrustKind kind)
{
    private readonly DangerousSinks _sinks = new(types);
    private readonly Untrusted _untrusted = new(types);

    /// <summary>Reports the text of the kind that the operation makes do something.</summary>
    public void Check(OperationAnalysisContext context, DiagnosticDescriptor rule, RuleOption<string> sanitizers)
    {
        var listed = sanitizers.Read(context.Options.AnalyzerConfigOptionsProvider, context.Operation.Syntax.SyntaxTree);
        if (Find(context.Operation, Sanitizers.Read(listed, isForPrompts: false), context.CancellationToken) is not var (danger, origin, why))
            return;
        var place = danger.Value.Syntax.GetLocation();
        context.ReportDiagnostic(rule.At(place, origin.Path, danger.Value.Syntax.ToString(), why.Reason, danger.Effect));
    }

    private DangerousText? Find(IOperation operation, Sanitizers sanitizers, CancellationToken cancellationToken)
    {
        foreach (var danger in _sinks.Read(operation))
        {
            var walk = new FlowWalk(types, new FlowQuestion(IsOfKind, m => sanitizers.Cleans(m) || IsFileName(m)), cancellationToken);
            if (danger.IsUrl && HasFixedHost(danger.Value, walk, cancellationToken))
                continue;
            if (walk.Source(danger.Value) is { } origin)
                return new DangerousText(danger, origin, _untrusted.Why(origin.Value)!);
        }
        return null;
    }

    private bool IsOfKind(IOperation value) => _untrusted.Why(value)?.Kind == kind;

    // The last part of a path stays in the folder.
    private static bool IsFileName(IMethodSymbol method) => method is { Name: "GetFileName" or "GetFileNameWithoutExtension", ContainingType.Name: "Path" };

    // `$"https://stock.example/items/{sku}"`, `"items/" + sku`
    private bool HasFixedHost(IOperation url, FlowWalk walk, CancellationToken cancellationToken)
    {
        if (url.Bare() is IObjectCreationOperation { Type.Name: "Uri", Arguments: { Length: > 0 } arguments })
            return arguments.Length > 1 || HasFixedHost(arguments.At(0).Value, walk, cancellationToken);
        var parts = BuiltText.Of(url, walk, types, cancellationToken);
        if (parts.IsEmpty || parts[0].Value is not null)
            return false;
        var start = parts[0].Text.IndexOf("://", StringComparison.Ordinal);
        return start < 0 || parts[0].Text.IndexOf('/', start + 3) > 0;
    }
}
