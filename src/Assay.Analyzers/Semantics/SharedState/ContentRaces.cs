using Assay.Analyzers.Semantics.Collections;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>A change of a plain field or collection that relies on an earlier look, as a message tells it.</summary>
/// <param name="Race">The check and the act.</param>
/// <param name="Check">What was asked.</param>
/// <param name="Act">What is done.</param>
/// <param name="Consequence">What the act then does.</param>
/// <param name="Severity">A warning where the reason for the threads and the harm carry it.</param>
/// <param name="Gate">The lock that guards the state elsewhere, as code at the act writes it; null when there is none that a lock statement takes.</param>
internal sealed record ReliantAct(MemberRace Race, string Check, string Act, string Consequence, DiagnosticSeverity Severity, string? Gate);

/// <summary>Finds the changes of plain state that rely on a check without one lock over both: content, limits and claims.</summary>
internal sealed class ContentRaces(TypeModel model, CancellationToken cancellationToken)
{
    public IEnumerable<ReliantAct> Find()
    {
        foreach (var race in model.MemberRaces(cancellationToken))
        {
            var found = race.Kind switch
            {
                RaceKind.Content => OfContent(race),
                RaceKind.Limit => OfLimit(race),
                RaceKind.LazyCreation => OfClaim(race),
                _ => null,
            };
            if (found is not null)
                yield return found;
        }
    }

    private ReliantAct? OfContent(MemberRace race)
    {
        var whole = FunctionParts.WholeOf(race.Act);
        if (QuestionAt(race.Check.Operation) is not { } question || ConsequenceOf(question, whole, race) is not { } outcome)
            return null;
        if (WeightOf(race) is not { } severity)
            return null;
        return new(race, question.Name, Shown(whole), outcome.Consequence, outcome.IsHarmless ? DiagnosticSeverity.Info : severity, GateOf(race));
    }

    private ReliantAct? OfLimit(MemberRace race)
    {
        if (race.Control is not { } control || ComparisonOf(race.Check.Operation) is not { } comparison || IsFarAway(comparison) || WeightOf(race) is not { } severity)
            return null;
        // A count that nothing but itself depends on need not be exact.
        var isPromise = PassedWork.IsRefusalTold(control) || PassedWork.Of(race.Act.Operation, control).Any();
        return new(race, comparison.Syntax.ToString(), FunctionParts.WholeOf(race.Act).Syntax.ToString(), "goes past the limit", isPromise ? severity : DiagnosticSeverity.Info, GateOf(race));
    }

    // What was given by the caller is put where nobody was: the first one, as both are told.
    private ReliantAct? OfClaim(MemberRace race)
    {
        if (race.Act.Operation.Parent is not ISimpleAssignmentOperation { Value: var value } || value.Bare() is not (IParameterReferenceOperation or IInstanceReferenceOperation))
            return null;
        if (race.Control is not { } control || !PassedWork.AnswersYesOrNo(control) || WeightOf(race) is not { } severity)
            return null;
        return new(race, $"{race.Act.Member.Name} is null", race.Act.Operation.Syntax.ToString(), "takes the place of the one that came first", severity, GateOf(race));
    }

    private string? GateOf(MemberRace race)
    {
        foreach (var guard in model.Guards)
        {
            if (guard.Member.Is(race.Act.Member))
                return AccessNames.GateAt(race.Act.Operation, guard.Term);
        }
        return null;
    }

    // As strong as the finding that would speak of the access alone.
    private DiagnosticSeverity? WeightOf(MemberRace race)
    {
        var weight = RaceWeight(race);
        return weight is not null && model.AccessesOf(race.Act.Member) is List<Access> all && race.Act.Kind == AccessKind.ReadModifyWrite && Updates.Of(race.Act) is { } update
            ? UpdateEvidence.SeverityOf(update, race.Act, all, race.Evidence, model) is { } other && other < weight ? other : weight
            : weight;
    }

    private DiagnosticSeverity? RaceWeight(MemberRace race)
    {
        if (race.Evidence.Kind == EvidenceKind.Thread && !HasAnotherWriter(race))
            return null;
        var isStrong = race.Evidence is { IsStrong: true, Kind: not EvidenceKind.Neighbour };
        foreach (var guard in model.Guards)
        {
            if (guard.Member.Is(race.Act.Member))
                return UnguardedAccessEvidence.SeverityOf(race.Act.Held.Must.IsEmpty ? race.Act : race.Check, guard, model, isDecision: true, cancellationToken);
        }
        if (race.Evidence.Kind == EvidenceKind.Locked || !isStrong || !race.Act.Member.IsStatic && UnguardedAccessEvidence.IsEdgeOfLife(race.Act))
            return DiagnosticSeverity.Info;
        // What no lock protects anywhere is torn by more than this check and act: SharedStaticCollection speaks of the whole, and mends it.
        if (race.Evidence.Kind == EvidenceKind.Static && race.Act.Member.TypeOfMember() is { } type && AccessShapes.IsCollection(type))
            return null;
        return DiagnosticSeverity.Warning;
    }

    // A thread of the object's own that nobody else writes beside: who ends the object has waited for it.
    private bool HasAnotherWriter(MemberRace race)
    {
        var own = model.Evidence.WaysTo(race.Act);
        if (own.Any(w => w.MayOverlap))
            return true;
        foreach (var access in model.AccessesOf(race.Act.Member))
        {
            if (access is { IsWrite: true, IsConstruction: false } && !EndOfLife.Is(access.Function, model) && model.Evidence.WaysTo(access).Any(w => !own.Contains(w)))
                return true;
        }
        return false;
    }

