using System.Collections.Immutable;

namespace Assay.Cli.Loading;

/// <summary>The projects that reference each other in a circle, and those that reference into one.</summary>
/// <param name="Circle">A circle, from a project back to itself; empty when there is none.</param>
/// <param name="Caught">All projects from which a circle is reached.</param>
internal sealed record ReferenceCircles(ImmutableArray<string> Circle, ImmutableHashSet<string> Caught)
{
    /// <summary>Follows <paramref name="references"/> from the <paramref name="projects"/>.</summary>
    public static ReferenceCircles Find(IEnumerable<string> projects, Func<string, ImmutableArray<string>> references)
    {
        var search = new Search(references);
        foreach (var project in projects)
            search.Visit(project);
        return new ReferenceCircles([.. search.Circle], [.. search.Reaches.Where(pair => pair.Value).Select(pair => pair.Key)]);
    }

    private sealed class Search(Func<string, ImmutableArray<string>> references)
    {
        private readonly List<string> _path = [];

        public List<string> Circle { get; } = [];

        /// <summary>For every project seen, whether a circle is reached from it.</summary>
        public Dictionary<string, bool> Reaches { get; } = new(StringComparer.Ordinal);

        public bool Visit(string project)
        {
            if (_path.IndexOf(project) is >= 0 and var start)
            {
                if (Circle.Count == 0)
                    Circle.AddRange([.. _path[start..], project]);
                return true;
            }
            if (Reaches.TryGetValue(project, out var known))
                return known;
            _path.Add(project);
            var caught = false;
            foreach (var reference in references(project))
                caught |= Visit(reference);
            _path.RemoveAt(_path.Count - 1);
            return Reaches[project] = caught;
        }
    }
}
