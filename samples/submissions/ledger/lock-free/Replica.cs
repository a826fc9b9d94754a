using System;
using System.Collections.Generic;
using Assay.Contracts;

namespace Candidate;

/// <summary>One copy of the ledger, as of some node of the log. It has one owner at a time.</summary>
internal sealed class Replica(LogNode first)
{
    private const long Ceiling = (1L << 62) - 1;

    private readonly Dictionary<long, Account> _accounts = [];
    private readonly Dictionary<string, Past> _past = new(StringComparer.Ordinal);
    private readonly SortedSet<(long At, string Key)> _ends = new(Comparer<(long At, string Key)>.Create(
        (one, other) => one.At != other.At ? one.At.CompareTo(other.At) : string.CompareOrdinal(one.Key, other.Key)));

    private LogNode _read = first;
    private long _now;
    private long _sum;

    /// <summary>Carries out what it has not read yet, up to a node; all of it when the node was read before.</summary>
    public void ReadTo(LogNode node)
    {
        while (!node.HasOutcome && _read.Next is { } next)
        {
            next.Apply(this);
            _read = next;
        }
    }

    /// <summary>Time goes on, never back. Reservations that are over by then free their money.</summary>
    public void MoveTo(long at)
    {
        _now = Math.Max(_now, at);
        while (_ends.Count > 0 && _ends.Min is var end && end.At <= _now)
            Close(_past[end.Key], LedgerStatus.Expired);
    }

    public bool Open(long number) => _accounts.TryAdd(number, new Account());

    public AccountState? Find(long number) => _accounts.TryGetValue(number, out var account) ? new AccountState(account.Balance, account.Held) : null;

    public LedgerEntry[]? History(long number) => _accounts.TryGetValue(number, out var account) ? account.Entries.ToArray() : null;

    public LedgerAnswer Answer(string key, Ask ask)
    {
        if (_past.TryGetValue(key, out var known))
            return known.Ask == ask ? known.Answer : new LedgerAnswer(LedgerStatus.KeyConflict, 0);
        if (ask.Fault is { } fault)
            return new LedgerAnswer(fault, 0);
        var request = new Past(key, ask);
        request.Answer = ask.Kind switch
        {
            'r' => Reserve(request),
            'p' or 'v' => Finish(request),
            'x' => Reverse(request),
            _ => Move(request, ask.From, ask.To, ask.Amount),
        };
        _past.Add(key, request);
        return request.Answer;
    }

    private LedgerAnswer Move(Past request, long? from, long? to, long amount)
    {
        Account? giver = null, taker = null;
        if (from is { } f && !_accounts.TryGetValue(f, out giver))
            return Not(LedgerStatus.AccountNotFound);
        if (to is { } t && !_accounts.TryGetValue(t, out taker))
            return Not(LedgerStatus.AccountNotFound);
        if (giver is not null && giver.Spendable < amount)
            return Not(LedgerStatus.InsufficientFunds);
        if (giver is null && Ceiling - _sum < amount)
            return Not(LedgerStatus.LedgerFull);
        _sum += (giver is null ? amount : 0) - (taker is null ? amount : 0);
        giver?.Add(request.Key, -amount);
        taker?.Add(request.Key, amount);
        request.Leg = new Leg(from, to, amount);
        return new LedgerAnswer(LedgerStatus.Done, (giver ?? taker)!.Balance);
    }

    private LedgerAnswer Reserve(Past request)
    {
        var ask = request.Ask;
        if (!_accounts.TryGetValue(ask.From!.Value, out var giver) || !_accounts.ContainsKey(ask.To!.Value))
            return Not(LedgerStatus.AccountNotFound);
        if (giver.Spendable < ask.Amount)
            return Not(LedgerStatus.InsufficientFunds);
        giver.Held += ask.Amount;
        request.Holds = true;
        if (ask.Timeout > TimeSpan.Zero)
            _ends.Add((request.EndsAt = _now + ask.Timeout.Ticks, request.Key));
        return new LedgerAnswer(LedgerStatus.Done, 0);
    }

    private LedgerAnswer Finish(Past request)
    {
        if (!_past.TryGetValue(request.Ask.Target!, out var reservation))
            return Not(LedgerStatus.TargetNotFound);
        if (reservation.Ask.Kind != 'r' || reservation.Answer.Status != LedgerStatus.Done)
            return Not(LedgerStatus.WrongTarget);
        if (request.Ask.Amount > reservation.Ask.Amount)
            return Not(LedgerStatus.ExceedsReservation);
        if (!reservation.Holds)
            return Not(reservation.Fate);
        var isPost = request.Ask.Kind == 'p';
        Close(reservation, isPost ? LedgerStatus.AlreadyPosted : LedgerStatus.AlreadyVoided);
        return isPost ? Move(request, reservation.Ask.From, reservation.Ask.To, request.Ask.Amount) : new LedgerAnswer(LedgerStatus.Done, 0);
    }

    private LedgerAnswer Reverse(Past request)
    {
        if (!_past.TryGetValue(request.Ask.Target!, out var original))
            return Not(LedgerStatus.TargetNotFound);
        if (original.Leg is not var (from, to, amount) || original.Ask.Kind == 'x')
            return Not(LedgerStatus.WrongTarget);
        if (original.Fate == LedgerStatus.AlreadyReversed)
            return Not(LedgerStatus.AlreadyReversed);
        var answer = Move(request, to, from, amount);
        if (answer.Status == LedgerStatus.Done)
            original.Fate = LedgerStatus.AlreadyReversed;
        return answer;
    }

    private void Close(Past reservation, LedgerStatus fate)
    {
        _ends.Remove((reservation.EndsAt, reservation.Key));
        (reservation.Holds, reservation.Fate) = (false, fate);
        _accounts[reservation.Ask.From!.Value].Held -= reservation.Ask.Amount;
    }

    private static LedgerAnswer Not(LedgerStatus status) => new(status, 0);

    private sealed class Account
    {
        public long Balance { get; private set; }

        public long Held { get; set; }

        public long Spendable => Balance - Held;

        public List<LedgerEntry> Entries { get; } = [];

        public void Add(string key, long change) => Entries.Add(new LedgerEntry(key, change, Balance += change));
    }

    private sealed record Leg(long? From, long? To, long Amount);

    private sealed class Past(string key, Ask ask)
    {
        public string Key => key;

        public Ask Ask => ask;

        public LedgerAnswer Answer { get; set; }

        public Leg? Leg { get; set; }

        public bool Holds { get; set; }

        public long EndsAt { get; set; }

        /// <summary>How it ended, once it has.</summary>
        public LedgerStatus Fate { get; set; }
    }
}
