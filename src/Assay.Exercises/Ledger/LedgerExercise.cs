using Assay.Contracts;

namespace Assay.Exercises.Ledger;

/// <summary>Accounts, and money that moves between them.</summary>
public sealed class LedgerExercise : Exercise
{
    private const string Name = "ledger";

    /// <inheritdoc />
    public override string Id => Name;

    /// <inheritdoc />
    public override string Title => "Ledger";

    /// <inheritdoc />
    public override string Brief { get; } = ExerciseSources.Brief(Name);

    /// <inheritdoc />
    public override Type Contract => typeof(ILedger);

    /// <inheritdoc />
    public override IReadOnlyList<Type> ConstructorParameters { get; } = [typeof(TimeProvider)];

    /// <inheritdoc />
    public override IReadOnlyList<Stage> Stages { get; } = [BaseStage.Stage, RepetitionStage.Stage, ReservationStage.Stage, ConcurrencyStage.Stage];

    /// <inheritdoc />
    public override IReadOnlyList<Weight> Weights { get; } = [new(Weight.Behaviour, 52), new("SharedState", 35), new("Errors", 8), new("Time", 5)];

    /// <inheritdoc />
    public override IReadOnlyList<SourceText> Reference { get; } = ExerciseSources.Reference(Name);

    /// <inheritdoc />
    public override IReadOnlyList<SourceText> Starter { get; } = ExerciseSources.Starter(Name);

    /// <inheritdoc />
    public override IReadOnlyList<PlantedDefect> Defects { get; } = LedgerDefects.All;
}
