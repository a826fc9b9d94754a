using System.Collections.Concurrent;
using System.Reflection;

namespace Assay.Jail.Protocol;

/// <summary>How a plain type of a contract crosses: by the parameters of its longest public constructor, each with the property of its name.</summary>
internal sealed record RecordShape(ConstructorInfo Constructor, PropertyInfo[] Parts)
{
    private static readonly ConcurrentDictionary<Type, RecordShape> Known = new();

    /// <summary>The shape of a type.</summary>
    /// <exception cref="ProtocolException">The type is not one that may cross.</exception>
    public static RecordShape Of(Type type) => Known.GetOrAdd(type, Find);

    private static RecordShape Find(Type type)
    {
        ConstructorInfo? longest = null;
        foreach (var constructor in type.GetConstructors())
        {
            if (longest is null || constructor.GetParameters().Length > longest.GetParameters().Length)
                longest = constructor;
        }

        if (type is not { IsSealed: true } || longest is null)
            throw new ProtocolException($"{type.FullName} cannot cross: only primitives, lists and sealed records of the contract do");
        return new RecordShape(longest, Array.ConvertAll(longest.GetParameters(), parameter => PartOf(type, parameter)));
    }

    private static PropertyInfo PartOf(Type type, ParameterInfo parameter)
    {
        foreach (var property in type.GetProperties())
        {
            if (string.Equals(property.Name, parameter.Name, StringComparison.OrdinalIgnoreCase) && property.PropertyType == parameter.ParameterType)
                return property;
        }

        throw new ProtocolException($"{type.FullName} cannot cross: no property {parameter.Name}");
    }
}
