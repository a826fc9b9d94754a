using System.Collections;
using System.Reflection;

namespace Assay.Weaving.Programs;

/// <summary>The values an object keeps to itself: all there is to tell outcomes apart where no member answers.</summary>
internal static class PrivateState
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The values of a type's static fields and, if there is one, of an object.</summary>
    public static string Of(Type type, object? target, Rendering rendering) => Of(type, target, rendering, isCopy: false);

    /// <summary>The values that an object has taken over from another: what each has of its own, such as a number, is no part of that.</summary>
    public static string OfCopy(object target) => Of(target.GetType(), target, new Rendering(), isCopy: true);

    private static string Of(Type type, object? target, Rendering rendering, bool isCopy) => string.Join(", ",
        from owner in Lineage(type)
        from field in owner.GetFields(All)
        where !field.IsLiteral && !(isCopy && IsItsOwn(field)) && field.Name != "<AssayRun>" && (field.IsStatic || target is not null) && IsValue(field.FieldType)
        select $"{field.Name} = {rendering.Of(field.GetValue(field.IsStatic ? null : target))}");

    private static IEnumerable<Type> Lineage(Type type)
    {
        for (var one = type; one is not null && one.Assembly == type.Assembly; one = one.BaseType)
            yield return one;
    }

    private static bool IsItsOwn(FieldInfo field) => field.IsStatic || (field.IsInitOnly && (field.FieldType == typeof(string) || !typeof(IEnumerable).IsAssignableFrom(field.FieldType)));

    private static bool IsValue(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsPrimitive || plain.IsEnum || plain == typeof(string) || plain == typeof(decimal) || plain == typeof(Guid))
            return true;
        return plain != typeof(object) && typeof(IEnumerable).IsAssignableFrom(plain) &&
            (plain.IsArray ? IsValue(plain.GetElementType()!) : plain.IsGenericType && plain.GetGenericArguments().All(IsValue));
    }
}
