using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>What comes of it when another call runs while one waits between a check and its act.</summary>
/// <param name="Consequence">What happens to the other call, for messages.</param>
/// <param name="DoesHarm">Whether more than time is lost.</param>
internal sealed record AwaitedWork(string Consequence, bool DoesHarm)
{
    /// <summary>The outcome; null when there is none worth a word.</summary>
    public static AwaitedWork? Of(MemberRace race)
    {
        if (race.Act.Kind == AccessKind.ContainerWrite)
            return new("changed the collection too", true);
        if (race.Control is null && race.Act.Operation.Parent is not ICoalesceAssignmentOperation)
            return new("is undone by this write", true);
        // What is waited for is the lock itself.
        if (race.Await is IAwaitOperation { Type: { } got } && got.Name.IndexOf("Mutex", StringComparison.Ordinal) >= 0)
            return null;
        // The flag of a start or a stop that the host calls once.
        if (TypeSharing.IsLifecycle(race.Act.Function ?? race.Act.Member))
            return null;
        // A state that objects of a busy type keep for themselves.
        var isConstant = race.Act.Operation.Parent is ISimpleAssignmentOperation { Value.ConstantValue.HasValue: true };
        if (isConstant && race.Evidence.Kind == EvidenceKind.Neighbour && !FlaggedWork.IsTolerant(race.Act.Member.Name))
            return null;
        return new("did the same a second time", !(isConstant && FlaggedWork.IsTolerant(race.Act.Member.Name)) && !IsEndOfLife(race.Act.Function?.Name));
    }

    private static bool IsEndOfLife(string? function) =>
        function is not null && (function.StartsWith("Dispose", StringComparison.Ordinal) || function.StartsWith("Close", StringComparison.Ordinal) || function.StartsWith("Stop", StringComparison.Ordinal));
}
