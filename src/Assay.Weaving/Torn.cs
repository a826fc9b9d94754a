using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Assay.Weaving;

/// <summary>
/// Values that are wider than a machine word, in halves: they are read and written word by word, and whoever comes between meets some words of one value and some of another.
/// A word is copied field by field, by code that is compiled once a type, so that references in it stay the collector's.
/// </summary>
internal static class Torn<T>
{
    private static readonly Copying[] s_words = CanBeTorn(typeof(T)) ? [.. TornWords.Of(typeof(T)).Select(word => word.CreateDelegate<Copying>())] : [];

    // Copies one word, and tells whether that made a difference.
    private delegate bool Copying(ref T into, ref T from);

    /// <summary>How many words of a value make its first half while another takes its place: up to the first that differs. Zero when no second one differs, so that there are no halves.</summary>
    public static int Split(T value, ref T other)
    {
        var (first, differing) = (0, 0);
        for (var word = 0; word < s_words.Length; word++)
        {
            if (s_words[word](ref value, ref other) && ++differing == 1)
                first = word + 1;
        }

        return differing > 1 ? first : 0;
    }

    /// <summary>Copies the first words.</summary>
    public static void CopyHalf(ref T into, ref T from, int words) => Copy(ref into, ref from, 0, words);

    /// <summary>Copies all but the first words.</summary>
    public static void CopyRest(ref T into, ref T from, int words) => Copy(ref into, ref from, words, s_words.Length);

    private static void Copy(ref T into, ref T from, int start, int end)
    {
        for (var word = start; word < end; word++)
            s_words[word](ref into, ref from);
    }

    // Fields that lie over each other, or one that stands for many, are no words to copy one by one.
    private static bool CanBeTorn(Type type) => type.IsValueType && Unsafe.SizeOf<T>() > TornWords.Size && TornWords.HasPlainFields(type);
}

/// <summary>The words of a type of value, and the code that copies each.</summary>
internal static class TornWords
{
    public const int Size = 8;

    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private delegate nint Offset();

    /// <summary>For each word, in the order in which they lie, a method that copies it from the second reference to the first and tells whether it differed.</summary>
    public static IEnumerable<DynamicMethod> Of(Type type) =>
        Leaves(type, []).GroupBy(path => OffsetOf(type, path) / Size).OrderBy(word => word.Key).Select(word => Copier(type, word)).ToList();

    public static bool HasPlainFields(Type type) =>
        !type.IsExplicitLayout && !type.IsDefined(typeof(InlineArrayAttribute), inherit: false) && !type.IsDefined(typeof(UnsafeValueTypeAttribute), inherit: false);

    private static IEnumerable<FieldInfo[]> Leaves(Type type, FieldInfo[] path) => type.GetFields(Instance).SelectMany(field =>
        IsLeaf(field.FieldType) ? [[.. path, field]] : Leaves(field.FieldType, [.. path, field]));

    private static bool IsLeaf(Type type) => IsComparable(type) || !HasPlainFields(type);

    private static bool IsComparable(Type type) => type.IsPrimitive || type.IsEnum || type.IsPointer || type.IsFunctionPointer || !type.IsValueType;

    private static nint OffsetOf(Type type, FieldInfo[] path)
    {
        var method = new DynamicMethod("Offset", typeof(nint), [], typeof(TornWords).Module, skipVisibility: true);
        var code = method.GetILGenerator();
        var value = code.DeclareLocal(type);
        code.Emit(OpCodes.Ldloca, value);
        foreach (var field in path)
            code.Emit(OpCodes.Ldflda, field);
        code.Emit(OpCodes.Conv_I);
        code.Emit(OpCodes.Ldloca, value);
        code.Emit(OpCodes.Conv_I);
        code.Emit(OpCodes.Sub);
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Offset>()();
    }

    private static DynamicMethod Copier(Type type, IEnumerable<FieldInfo[]> word)
    {
        var method = new DynamicMethod("Copy", typeof(bool), [type.MakeByRefType(), type.MakeByRefType()], typeof(TornWords).Module, skipVisibility: true);
        var code = method.GetILGenerator();
        var differs = code.DeclareLocal(typeof(bool));
        foreach (var path in word)
        {
            var same = code.DefineLabel();
            if (IsComparable(path[^1].FieldType))
            {
                Load(code, OpCodes.Ldarg_0, path);
                Load(code, OpCodes.Ldarg_1, path);
                code.Emit(OpCodes.Beq, same);
            }

            code.Emit(OpCodes.Ldc_I4_1);
            code.Emit(OpCodes.Stloc, differs);
            code.MarkLabel(same);
            LoadOwner(code, OpCodes.Ldarg_0, path);
            Load(code, OpCodes.Ldarg_1, path);
            code.Emit(OpCodes.Stfld, path[^1]);
        }

        code.Emit(OpCodes.Ldloc, differs);
        code.Emit(OpCodes.Ret);
        return method;
    }

    private static void Load(ILGenerator code, OpCode value, FieldInfo[] path)
    {
        LoadOwner(code, value, path);
        code.Emit(OpCodes.Ldfld, path[^1]);
    }

    private static void LoadOwner(ILGenerator code, OpCode value, FieldInfo[] path)
    {
        code.Emit(value);
        foreach (var field in path[..^1])
            code.Emit(OpCodes.Ldflda, field);
    }
}
