using Assay.Contracts;

namespace Assay.Exercises.RateLimiter;

/// <summary>A token bucket for each key.</summary>
public sealed class RateLimiterExercise : Exercise
{
    private const string Name = "rate-limiter";

    /// <inheritdoc />
    public override string Id => Name;

    /// <inheritdoc />
    public override string Title => "Rate limiter";

    /// <inheritdoc />
    public override string Brief { get; } = ExerciseSources.Brief(Name);

    /// <inheritdoc />
    public override Type Contract => typeof(IRateLimiter);

    /// <inheritdoc />
    public override IReadOnlyList<Type> ConstructorParameters { get; } = [typeof(int), typeof(TimeSpan), typeof(TimeProvider)];

    /// <inheritdoc />
    public override IReadOnlyList<Stage> Stages { get; } = [BaseStage.Stage, EdgeStage.Stage, DimensionStage.Stage, ConcurrencyStage.Stage];

    /// <inheritdoc />
    public override IReadOnlyList<Weight> Weights { get; } =
        [new(Weight.Behaviour, 45), new("SharedState", 30), new("Time", 15), new("Errors", 6), new("Resources", 4)];

    /// <inheritdoc />
    public override IReadOnlyList<SourceText> Reference { get; } = ExerciseSources.Reference(Name);

    /// <inheritdoc />
    public override IReadOnlyList<SourceText> Starter { get; } = ExerciseSources.Starter(Name);

    /// <inheritdoc />
    public override IReadOnlyList<PlantedDefect> Defects { get; } = RateLimiterDefects.All;
}
