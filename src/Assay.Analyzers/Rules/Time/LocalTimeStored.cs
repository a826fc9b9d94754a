using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Time;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Time;

/// <summary>Finds times of the machine's zone that are stored, or taken together with times of UTC.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LocalTimeStored() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY4008",
        category: Category.Time,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A local time is stored or compared with UTC",
        messageFormat: "'{0}' is a time of this machine's zone, and '{1}' {2}");

    private static readonly Words s_words = Words.Of("Now", "Today", "GetLocalNow", "ToLocalTime", "LocalDateTime");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.IsTestProject())
            return;
        var stored = new StoredMembers(types);
        context.RegisterBodyAction(s_words, c => CheckPair(c, types), OperationKind.Binary);
        context.RegisterBodyAction(s_words, c => CheckWrite(c, types, stored), OperationKind.SimpleAssignment);
    }

    private static void CheckPair(OperationAnalysisContext context, KnownTypes types)
    {
        var pair = (IBinaryOperation)context.Operation;
        // A date minus a span is a date, and its left side alone decides.
        if (!ZonedTimes.IsDateTime(pair.LeftOperand.Bare().Type) || !ZonedTimes.IsDateTime(pair.RightOperand.Bare().Type))
            return;
        Pair(context, pair.LeftOperand, pair.RightOperand, types);
        Pair(context, pair.RightOperand, pair.LeftOperand, types);
    }

    private static void Pair(OperationAnalysisContext context, IOperation local, IOperation utc, KnownTypes types)
    {
        if (ZonedTimes.LocalSource(local, types) is { } source && ZonedTimes.UtcSource(utc, types) is { } other)
            Report(context, local, source, other.Syntax.ToString(), "is one of UTC: the result is off by the hours between them, and by one more in summer");
    }

    private static void CheckWrite(OperationAnalysisContext context, KnownTypes types, StoredMembers stored)
    {
        var write = (ISimpleAssignmentOperation)context.Operation;
        if (!ZonedTimes.IsDateTime(write.Value.Bare().Type) || ZonedTimes.LocalSource(write.Value, types) is not { } source)
            return;
        // `new DateTime(2008, 12, 12, …).ToLocalTime()`: a moment that is written down is an example.
        if (source is IInvocationOperation { Instance: IObjectCreationOperation { Arguments: var written } } && written.All(a => a.Value.ConstantValue.HasValue))
            return;
        if (write.Target is not (IMemberReferenceOperation or ILocalReferenceOperation) || NameOf(write.Target) is not { } name)
            return;
        if (ZonedTimes.SaysUtc(name.TrimStart('_')))
            Report(context, write.Value, source, name, "is meant to be in UTC: whoever reads it is off by the hours between them");
        else if (write.Target is IPropertyReferenceOperation { Property: var property } && !SaysLocal(name))
            CheckStorage(context, write.Value, source, property, stored.StorageOf(property, context.CancellationToken) is not Storage.None and var storage ? storage : SentHere(write, property));
    }

    // `JsonSerializer.Serialize(record)` further on in the same body, where the record was filled.
    private static Storage SentHere(ISimpleAssignmentOperation write, IPropertySymbol property)
    {
        foreach (var operation in write.Root().Descendants())
        {
            if (operation is IInvocationOperation { TargetMethod: { Name: var name, ContainingType.Name: "JsonSerializer" or "JsonConvert" or "XmlSerializer" } } call
                && name.StartsWith("Serialize", StringComparison.Ordinal) && call.Arguments.Any(a => property.ContainingType.Is(a.Value.Bare().Type)))
            {
                return property.GetAttributes().IsEmpty ? Storage.Message : Storage.None;
            }
        }
        return Storage.None;
    }

    private static void CheckStorage(OperationAnalysisContext context, IOperation value, IOperation source, IPropertySymbol property, Storage storage)
    {
        if (storage == Storage.Column)
            Report(context, value, source, property.Name, "is stored without a zone: read on another machine, or after a change to summer time, it is another moment");
        else if (storage == Storage.Message)
            Report(context, value, source, property.Name, "is sent: a reader that drops the offset, or never gets one, takes it for another moment", DiagnosticSeverity.Info);
    }

    private static string? NameOf(IOperation target) => target switch
    {
        IMemberReferenceOperation member => member.Member.Name,
        ILocalReferenceOperation local => local.Local.Name,
        _ => null,
    };

    // The wall time of the place is what is meant.
    private static bool SaysLocal(string name) => name.IndexOf("Local", StringComparison.Ordinal) >= 0;

    private static void Report(OperationAnalysisContext context, IOperation value, IOperation source, string other, string problem, DiagnosticSeverity severity = DiagnosticSeverity.Warning)
    {
        var isHere = value.Syntax.Span.Contains(source.Syntax.Span);
        context.ReportDiagnostic(Descriptor.At((isHere ? source : value).Syntax.GetLocation(), severity, isHere ? [] : [source.Syntax.GetLocation()], properties: null, source.Syntax.ToString(), other, problem));
    }
}
