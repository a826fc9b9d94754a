using Assay.Contracts;

namespace Assay.Exercises.Cache;

/// <summary>A bounded cache that loads each value once.</summary>
public sealed class CacheExercise : Exercise
{
    private const string Name = "cache";

    /// <inheritdoc />
    public override string Id => Name;

    /// <inheritdoc />
    public override string Title => "Cache";

    /// <inheritdoc />
    public override string Brief { get; } = ExerciseSources.Brief(Name);

    /// <inheritdoc />
    public override Type Contract => typeof(ICache);

    /// <inheritdoc />
    public override IReadOnlyList<Type> ConstructorParameters { get; } = [typeof(int), typeof(TimeSpan), typeof(Action<string, string>), typeof(TimeProvider)];

    /// <inheritdoc />
    public override IReadOnlyList<Stage> Stages { get; } = [BaseStage.Stage, EdgeStage.Stage, LoadingStage.Stage, ConcurrencyStage.Stage];

    /// <inheritdoc />
    public override IReadOnlyList<Weight> Weights { get; } =
        [new(Weight.Behaviour, 42), new("SharedState", 28), new("Async", 14), new("Time", 10), new("Errors", 6)];

    /// <inheritdoc />
    public override IReadOnlyList<SourceText> Reference { get; } = ExerciseSources.Reference(Name);

    /// <inheritdoc />
    public override IReadOnlyList<SourceText> Starter { get; } = ExerciseSources.Starter(Name);

    /// <inheritdoc />
    public override IReadOnlyList<PlantedDefect> Defects { get; } = CacheDefects.All;
}
