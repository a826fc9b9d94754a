namespace Assay.Reference.Caching;

/// <summary>The order in which slots were last used: a ring of links by number. Not safe for concurrent use.</summary>
internal sealed class LruOrder
{
    // A slot's links stand at its number plus one. The first place is the ring's seam: after it comes the newest, before it the oldest,
    // so that no link is ever a special case.
    private (int Older, int Newer)[] _links = new (int, int)[17];

    /// <summary>The slot unused for longest; -1 without slots.</summary>
    public int Oldest => _links[0].Newer - 1;

    /// <summary>The slot used after this one; -1 after the newest.</summary>
    public int NewerThan(int slot) => _links[slot + 1].Newer - 1;

    public void Add(int slot)
    {
        if (slot + 1 >= _links.Length)
            Array.Resize(ref _links, Math.Max(slot + 2, (_links.Length * 2) - 1));
        LinkNewest(_links, slot + 1);
    }

    public void Touch(int slot)
    {
        var (links, place) = (_links, slot + 1);
        if (links[0].Older == place)
            return;
        Unlink(links, place);
        LinkNewest(links, place);
    }

    public void Remove(int slot) => Unlink(_links, slot + 1);

    private static void LinkNewest((int Older, int Newer)[] links, int place)
    {
        var newest = links[0].Older;
        links[place] = (newest, 0);
        links[newest].Newer = place;
        links[0].Older = place;
    }

    private static void Unlink((int Older, int Newer)[] links, int place)
    {
        var (older, newer) = links[place];
        links[older].Newer = newer;
        links[newer].Older = older;
    }
}
