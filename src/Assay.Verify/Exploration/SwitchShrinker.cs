namespace Assay.Verify.Exploration;

/// <summary>Leaves changes out of a failing schedule while it fails the same way (Zeller and Hildebrandt's delta debugging, 2002).</summary>
internal sealed class SwitchShrinker(Func<SwitchList, RunEnd> run, int maxRuns)
{
    private int _runs;

    public SwitchList Shrink(SwitchList schedule, RunEnd end)
    {
        var switches = schedule.Switches.ToList();
        for (var chunk = Math.Max(1, switches.Count / 2); chunk >= 1 && _runs < maxRuns; chunk /= 2)
        {
            // Leaving one out may make another superfluous, so single ones are tried until none can go.
            while (WithoutChunks(switches, chunk, end) && chunk == 1)
            {
            }
        }

        return new SwitchList(switches);
    }

    private bool WithoutChunks(List<Switch> switches, int chunk, RunEnd end)
    {
        var before = switches.Count;
        for (var start = 0; start < switches.Count && _runs < maxRuns;)
        {
            var fewer = switches.Where((_, index) => index < start || index >= start + chunk).ToList();
            _runs++;
            if (run(new SwitchList(fewer)).IsLike(end))
                switches.RemoveRange(start, Math.Min(chunk, switches.Count - start));
            else
                start += chunk;
        }

        return switches.Count < before && _runs < maxRuns;
    }
}