    private static (string Name, IOperation Operation)? QuestionAt(IOperation reference)
    {
        var child = reference;
        while (child.Parent is IConversionOperation or IParenthesizedOperation)
            child = child.Parent;
        return child.Parent switch
        {
            IInvocationOperation call when call.Instance == child => (call.TargetMethod.Name, call),
            // Enumerable.Any(_list)
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { IsExtensionMethod: true, Name: "Any" or "Count" or "Contains" or "All" } } asked } => (asked.TargetMethod.Name, asked),
            IPropertyReferenceOperation { Property: { Name: "Count" or "IsEmpty" } } property when property.Instance == child => (property.Property.Name, property),
            // A look whether the collection is there says nothing of its content.
            _ => null,
        };
    }

    private (string Consequence, bool IsHarmless)? ConsequenceOf((string Name, IOperation Operation) question, IOperation act, MemberRace race)
    {
        var name = ActName(act);
        var isSize = question.Name is "Count" or "IsEmpty" or "Any" && question.Operation is not IInvocationOperation { Arguments.Length: > 1 };
        if (isSize)
        {
            return name switch
            {
                "Dequeue" or "Pop" => ("throws InvalidOperationException", false),
                "RemoveAt" or "RemoveFirst" or "RemoveLast" when !IsTrim(question.Operation) => ("throws or takes another item than was meant", false),
                "Add" or "Enqueue" or "Push" or "TryAdd" or "AddLast" or "AddFirst" or "Insert" or "indexer" when IsLimit(question.Operation) =>
                    ("goes past the limit", race.Control is not { } control || !PassedWork.IsRefusalTold(control)),
                _ => null,
            };
        }
        if (question.Name is not ("ContainsKey" or "TryGetValue" or "Contains" or "ContainsValue" or "IndexOf" or "Any" or "Exists") || !ConcernsSame(question.Operation, act))
            return null;
        return name switch
        {
            "Add" when IsDictionary(race.Act.Member.TypeOfMember()) => ("throws ArgumentException", false),
            // A set refuses by itself.
            "Add" when race.Act.Member.TypeOfMember() is { Name: "HashSet" or "SortedSet" } => null,
            "Add" or "Enqueue" or "Push" or "Insert" or "AddLast" or "AddFirst" => ("adds a second time", false),
            "indexer" => ("overwrites that change", false),
            _ => null,
        };
    }

    // The item or key that was asked for is the one that is added; a predicate is about whatever it likes.
    private static bool ConcernsSame(IOperation question, IOperation act)
    {
        var asked = (question as IInvocationOperation)?.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == ((question as IInvocationOperation)!.TargetMethod.IsExtensionMethod ? 1 : 0))?.Value;
        var given = act switch
        {
            IInvocationOperation { Arguments: { IsEmpty: false } arguments } call => arguments.At(call.TargetMethod.Name == "Insert" && arguments.Length > 1 ? 1 : 0).Value,
            IAssignmentOperation { Target: IPropertyReferenceOperation { Arguments: { IsEmpty: false } arguments } } => arguments.At(0).Value,
            IIncrementOrDecrementOperation { Target: IPropertyReferenceOperation { Arguments: { IsEmpty: false } arguments } } => arguments.At(0).Value,
            _ => null,
        };
        if (asked is null || given is null)
            return false;
        return asked.Unwrap() is IDelegateCreationOperation || asked.IsSameAs(given);
    }

    private static bool IsDictionary(ITypeSymbol? type) => type is { Name: "Dictionary" or "SortedDictionary" or "SortedList" or "OrderedDictionary" };

    private static string ActName(IOperation act) => act switch
    {
        IInvocationOperation call => call.TargetMethod.Name,
        IAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true } } or IIncrementOrDecrementOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true } } => "indexer",
        _ => "",
    };

    private static string Shown(IOperation act) => act switch
    {
        IInvocationOperation call => call.TargetMethod.Name,
        IAssignmentOperation assignment => assignment.Target.Syntax.ToString(),
        _ => act.Syntax.ToString(),
    };

    // Compared with something other than nothing.
    private static bool IsLimit(IOperation question) =>
        question.Parent is IBinaryOperation { OperatorKind: >= BinaryOperatorKind.Equals and <= BinaryOperatorKind.GreaterThan } comparison
            && !CheckedValue.IsNothing(comparison.LeftOperand == question ? comparison.RightOperand : comparison.LeftOperand);

    // `while (_recent.Count > 100) _recent.RemoveAt(0)` may drop one too many.
    private static bool IsTrim(IOperation question) => IsLimit(question) && question.Parent is IBinaryOperation { OperatorKind: not (BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals) };

    private static IBinaryOperation? ComparisonOf(IOperation tested)
    {
        var value = tested;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        return value.Parent as IBinaryOperation;
    }

    private static bool IsFarAway(IBinaryOperation comparison)
    {
        foreach (var side in new[] { comparison.LeftOperand, comparison.RightOperand })
        {
            if (side.Unwrap() is IFieldReferenceOperation { Field: { IsConst: true, Name: "MaxValue" or "MinValue" } })
                return true;
        }
        return false;
    }
}
