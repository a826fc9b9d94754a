using System.Runtime.CompilerServices;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Barriers: phase and arrivals are kept here, since the real one counts threads that wait inside of it.</summary>
[Models(typeof(Barrier))]
public static class BarrierModel
{
    private const int MostParticipants = 32_767;

    public static void SignalAndWait(Barrier target, int site) => SignalAndWait(target, Timeout.Infinite, CancellationToken.None, site);

    public static void SignalAndWait(Barrier target, CancellationToken cancellationToken, int site) => SignalAndWait(target, Timeout.Infinite, cancellationToken, site);

    public static bool SignalAndWait(Barrier target, int milliseconds, int site) => SignalAndWait(target, milliseconds, CancellationToken.None, site);

    public static bool SignalAndWait(Barrier target, TimeSpan patience, int site) => SignalAndWait(target, Locking.Milliseconds(patience), CancellationToken.None, site);

    public static bool SignalAndWait(Barrier target, TimeSpan patience, CancellationToken cancellationToken, int site) =>
        SignalAndWait(target, Locking.Milliseconds(patience), cancellationToken, site);

    public static bool SignalAndWait(Barrier target, int milliseconds, CancellationToken cancellationToken, int site)
    {
        if (Arena.Current is not { } lane)
            return target.SignalAndWait(milliseconds, cancellationToken);
        lane.Arena.Step(lane, site, target);
        var phases = Known(lane, target);
        cancellationToken.ThrowIfCancellationRequested();
        var patience = Locking.Patience(milliseconds);
        phases.RequireOutside();
        if (phases.Participants == 0)
            throw new InvalidOperationException("The barrier has no registered participants.");
        if (phases.Arrived == phases.Participants)
            throw new InvalidOperationException("The number of threads using the barrier exceeded the total number of registered participants.");
        var phase = phases.Number;
        phases.Arrived++;
        if (phases.Arrived == phases.Participants)
            phases.Turn(target);
        else if (!Locking.Until(lane, site, target, () => phases.Number > phase, patience, cancellationToken))
            return GiveUp(phases, cancellationToken);
        if (phases.Fault is { } fault)
            throw new BarrierPostPhaseException(fault);
        return true;
    }

    public static long AddParticipant(Barrier target, int site) => AddParticipants(target, 1, site);

    public static long AddParticipants(Barrier target, int count, int site)
    {
        if (Arena.Current is not { } lane)
            return target.AddParticipants(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MostParticipants);
        lane.Arena.Step(lane, site, target);
        var phases = Known(lane, target);
        phases.RequireOutside();
        if (phases.Participants + count > MostParticipants)
            throw new InvalidOperationException("Adding participants would lead to more than a barrier may have.");
        phases.Participants += count;
        return phases.Number;
    }

    public static void RemoveParticipant(Barrier target, int site) => RemoveParticipants(target, 1, site);

    public static void RemoveParticipants(Barrier target, int count, int site)
    {
        if (Arena.Current is not { } lane)
        {
            target.RemoveParticipants(count);
            return;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        lane.Arena.Step(lane, site, target);
        var phases = Known(lane, target);
        phases.RequireOutside();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, phases.Participants);
        if (phases.Participants - count < phases.Arrived)
            throw new InvalidOperationException("Fewer participants would be left than have arrived.");
        phases.Participants -= count;
        if (phases.Arrived > 0 && phases.Arrived == phases.Participants)
            phases.Turn(target);
    }

    public static long get_CurrentPhaseNumber(Barrier target, int site) => See(target, site) is { } phases ? phases.Number : target.CurrentPhaseNumber;

    public static int get_ParticipantCount(Barrier target, int site) => See(target, site) is { } phases ? phases.Participants : target.ParticipantCount;

    public static int get_ParticipantsRemaining(Barrier target, int site) => See(target, site) is { } phases ? phases.Participants - phases.Arrived : target.ParticipantsRemaining;

    private static Phases? See(Barrier target, int site)
    {
        if (Arena.Current is not { } lane)
            return null;
        lane.Arena.Step(lane, site, target);
        return Known(lane, target);
    }

    private static Phases Known(Lane lane, Barrier target)
    {
        var phases = lane.Arena.ShadowOf<Phases>(target);
        if (!phases.IsKnown)
            (phases.IsKnown, phases.Participants, phases.Between) = (true, target.ParticipantCount, PostPhaseAction(target));
        // Throws what a disposed one throws; from now on the real one's participants count for nothing else.
        if (target.ParticipantCount == 0)
            target.AddParticipant();
        target.RemoveParticipant();
        return phases;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_postPhaseAction")]
    private static extern ref Action<Barrier>? PostPhaseAction(Barrier barrier);

    // The arrival is taken back, as the real one does.
    private static bool GiveUp(Phases phases, CancellationToken cancellationToken)
    {
        phases.Arrived--;
        cancellationToken.ThrowIfCancellationRequested();
        return false;
    }

    private sealed class Phases
    {
        public bool IsKnown { get; set; }

        public int Participants { get; set; }

        public int Arrived { get; set; }

        public long Number { get; private set; }

        public bool IsBetween { get; private set; }

        public Action<Barrier>? Between { get; set; }

        public Exception? Fault { get; private set; }

        public void RequireOutside()
        {
            if (IsBetween)
                throw new InvalidOperationException("This method may not be called from within the postPhaseAction.");
        }

        public void Turn(Barrier barrier)
        {
            (IsBetween, Fault) = (true, null);
            try
            {
                Between?.Invoke(barrier);
            }
            catch (Exception fault) when (fault is not RunEndedException)
            {
                // Every participant is told.
                Fault = fault;
            }

            (IsBetween, Arrived) = (false, 0);
            Number++;
        }
    }
}
