using System.Diagnostics;

namespace Assay.Bench.Reference;

/// <summary>Runs the variants of a case in turn, so that whatever slows the machine down slows all of them.</summary>
internal static class Interleaving
{
    private const int EnoughSlices = 101;
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(1.2);
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(800);

    public static void Run(IReadOnlyList<Variant> variants, Slices slices, TimeSpan budget)
    {
        foreach (var variant in variants)
            WarmUp(variant);
        GC.Collect();
        var clock = Stopwatch.StartNew();
        for (var round = 0; clock.Elapsed < budget && variants.Any(variant => variant.Kept < EnoughSlices); round++)
        {
            // There and back again: none is always the first after the other.
            for (var i = 0; i < variants.Count; i++)
            {
                var variant = variants[round % 2 == 0 ? i : variants.Count - 1 - i];
                var slice = slices.Take(variant.Work, variant.Operations);
                if (!Resize(variant, slice))
                    variant.Add(slice, slices.Threads);
            }
        }
    }

    // Alone, also before two threads: on a busy machine two would mostly wait for each other. Long enough for the tiers of the compiler,
    // whose last one comes after 30 calls and a pause of 100 ms.
    private static void WarmUp(Variant variant)
    {
        using var alone = Slices.On(1);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < s_warmUp;)
            Resize(variant, alone.Take(variant.Work, variant.Operations));
    }

    // Whether the slice was of a wrong length. One that waited for a processor does not tell.
    private static bool Resize(Variant variant, Slice slice)
    {
        var share = s_slice / slice.Wall;
        if (!slice.IsUndisturbed || share is > 0.5 and < 2 || (share < 1 && variant.Operations == 1))
            return false;
        variant.Operations = (int)Math.Clamp(variant.Operations * Math.Clamp(share, 0.5, 8), 1, 1 << 24);
        return true;
    }
}
