namespace Assay.Grading.Batch.Similarity;

/// <summary>
/// Lays the longest stretches that two programs share over both, each word used once (Wise: String similarity via greedy string tiling, 1993), so that a share of a program is a share of its words.
/// </summary>
internal sealed class Tiling(ComparedProgram first, ComparedProgram second)
{
    // A piece that repeats more often than this is a table, not a passage; following all its pairs would be quadratic.
    private const int MostPlaces = 32;

    private readonly bool[][] _freeInFirst = [.. first.Own.Select(words => (bool[])words.Clone())];
    private readonly bool[][] _freeInSecond = [.. second.Own.Select(words => (bool[])words.Clone())];

    /// <summary>The shared stretches, the longest first.</summary>
    public IReadOnlyList<Tile> Tiles()
    {
        var tiles = new List<Tile>();
        foreach (var match in Matches())
            tiles.AddRange(Laid(match));
        return tiles;
    }

    /// <summary>Every longest stretch of equal words: it can be drawn out in neither direction.</summary>
    private IEnumerable<Tile> Matches()
    {
        var places = Places(second);
        var matches = new List<Tile>();
        for (var unit = 0; unit < first.Units.Length; unit++)
        {
            for (var start = 0; start < first.Units[unit].Grams; start++)
            {
                foreach (var (otherUnit, otherStart) in places.GetValueOrDefault(first.Units[unit].GramAt(start), []))
                {
                    if (start > 0 && otherStart > 0 && first.Units[unit].Words[start - 1] == second.Units[otherUnit].Words[otherStart - 1])
                        continue;
                    matches.Add(new Tile(unit, start, otherUnit, otherStart, Length(first.Units[unit].Words.AsSpan(start), second.Units[otherUnit].Words.AsSpan(otherStart))));
                }
            }
        }

        // A stable sort: the same two programs give the same tiles.
        return matches.OrderByDescending(match => match.Length);
    }

    private static Dictionary<ulong, List<(int Unit, int Start)>> Places(ComparedProgram program)
    {
        var places = new Dictionary<ulong, List<(int, int)>>();
        for (var unit = 0; unit < program.Units.Length; unit++)
        {
            for (var start = 0; start < program.Units[unit].Grams; start++)
            {
                var gram = program.Units[unit].GramAt(start);
                if (!places.TryGetValue(gram, out var here))
                    places[gram] = here = [];
                if (here.Count < MostPlaces)
                    here.Add((unit, start));
            }
        }

        return places;
    }

    private static int Length(ReadOnlySpan<ulong> words, ReadOnlySpan<ulong> others) => words.CommonPrefixLength(others);

    /// <summary>The parts of a match that no longer tile has taken, as far as they are still long enough to mean something.</summary>
    private IEnumerable<Tile> Laid(Tile match)
    {
        var from = 0;
        for (var i = 0; i <= match.Length; i++)
        {
            if (i < match.Length && IsFree(match, i))
                continue;
            if (i - from >= SyntaxUnit.Gram)
            {
                _freeInFirst[match.FirstUnit].AsSpan(match.FirstStart + from, i - from).Clear();
                _freeInSecond[match.SecondUnit].AsSpan(match.SecondStart + from, i - from).Clear();
                yield return match with { FirstStart = match.FirstStart + from, SecondStart = match.SecondStart + from, Length = i - from };
            }

            from = i + 1;
        }
    }

    private bool IsFree(Tile match, int at) => _freeInFirst[match.FirstUnit][match.FirstStart + at] && _freeInSecond[match.SecondUnit][match.SecondStart + at];
}

/// <summary>A stretch of words that stands in both programs.</summary>
internal readonly record struct Tile(int FirstUnit, int FirstStart, int SecondUnit, int SecondStart, int Length);
