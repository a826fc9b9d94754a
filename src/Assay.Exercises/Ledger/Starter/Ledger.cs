using System;
using System.Collections.Generic;
using Assay.Contracts;

namespace Candidate;

/// <summary>Your ledger. The promises to keep are the doc comments of ILedger.</summary>
public sealed class Ledger : ILedger
{
    private readonly TimeProvider _clock;

    public Ledger(TimeProvider clock) => _clock = clock;

    public bool Open(long account) => throw new NotImplementedException("Stage 1");

    public LedgerAnswer Deposit(string key, long account, long amount) => throw new NotImplementedException("Stage 1");

    public LedgerAnswer Withdraw(string key, long account, long amount) => throw new NotImplementedException("Stage 1");

    public LedgerAnswer Transfer(string key, long from, long to, long amount) => throw new NotImplementedException("Stage 1");

    public AccountState? Find(long account) => throw new NotImplementedException("Stage 1");

    public LedgerAnswer Reserve(string key, long from, long to, long amount, TimeSpan timeout) => throw new NotImplementedException("Stage 3");

    public LedgerAnswer Post(string key, string reservation, long amount) => throw new NotImplementedException("Stage 3");

    public LedgerAnswer Void(string key, string reservation) => throw new NotImplementedException("Stage 3");

    public LedgerAnswer Reverse(string key, string original) => throw new NotImplementedException("Stage 3");

    public IReadOnlyList<LedgerEntry>? History(long account) => throw new NotImplementedException("Stage 3");
}
