using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Assay.Verify.Exploration;

namespace Assay.Weaving;

/// <summary>
/// Threads that are none of a run's and reach woven code all the same: started by reflection, by the framework on its pool, by a timer nobody modelled. Nothing
/// that is found out beside them is worth a verdict.
/// </summary>
internal static class Strays
{
    private static readonly ConditionalWeakTable<Assembly, SiteTable> s_tables = [];

    /// <summary>Takes note of woven code.</summary>
    public static void Know(Assembly woven, SiteTable sites) => s_tables.AddOrUpdate(woven, sites);

    /// <summary>Whether code is woven.</summary>
    public static bool Knows(Assembly assembly) => s_tables.TryGetValue(assembly, out _);

    /// <summary>A place was reached by a thread that carries no lane. Outside of a run that is as it should be.</summary>
    public static void Note(int site)
    {
        if (Arena.IsAnyRunning && !Arena.Carries && Home() is { Stray: null, Running: > 0 } sites)
            sites.Stray = new StrongBox<Site>(sites[site]);
    }

    private static SiteTable? Home()
    {
        foreach (var frame in new StackTrace(2, fNeedFileInfo: false).GetFrames())
        {
            if (frame.GetMethod()?.Module.Assembly is { } assembly && s_tables.TryGetValue(assembly, out var sites))
                return sites;
        }

        return null;
    }
}
