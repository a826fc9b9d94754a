using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Time;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Time;

/// <summary>Finds readings of the process-wide clock that decide something, where no test can choose the time.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AmbientClock() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY4001",
        category: Category.Time,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "A decision that depends on the time reads the ambient clock",
        messageFormat: "'{0}' {1} '{2}', so no test can choose that time; {3}");

    private static readonly Words s_words = Words.Of("Now", "UtcNow", "Today", "TickCount", "TickCount64", "GetTimestamp");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // A test is the one who chooses the time.
        if (types.IsTestProject())
            return;
        var check = new Check(types);
        context.RegisterBodyAction(s_words, check.Reading, OperationKind.PropertyReference, OperationKind.Invocation);
    }

    private sealed class Check(KnownTypes types)
    {
        private readonly TimeDecisions _decisions = new(types);
        private readonly WallClockSpans _spans = new(types);
        private readonly ClockRegistration _registration = new(types.Compilation);

        public void Reading(OperationAnalysisContext context)
        {
            var reading = types.ReadingOf(context.Operation);
            if (!reading.IsAmbient())
                return;
            var type = context.ContainingSymbol as INamedTypeSymbol ?? context.ContainingSymbol.ContainingType;
            // The program's entry is where the real clock comes in; so is a clock.
            if (IsEntryPoint(context.ContainingSymbol, type) || types.IsClockItself(type))
                return;
            // `protected virtual DateTime UtcNow => DateTime.UtcNow + _skew` is the seam itself.
            if (TellsTheTime(context.ContainingSymbol))
                return;
            // In an expression tree it is the database's clock, which the query names on purpose; nameof reads nothing.
            if (IsNotExecuted(context.Operation))
                return;
            // Logged, shown, a seed, an ID, a name of a file.
            var fate = _decisions.FateOf(context.Operation, reading.IsCounter(), context.CancellationToken);
            if (fate == TimeFate.Ends)
                return;
            // Rule 4002 says more about a duration: no clock a test can set would make it right.
            if (_spans.Claims(context.Operation, context.CancellationToken))
                return;
            Report(context, type, fate);
        }

        private void Report(OperationAnalysisContext context, INamedTypeSymbol? type, TimeFate fate)
        {
            var syntax = context.Operation.Syntax;
            var clock = ClockScope.At(types, context.Operation.SemanticModel!, syntax, context.CancellationToken);
            var isRegistered = clock is null && types.TimeProvider is not null && _registration.Exists(context.CancellationToken);
            context.ReportDiagnostic(Descriptor.At(
                syntax.GetLocation(),
                clock is not null || isRegistered ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
                clock?.Symbol.Locations.FirstOrDefault() is { IsInSource: true } declared ? [declared] : ImmutableArray<Location>.Empty,
                properties: null,
                type?.Name ?? "",
                fate == TimeFate.Decides ? "decides by" : "passes on",
                Spelling(context.Operation),
                Cure(clock, isRegistered, context.ContainingSymbol)));
        }

        private string Cure(ClockInScope? clock, bool isRegistered, ISymbol member)
        {
            if (clock is not null)
                return $"read it from '{clock.Symbol.Name}', which is in scope";
            var kind = types.TimeProvider is null ? "clock" : "TimeProvider";
            if (member.IsStatic)
                return $"pass a {kind} to this static member";
            return isRegistered ? "inject the TimeProvider that is registered" : $"inject a {kind}";
        }

        private static string Spelling(IOperation reading) => reading switch
        {
            IPropertyReferenceOperation property => $"{property.Property.ContainingType.Name}.{property.Property.Name}",
            IInvocationOperation call => $"{call.TargetMethod.ContainingType.Name}.{call.TargetMethod.Name}()",
            _ => "",
        };

        private static bool IsEntryPoint(ISymbol member, INamedTypeSymbol? type) =>
            type is null or { Name: "Program" } || member is IMethodSymbol { IsStatic: true, Name: "Main" or "<Main>$" };

        private bool TellsTheTime(ISymbol member) =>
            member is IMethodSymbol { Parameters.IsEmpty: true } method && types.IsTime(method.ReturnType)
            && Clocks.NamesThePresent((method.AssociatedSymbol ?? method).Name);

        private bool IsNotExecuted(IOperation reading)
        {
            for (var parent = reading.Parent; parent is not null; parent = parent.Parent)
            {
                switch (parent)
                {
                    case INameOfOperation or IAttributeOperation:
                    case IConversionOperation { Operand: IAnonymousFunctionOperation } conversion
                        when conversion.Type.IsOrInherits(types["System.Linq.Expressions.LambdaExpression"]):
                        return true;
                }
            }
            return false;
        }
    }
}
