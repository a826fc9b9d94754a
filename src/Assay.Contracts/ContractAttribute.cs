namespace Assay.Contracts;

/// <summary>Marks the interface of an exercise, and the plain types that cross it.</summary>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
public sealed class ContractAttribute : Attribute;
