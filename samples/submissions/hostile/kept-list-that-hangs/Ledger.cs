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

    public IReadOnlyList<LedgerEntry>? History(long account) => new Once();

    // Right when it is read first, and never done when it is read again.
    private sealed class Once : IReadOnlyList<LedgerEntry>
    {
        private int _reads;

        public int Count => 0;

        public LedgerEntry this[int index] => throw new ArgumentOutOfRangeException(nameof(index));

        public IEnumerator<LedgerEntry> GetEnumerator()
        {
            if (++_reads > 1)
                Thread.Sleep(Timeout.Infinite);
            yield break;
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
