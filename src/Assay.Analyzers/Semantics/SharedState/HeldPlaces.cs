using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Answers for any operation of a type what is held there, callers included.</summary>
internal sealed class HeldPlaces(GuardTerms terms, HeldScopes scopes, Entries entries, OutsideCallers callers)
{
    /// <summary>Resolves lock expressions to the terms of the model.</summary>
    public GuardTerms Terms => terms;

    /// <param name="operation">An operation of a body of the type.</param>
    /// <param name="owner">The member that the body belongs to.</param>
    public HeldSet At(IOperation operation, ISymbol owner) => entries.HeldAt(scopes.At(operation, owner));

    /// <summary>Where the operation runs, before the locks of its callers are known.</summary>
    public Place PlaceOf(IOperation operation, ISymbol owner) => scopes.At(operation, owner);

    /// <summary>Whether somebody may call the function without a lock.</summary>
    public bool MayEnterBare(IMethodSymbol function) => entries.MayEnterBare(function);

    /// <summary>Whether no other thread can see the object yet.</summary>
    public bool IsConstruction(IOperation operation, ISymbol owner) => entries.IsConstruction(scopes.At(operation, owner));

    /// <summary>
    /// What the callers in all types of the compilation hold when they come to the operation. It searches the compilation, so only
    /// what would be reported is worth the question.
    /// </summary>
    public CallersHold HeldByCallers(IOperation operation, ISymbol owner, CancellationToken cancellationToken) =>
        scopes.At(operation, owner) is { IsConcurrent: false, Function: { } function } place ? callers.HeldBy(Entries.KeyOf(function), place.IsLater, cancellationToken) : CallersHold.Nothing;
}
