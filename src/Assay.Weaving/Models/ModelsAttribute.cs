namespace Assay.Weaving.Models;

/// <summary>
/// Marks a class whose methods stand in for another type's. A method stands in for the one of its name and parameters; for an instance method the
/// instance comes first, for a constructor the name is <c>New</c>; last comes the number of the place. Type arguments of the type come before the method's.
/// </summary>
/// <param name="modelled">The type; for a generic one its definition.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ModelsAttribute(Type modelled) : Attribute
{
    /// <summary>The type.</summary>
    public Type Modelled { get; } = modelled;
}
