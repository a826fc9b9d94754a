namespace Assay.Grading.Score;

/// <summary>How evidence becomes points.</summary>
public sealed record Rubric
{
    /// <summary>The exercise it is for.</summary>
    public required string Exercise { get; init; }

    /// <summary>The points of each criterion; they sum to 100.</summary>
    public required IReadOnlyList<Exercises.Weight> Criteria { get; init; }

    /// <summary>What a warning costs, as a share of its criterion's points.</summary>
    public decimal Warning { get; init; } = 0.25m;

    /// <summary>What a suggestion costs, as a share of its criterion's points.</summary>
    public decimal Suggestion { get; init; }

    /// <summary>The most that one rule costs, as a share of its criterion's points: a habit is not charged twenty times.</summary>
    public decimal CapPerRule { get; init; } = 0.5m;

    /// <summary>The rubric that comes with an exercise.</summary>
    public static Rubric Of(Exercises.Exercise exercise) => new() { Exercise = exercise.Id, Criteria = exercise.Weights };
}
