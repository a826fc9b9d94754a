using System.Diagnostics.CodeAnalysis;

namespace Assay.Reference.Ledger;

/// <summary>
/// Finds accounts by number in one cache line: a flat table in front of the book's dictionary, linear probing, at most half full. For one
/// writer; an account never disappears, so nothing in it can be stale.
/// </summary>
internal sealed class AccountTable(LedgerBook book)
{
    // Odd and random: numbers that fall on one place cannot be chosen from outside.
    private readonly ulong _multiplier = (ulong)Random.Shared.NextInt64() | 1;
    private Entry[] _entries = new Entry[64];
    private int _shift = 64 - 6;
    private int _count;

    public bool TryFind(long id, [NotNullWhen(true)] out Account? account)
    {
        var entries = _entries;
        for (var place = PlaceOf(id); ; place = (place + 1) & (entries.Length - 1))
        {
            account = entries[place].Account;
            if (account is null)
                return TryTakeOver(id, out account);
            if (entries[place].Id == id)
                return true;
        }
    }

    private bool TryTakeOver(long id, [NotNullWhen(true)] out Account? account)
    {
        if (!book.TryFindAccount(id, out account))
            return false;
        if (++_count * 2 > _entries.Length)
            Grow();
        Put(id, account);
        return true;
    }

    private void Put(long id, Account account)
    {
        var place = PlaceOf(id);
        while (_entries[place].Account is not null)
            place = (place + 1) & (_entries.Length - 1);
        _entries[place] = new Entry(id, account);
    }

    private void Grow()
    {
        var old = _entries;
        _entries = new Entry[checked(old.Length * 2)];
        _shift--;
        foreach (var entry in old)
        {
            if (entry.Account is { } account)
                Put(entry.Id, account);
        }
    }

    private int PlaceOf(long id) => (int)(((ulong)id * _multiplier) >> _shift);

    // The number beside the account, so that a place of another account costs no look at it.
    private readonly record struct Entry(long Id, Account? Account);
}
