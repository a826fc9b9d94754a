using System.Globalization;
using Assay.Exercises;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Assay.Grading.Score;

/// <summary>A rubric as a YAML file, read strictly: every fault with its line, all of them at once.</summary>
public static class RubricFile
{
    private const int Hundred = 100;

    /// <summary>Reads a rubric.</summary>
    /// <param name="text">The file's text.</param>
    /// <returns>The rubric when there is no fault, and the faults, each beginning with its line.</returns>
    public static (Rubric? Rubric, IReadOnlyList<string> Faults) Read(string text)
    {
        var faults = new List<string>();
        YamlMappingNode root;
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents is not [{ RootNode: YamlMappingNode mapping }])
                return (null, ["line 1: a rubric is a mapping with 'exercise' and 'criteria'"]);
            root = mapping;
        }
        catch (YamlException e)
        {
            return (null, [$"line {e.Start.Line}: {e.InnerException?.Message ?? e.Message}"]);
        }

        var rubric = ReadRoot(root, faults);
        return faults.Count == 0 ? (rubric, faults) : (null, faults);
    }

    /// <summary>Writes a rubric, with a word on each part.</summary>
    public static string Write(Rubric rubric)
    {
        var lines = new List<string> { $"exercise: {rubric.Exercise}", "# Points by criterion; they sum to 100.", "criteria:" };
        lines.AddRange(rubric.Criteria.Select(criterion => $"  {criterion.Criterion}: {criterion.Points}"));
        lines.AddRange(
        [
            "# What a finding costs, as a share of its criterion's points, and the most that one rule costs.",
            "findings:",
            FormattableString.Invariant($"  warning: {rubric.Warning}"),
            FormattableString.Invariant($"  suggestion: {rubric.Suggestion}"),
            FormattableString.Invariant($"  cap-per-rule: {rubric.CapPerRule}"),
        ]);
        return string.Join('\n', lines) + "\n";
    }

    private static Rubric? ReadRoot(YamlMappingNode root, List<string> faults)
    {
        Exercise? exercise = null;
        List<Weight>? criteria = null;
        var shares = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (key, value) in root.Children)
        {
            switch (Text(key))
            {
                case "exercise":
                    exercise = Exercise.All.FirstOrDefault(one => one.Id == Text(value));
                    if (exercise is null)
                        faults.Add(At(value, $"no exercise '{Text(value)}'; there are {string.Join(", ", Exercise.All.Select(one => one.Id))}"));
                    break;
                case "criteria" when value is YamlMappingNode mapping:
                    criteria = [.. ReadCriteria(mapping, faults)];
                    break;
                case "findings" when value is YamlMappingNode mapping:
                    ReadShares(mapping, shares, faults);
                    break;
                default:
                    faults.Add(At(key, $"'{Text(key)}' is not a part of a rubric, or not a mapping; there are exercise, criteria and findings"));
                    break;
            }
        }

        if (!root.Children.Keys.Any(key => Text(key) == "exercise"))
            faults.Add(At(root, "'exercise' is missing"));
        if (criteria is null)
            faults.Add(At(root, "'criteria' is missing"));
        if (faults.Count > 0)
            return null;
        CheckCriteria(root, exercise!, criteria!, faults);
        var rubric = Rubric.Of(exercise!) with { Criteria = criteria! };
        return rubric with
        {
            Warning = shares.GetValueOrDefault("warning", rubric.Warning),
            Suggestion = shares.GetValueOrDefault("suggestion", rubric.Suggestion),
            CapPerRule = shares.GetValueOrDefault("cap-per-rule", rubric.CapPerRule),
        };
    }

    private static IEnumerable<Weight> ReadCriteria(YamlMappingNode mapping, List<string> faults)
    {
        foreach (var (key, value) in mapping.Children)
        {
            if (int.TryParse(Text(value), NumberStyles.None, CultureInfo.InvariantCulture, out var points) && points is > 0 and <= Hundred)
                yield return new Weight(Text(key), points);
            else
                faults.Add(At(value, $"the points of {Text(key)} are a whole number from 1 to 100, not '{Text(value)}'"));
        }
    }

    private static void ReadShares(YamlMappingNode mapping, Dictionary<string, decimal> shares, List<string> faults)
    {
        foreach (var (key, value) in mapping.Children)
        {
            if (Text(key) is not ("warning" or "suggestion" or "cap-per-rule"))
                faults.Add(At(key, $"'{Text(key)}' is no part of findings; there are warning, suggestion and cap-per-rule"));
            else if (decimal.TryParse(Text(value), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1)
                shares[Text(key)] = share;
            else
                faults.Add(At(value, $"{Text(key)} is a share from 0 to 1, not '{Text(value)}'"));
        }
    }

    private static void CheckCriteria(YamlMappingNode root, Exercise exercise, List<Weight> criteria, List<string> faults)
    {
        var node = root.Children.First(child => Text(child.Key) == "criteria").Value;
        if (criteria.Sum(criterion => criterion.Points) is var sum && sum != Hundred)
            faults.Add(At(node, $"the points sum to {sum}, not to 100"));
        var checkedOnes = exercise.Stages.SelectMany(stage => stage.Checks).Select(check => check.Category).ToHashSet(StringComparer.Ordinal);
        foreach (var missing in checkedOnes.Where(name => criteria.All(criterion => criterion.Criterion != name)).Order(StringComparer.Ordinal))
            faults.Add(At(node, $"{missing} has checks in {exercise.Id} but no points"));
        foreach (var criterion in criteria.Where(criterion => !checkedOnes.Contains(criterion.Criterion) && !Categories.All.Contains(criterion.Criterion)))
            faults.Add(At(node, $"'{criterion.Criterion}' is neither a rule category nor {Weight.Behaviour}; there are {string.Join(", ", Categories.All)}"));
    }

    private static string Text(YamlNode node) => (node as YamlScalarNode)?.Value ?? "";

    private static string At(YamlNode node, string fault) => $"line {node.Start.Line}: {fault}";
}
