using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>What a flag lets run once.</summary>
/// <param name="What">The work as messages name it.</param>
/// <param name="MustRunOnce">Whether a second run does harm.</param>
internal sealed record FlaggedWork(string What, bool MustRunOnce)
{
    private static readonly string[] s_tolerant = ["dispos", "clos", "abort", "stop", "shut", "cancel", "warn", "log", "notif", "dirty", "changed", "modified", "stale", "complet", "finish", "end", "fault", "fail"];
    private static readonly string[] s_lasting = ["Start", "Open", "Connect", "Subscribe", "Register", "Run", "Listen", "Dial", "Begin", "Launch", "Send", "Publish", "Post", "Enqueue", "Insert"];

    /// <summary>The work behind the flag; null when nothing but the flag depends on the check.</summary>
    public static FlaggedWork? Of(MemberRace race)
    {
        if (race.Control is not { } control || FirstCall(race, control) is not { } call)
            return null;
        var name = call is IInvocationOperation invocation ? $"'{invocation.TargetMethod.Name}' at line {call.Syntax.GetLocation().Line()}" : $"what follows at line {call.Syntax.GetLocation().Line()}";
        var isClaim = race.Act.Operation.Syntax.SpanStart < call.Syntax.SpanStart;
        return new(name, !IsTolerant(race.Act.Member.Name) && !Complains(control) && (isClaim || HasLastingEffect(race, control)));
    }

    /// <summary>Whether ending or telling twice is what the name of the member suggests: that does no harm.</summary>
    public static bool IsTolerant(string member)
    {
        foreach (var word in s_tolerant)
        {
            var at = member.IndexOf(word, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && (word.Length > 3 || at <= 2 && member.Length > at + word.Length && char.IsUpper(member[at + word.Length])))
                return true;
        }
        return false;
    }

    // A flag that is set last is to save work; only what goes on afterwards must not be begun twice.
    private static bool HasLastingEffect(MemberRace race, Control control)
    {
        foreach (var operation in Passed(race, control).SelectMany(o => o.DescendantsAndSelf()))
        {
            var isLasting = operation switch
            {
                // The same provider again changes nothing.
                IInvocationOperation { TargetMethod: { Name: "RegisterProvider", ContainingType.Name: "Encoding" } } => false,
                IInvocationOperation call => s_lasting.Any(word => call.TargetMethod.Name.StartsWith(word, StringComparison.Ordinal)),
                IObjectCreationOperation { Type.Name: "Thread" or "Timer" } or IEventAssignmentOperation { Adds: true } => true,
                _ => false,
            };
            if (isLasting && operation.IsInSameFunction(race.Act.Operation))
                return true;
        }
        return false;
    }

    // The first call or creation that runs once the check is passed.
    private static IOperation? FirstCall(MemberRace race, Control control)
    {
        var start = control.Condition.Syntax.Span.End;
        foreach (var operation in Passed(race, control).SelectMany(o => o.DescendantsAndSelf()))
        {
            if (operation.Syntax.SpanStart >= start && operation is IInvocationOperation or IObjectCreationOperation or IEventAssignmentOperation && !IsLeft(operation) && operation.IsInSameFunction(race.Act.Operation))
                return operation;
        }
        return null;
    }

    // The branch of the check, or the rest of the block after a check that leaves.
    private static IEnumerable<IOperation> Passed(MemberRace race, Control control)
    {
        IOperation child = race.Act.Operation;
        for (var around = child.Parent; around is not null; child = around, around = around.Parent)
        {
            if (around.Syntax.Span.Contains(control.Condition.Syntax.Span))
                return around is IConditionalOperation ? [child] : around.ChildOperations.Where(o => o.Syntax.SpanStart > control.Condition.Syntax.Span.End);
        }
        return [];
    }

    private static bool IsLeft(IOperation operation)
    {
        for (var around = operation; around is not null; around = around.Parent)
        {
            if (around is IThrowOperation)
                return true;
        }
        return false;
    }

    private static bool Complains(Control control)
    {
        var whole = control.Condition;
        while (whole.Parent is IBinaryOperation or IUnaryOperation or IParenthesizedOperation)
            whole = whole.Parent;
        return whole.Parent is IConditionalOperation { WhenTrue: var branch } && branch.DescendantsAndSelf().Any(o => o is IThrowOperation);
    }
}
