using System.Reflection;

namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>What keeps threads apart in a case, or fails to.</summary>
internal enum Primitive
{
    None,
    LockStatement,
    ThreadingLock,
    Monitor,
    Semaphore,
    AsyncSemaphore,
    ReaderWriterLock,
    Mutex,
    SpinLock,
    Interlocked,
    Volatile,
    Synchronized,
    Wrapper,
}

/// <summary>
/// A small type of the table. <c>{|ASSAY2001:…|}</c> marks a warning, <c>{|Info2001:…|}</c> a suggestion and <c>{|#0:…|}</c> another
/// place that one of them names. A case without marks is a trap: correct code that looks wrong.
/// </summary>
internal sealed record Case(Primitive Primitive, string Source);

/// <summary>A case with the names that it has from its field and the class around it.</summary>
internal sealed record NamedCase(string Shape, string Name, Case Case)
{
    /// <summary>All cases: the public static fields of the classes beside this one, each class a shape of code.</summary>
    public static IReadOnlyList<NamedCase> All { get; } =
    [
        .. from shape in typeof(NamedCase).Assembly.GetTypes()
           where shape.Namespace == typeof(NamedCase).Namespace
           from field in shape.GetFields(BindingFlags.Public | BindingFlags.Static)
           where field.FieldType == typeof(Case)
           orderby shape.Name, field.MetadataToken
           select new NamedCase(shape.Name, field.Name, (Case)field.GetValue(null)!),
    ];

    public bool IsTrap => !Case.Source.Contains("{|", StringComparison.Ordinal);

    public bool IsBad => Case.Source.Contains("{|ASSAY", StringComparison.Ordinal);
}
