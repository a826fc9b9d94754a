using System.Collections;
using System.Reflection;

namespace Assay.Weaving.Programs;

/// <summary>The values an object keeps to itself: all there is to tell outcomes apart where no member answers.</summary>
internal static class PrivateState
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Type type, object? target, Rendering rendering) => string.Join(", ",
        from owner in Lineage(type)
        from field in owner.GetFields(All)
        where !field.IsLiteral && field.Name != "<AssayRun>" && (field.IsStatic || target is not null) && IsValue(field.FieldType)
        select $"{field.Name} = {rendering.Of(field.GetValue(field.IsStatic ? null : target))}");

    private static IEnumerable<Type> Lineage(Type type)
    {
        for (var one = type; one is not null && one.Assembly == type.Assembly; one = one.BaseType)
            yield return one;
    }

    private static bool IsValue(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsPrimitive || plain.IsEnum || plain == typeof(string) || plain == typeof(decimal) || plain == typeof(Guid))
            return true;
        return plain != typeof(object) && typeof(IEnumerable).IsAssignableFrom(plain) &&
            (plain.IsArray ? IsValue(plain.GetElementType()!) : plain.IsGenericType && plain.GetGenericArguments().All(IsValue));
    }
}
