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
        var constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length);
        if (type is not { IsSealed: true } || constructor is null)
            throw new ProtocolException($"{type.FullName} cannot cross: only primitives, lists and sealed records of the contract do");
        var parts = constructor.GetParameters().Select(parameter =>
            type.GetProperties().FirstOrDefault(property =>
                string.Equals(property.Name, parameter.Name, StringComparison.OrdinalIgnoreCase) && property.PropertyType == parameter.ParameterType)
            ?? throw new ProtocolException($"{type.FullName} cannot cross: no property {parameter.Name}"));
        return new RecordShape(constructor, [.. parts]);
    }
}
