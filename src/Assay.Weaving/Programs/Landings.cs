using System.Numerics;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Programs;

/// <summary>
/// Where work beside the calls lands when they are made one after the other. Between any two calls what is busy may get on, each piece of it as a whole and by itself, or be late; work
/// that takes items one by one may be held up after each; and time that passes may do so before what is late has asked for it. Run after run, every choice is made in turn, as far as the answers are those that are looked for.
/// </summary>
/// <param name="wanted">What each call shall answer; null for one whose answer is not compared by itself.</param>
/// <param name="mostHeldUp">How often work may be held up between two items in one run.</param>
/// <param name="stands">Whether it may also be held up before the first.</param>
internal sealed class Landings(string?[] wanted, int mostHeldUp, bool stands) : Scheduler
{
    // What was chosen, of how many.
    private readonly List<(int Choice, int Of)> _chosen = [];
    private int _next;
    private ulong _piece;

    // The lane that is held up between two items; by name, what lanes have read: what follows an await has the name of what was before.
    private Lane? _heldUp;
    private int _held;

    // Before it takes the first it is held up once a run.
    private bool _hasStood;
    private readonly Dictionary<string, PieceReads> _reads = [];

    /// <summary>Whether a call has answered something else, so that the rest of the run is of no use.</summary>
    public bool IsInVain { get; private set; }

    /// <summary>Whether any work beside the calls takes items one by one.</summary>
    public bool Takes { get; private set; }

    /// <summary>Moves on to the next choices; false when all have been made.</summary>
    public bool MoveOn()
    {
        // Those that the last run did not come to are made anew.
        _chosen.RemoveRange(_next, _chosen.Count - _next);
        while (_chosen.Count > 0 && _chosen[^1].Choice == _chosen[^1].Of - 1)
            _chosen.RemoveAt(_chosen.Count - 1);
        var hasMore = _chosen.Count > 0;
        if (hasMore)
            _chosen[^1] = (_chosen[^1].Choice + 1, _chosen[^1].Of);
        (_next, _piece, _heldUp, _held, _hasStood, IsInVain) = (0, 0, null, 0, false, false);
        _reads.Clear();
        return hasMore;
    }

    public override bool Begin(Arena arena) => true;

    /// <summary>Lets some of what is busy get on, or all of it.</summary>
    public void Land(Lane lane, bool all)
    {
        lane.Arena.LookAgain();
        while (Busy(lane) is var busy && busy.Count > 0)
        {
            var choice = Choose(busy.Count + (all ? 0 : 1));
            if (choice == busy.Count)
                return;
            var at = _next - 1;
            // What it starts meanwhile belongs to it.
            _piece = busy[choice].Bit | ~0UL << lane.Arena.LaneCount;
            lane.Arena.WaitUntil(lane, lane.Site, _piece, static (piece, waiting) => !Busy(waiting).Exists(other => ((ulong)piece! & other.Bit) != 0));
            (_piece, _heldUp) = (0, null);
            // It has only looked, and nothing else would come of it if it did so later.
            if (busy.Count == 1 && !all && busy[0].Pass is { IsIdle: true, HasFound: false })
                _chosen[at] = (choice, choice + 1);
        }
    }

    /// <summary>Whether time that passes now does so before what is beside the calls has asked for it.</summary>
    public bool PassesNothing(Lane? lane) => lane is { Arena.LaneCount: > 1 } && Choose(2) == 1;

    /// <summary>Takes note of an answer.</summary>
    public void Answered(int call, ProgramRun run) => IsInVain |= wanted[call] is { } answer && run.PlainAnswer(call) is { } other && answer != other;

    public override int Next(in Choice choice, Arena arena) =>
        (choice.Candidates & _piece) is not 0 and var own && (own >> choice.Default & 1) == 0 ? BitOperations.TrailingZeroCount(own) : choice.Default;

    public override bool Watches => true;

    public override void Stepping(Lane lane, int site, object? target)
    {
        if (lane.Number == 0)
            return;
        var place = lane.Arena.Sites[site];
        if (PieceReads.IsTake(place) && (lane.Bit & _piece) != 0)
        {
            Takes = true;
            // It has found that it may go on, and nothing keeps it from that later.
            _hasStood = _hasStood || (stands && HoldUp(lane, site));
        }

        IsInVain |= ReadsOf(lane).Step(place, target, lane.Arena.Sites.LocationOf(site));
    }

    public override void WentRound(Lane lane, int site)
    {
        if ((lane.Bit & _piece) != 0 && ReadsOf(lane).HasTaken())
            HoldUp(lane, site);
    }

    private bool HoldUp(Lane lane, int site)
    {
        if (_held >= mostHeldUp || Choose(2) == 0)
            return false;
        (_heldUp, _held) = (lane, _held + 1);
        ReadsOf(lane).HoldUp();
        lane.Arena.WaitUntil(lane, site, this, static (landings, waiting) => ((Landings)landings!)._heldUp != waiting);
        return true;
    }

    private PieceReads ReadsOf(Lane lane)
    {
        if (!_reads.TryGetValue(lane.Name, out var reads))
            _reads[lane.Name] = reads = new PieceReads();
        return reads;
    }

    private int Choose(int of)
    {
        if (of == 1)
            return 0;
        if (_next == _chosen.Count)
            _chosen.Add((0, of));
        return _chosen[_next++].Choice;
    }

    private static List<Lane> Busy(Lane waiting) =>
        [.. waiting.Arena.Lanes.Where(other => other != waiting && other.Number < waiting.Arena.LaneCount && other is { IsEnabled: true, Pass.IsIdle: false })];
}
