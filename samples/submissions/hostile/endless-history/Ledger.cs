using System.Collections;
using Assay.Contracts;

public sealed class Ledger(TimeProvider clock) : ILedger
{
    public bool Open(long account) => clock.GetTimestamp() >= 0;

    public LedgerAnswer Deposit(string key, long account, long amount) => new(LedgerStatus.Done, amount);

    public LedgerAnswer Withdraw(string key, long account, long amount) => default;

    public LedgerAnswer Transfer(string key, long from, long to, long amount) => default;

    public LedgerAnswer Reserve(string key, long from, long to, long amount, TimeSpan timeout) => default;

    public LedgerAnswer Post(string key, string reservation, long amount) => default;

    public LedgerAnswer Void(string key, string reservation) => default;

    public LedgerAnswer Reverse(string key, string original) => default;

    public AccountState? Find(long account) => null;

    public IReadOnlyList<LedgerEntry>? History(long account) => new Endless();

    private sealed class Endless : IReadOnlyList<LedgerEntry>
    {
        public int Count => 1;

        public LedgerEntry this[int index] => new("", 0, 0);

        public IEnumerator<LedgerEntry> GetEnumerator()
        {
            while (true)
                yield return this[0];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
