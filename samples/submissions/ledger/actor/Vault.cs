using System;
using System.Collections.Generic;
using Assay.Contracts;

namespace Candidate;

/// <summary>Accounts, and the requests that were ever made. What a request does, it knows itself.</summary>
internal sealed class Vault(TimeProvider clock)
{
    /// <summary>The most that one request may move and all accounts together may hold.</summary>
    public const long Most = (1L << 62) - 1;

    private readonly Dictionary<long, Box> _boxes = [];
    private readonly Dictionary<string, Request> _requests = new(StringComparer.Ordinal);
    private readonly List<Reservation> _expiring = [];
    private readonly long _start = clock.GetTimestamp();

    private long _inside;

    /// <summary>Time since the vault was built.</summary>
    public TimeSpan Now => clock.GetElapsedTime(_start);

    public bool Open(long number) => _boxes.TryAdd(number, new Box());

    public bool Has(long number) => _boxes.ContainsKey(number);

    public AccountState? Find(long number)
    {
        Expire();
        return _boxes.TryGetValue(number, out var box) ? new AccountState(box.Balance, box.Reserved) : null;
    }

    public IReadOnlyList<LedgerEntry>? History(long number) => _boxes.TryGetValue(number, out var box) ? [.. box.Entries] : null;

    public LedgerAnswer Answer(Request request)
    {
        Expire();
        if (_requests.TryGetValue(request.Key, out var earlier))
            return earlier.IsSameAs(request) ? earlier.Answer : new LedgerAnswer(LedgerStatus.KeyConflict, 0);
        if (request.FormFault() is { } fault)
            return new LedgerAnswer(fault, 0);
        request.CarryOut(this);
        _requests.Add(request.Key, request);
        return request.Answer;
    }

    public Request? Earlier(string key) => _requests.GetValueOrDefault(key);

    public long Free(long number) => _boxes[number].Balance - _boxes[number].Reserved;

    public void Hold(Reservation reservation, long change)
    {
        _boxes[reservation.From].Reserved += change;
        if (change > 0 && reservation.Ends is not null)
            _expiring.Add(reservation);
        else
            _expiring.Remove(reservation);
    }

    /// <summary>Moves money if it is there. Null is outside: where deposits come from and withdrawals go.</summary>
    public LedgerAnswer Move(string key, long? from, long? to, long amount)
    {
        if ((from is { } payer && !Has(payer)) || (to is { } payee && !Has(payee)))
            return new LedgerAnswer(LedgerStatus.AccountNotFound, 0);
        if (from is { } poor && Free(poor) < amount)
            return new LedgerAnswer(LedgerStatus.InsufficientFunds, 0);
        if (from is null && _inside > Most - amount)
            return new LedgerAnswer(LedgerStatus.LedgerFull, 0);
        _inside += (from is null ? amount : 0) - (to is null ? amount : 0);
        if (from is { } less)
            _boxes[less].Add(key, -amount);
        if (to is { } more)
            _boxes[more].Add(key, amount);
        return new LedgerAnswer(LedgerStatus.Done, _boxes[(from ?? to)!.Value].Balance);
    }

    private void Expire()
    {
        var now = Now;
        foreach (var over in _expiring.FindAll(reservation => reservation.Ends <= now))
            over.Release(this, LedgerStatus.Expired);
    }

    private sealed class Box
    {
        public List<LedgerEntry> Entries { get; } = [];

        public long Balance => Entries.Count == 0 ? 0 : Entries[^1].Balance;

        public long Reserved { get; set; }

        public void Add(string key, long change) => Entries.Add(new LedgerEntry(key, change, Balance + change));
    }
}
