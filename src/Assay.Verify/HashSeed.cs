namespace Assay.Verify;

/// <summary>Derives the seed of a part from the seed of the whole. HashCode will not do: it differs from process to process.</summary>
internal static class HashSeed
{
    public static int Of(int seed, int part)
    {
        var mixed = unchecked(((ulong)(uint)seed << 32 | (uint)part) * 0x9e3779b97f4a7c15);
        mixed = unchecked((mixed ^ (mixed >> 29)) * 0xbf58476d1ce4e5b9);
        return unchecked((int)(mixed >> 32));
    }
}
