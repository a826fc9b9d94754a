using System;
using System.Collections.Generic;
using System.Linq;
using Assay.Contracts;

namespace Candidate;

/// <summary>
/// Lines in the order in which they were asked for, and what came of each. A line carries out as a movement between two accounts; what accounts hold is kept in columns
/// beside the lines.
/// </summary>
internal sealed class Journal(TimeProvider clock)
{
    private const long Limit = (1L << 62) - 1;
    private const long LongestTimeout = 36_525 * TimeSpan.TicksPerDay;

    private readonly long _start = clock.GetTimestamp();

    // By number of the line.
    private readonly List<Line> _lines = [];
    private readonly List<Result> _results = [];
    private readonly Dictionary<string, int> _byKey = new(StringComparer.Ordinal);

    // By place of the account.
    private readonly Dictionary<long, int> _places = [];
    private readonly List<long> _balances = [];
    private readonly List<long> _reserved = [];

    // Lines that hold money and end, with the instant; in no order.
    private readonly Dictionary<int, long> _deadlines = [];

    public bool Open(long number)
    {
        if (!_places.TryAdd(number, _balances.Count))
            return false;
        _balances.Add(0);
        _reserved.Add(0);
        return true;
    }

    public AccountState? Find(long number)
    {
        EndWhatIsOver();
        return _places.TryGetValue(number, out var place) ? new AccountState(_balances[place], _reserved[place]) : null;
    }

    public IReadOnlyList<LedgerEntry>? History(long number)
    {
        if (!_places.ContainsKey(number))
            return null;
        var entries = new List<LedgerEntry>();
        var balance = 0L;
        foreach (var (line, result) in _lines.Zip(_results).Where(pair => pair.Second.Amount > 0))
        {
            var change = (result.To == number ? result.Amount : 0) - (result.From == number ? result.Amount : 0);
            if (change != 0)
                entries.Add(new LedgerEntry(line.Key, change, balance += change));
        }

        return entries;
    }

    public LedgerAnswer Write(Line line)
    {
        EndWhatIsOver();
        if (_byKey.TryGetValue(line.Key, out var known))
            return _lines[known] == line ? _results[known].Answer : new LedgerAnswer(LedgerStatus.KeyConflict, 0);
        if (FaultOf(line) is { } fault)
            return new LedgerAnswer(fault, 0);
        var number = _lines.Count;
        _byKey.Add(line.Key, number);
        _lines.Add(line);
        _results.Add(new Result(default));
        _results[number] = ResultOf(line, number);
        return _results[number].Answer;
    }

    private static LedgerStatus? FaultOf(Line line)
    {
        if (line.Verb is Verb.Transfer or Verb.Reserve && line.From == line.To)
            return LedgerStatus.SameAccount;
        if (line.Verb is not (Verb.Void or Verb.Reverse) && line.Amount is < 1 or > Limit)
            return LedgerStatus.InvalidAmount;
        return line.Timeout is < 0 or > LongestTimeout ? LedgerStatus.InvalidTimeout : null;
    }

    private Result ResultOf(Line line, int number) => line.Verb switch
    {
        Verb.Reserve => Hold(line, number),
        Verb.Post or Verb.Void => Use(line),
        Verb.Reverse => Undo(line),
        _ => Move(line.From, line.To, line.Amount),
    };

    private Result Move(long? from, long? to, long amount)
    {
        var (payer, payee) = (PlaceOf(from), PlaceOf(to));
        if (payer < 0 || payee < 0)
            return new Result(LedgerStatus.AccountNotFound);
        if (payer is { } poor && _balances[poor] - _reserved[poor] < amount)
            return new Result(LedgerStatus.InsufficientFunds);
        if (payer is null && _balances.Sum() > Limit - amount)
            return new Result(LedgerStatus.LedgerFull);
        if (payer is { } less)
            _balances[less] -= amount;
        if (payee is { } more)
            _balances[more] += amount;
        return new Result(LedgerStatus.Done, _balances[(payer ?? payee)!.Value], from, to, amount);
    }

    private Result Hold(Line line, int number)
    {
        if (PlaceOf(line.From) is not (>= 0 and var payer) || PlaceOf(line.To) is not >= 0)
            return new Result(LedgerStatus.AccountNotFound);
        if (_balances[payer] - _reserved[payer] < line.Amount)
            return new Result(LedgerStatus.InsufficientFunds);
        _reserved[payer] += line.Amount;
        if (line.Timeout > 0)
            _deadlines.Add(number, Now + line.Timeout);
        return new Result(LedgerStatus.Done);
    }

    private Result Use(Line line)
    {
        if (!_byKey.TryGetValue(line.About!, out var number) || _lines[number] == line)
            return new Result(LedgerStatus.TargetNotFound);
        var (held, result) = (_lines[number], _results[number]);
        if (held.Verb != Verb.Reserve || result.Answer.Status != LedgerStatus.Done)
            return new Result(LedgerStatus.WrongTarget);
        if (line.Amount > held.Amount)
            return new Result(LedgerStatus.ExceedsReservation);
        if (result.Over is { } over)
            return new Result(over);
        End(number, line.Verb == Verb.Post ? LedgerStatus.AlreadyPosted : LedgerStatus.AlreadyVoided);
        return line.Verb == Verb.Post ? Move(held.From, held.To, line.Amount) : new Result(LedgerStatus.Done);
    }

    private Result Undo(Line line)
    {
        if (!_byKey.TryGetValue(line.About!, out var number) || _lines[number] == line)
            return new Result(LedgerStatus.TargetNotFound);
        var undone = _results[number];
        if (undone.Amount == 0 || _lines[number].Verb == Verb.Reverse)
            return new Result(LedgerStatus.WrongTarget);
        if (undone.Over is { } over)
            return new Result(over);
        var back = Move(undone.To, undone.From, undone.Amount);
        if (back.Amount > 0)
            _results[number] = undone with { Over = LedgerStatus.AlreadyReversed };
        return back;
    }

    private void EndWhatIsOver()
    {
        if (_deadlines.Count == 0)
            return;
        var now = Now;
        foreach (var number in _deadlines.Where(deadline => deadline.Value <= now).Select(deadline => deadline.Key).ToList())
            End(number, LedgerStatus.Expired);
    }

    private void End(int number, LedgerStatus over)
    {
        _deadlines.Remove(number);
        _results[number] = _results[number] with { Over = over };
        _reserved[_places[_lines[number].From!.Value]] -= _lines[number].Amount;
    }

    // Null is outside; -1 where there is no such account.
    private int? PlaceOf(long? number) => number is { } account ? _places.GetValueOrDefault(account, -1) : null;

    private long Now => clock.GetElapsedTime(_start).Ticks;
}
