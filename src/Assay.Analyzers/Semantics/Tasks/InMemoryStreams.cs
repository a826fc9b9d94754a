using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>Proves that a stream, reader or writer works in memory, where there is nothing to wait for.</summary>
internal static class InMemoryStreams
{
    private const int MostSteps = 6;

    private static readonly string[] s_inMemory =
    [
        "System.IO.MemoryStream",
        "System.IO.UnmanagedMemoryStream",
        "System.IO.StringReader",
        "System.IO.StringWriter",
    ];

    private static readonly string[] s_channels = ["System.IO.Stream", "System.IO.TextReader", "System.IO.TextWriter"];

    /// <summary>Whether the call works on streams, readers or writers, all of them in memory.</summary>
    public static bool WorksInMemory(this KnownTypes types, IInvocationOperation call)
    {
        var any = false;
        if (call.Instance is { } instance && IsChannel(types, instance))
        {
            if (!types.IsInMemory(instance, MostSteps))
                return false;
            any = true;
        }
        foreach (var argument in call.Arguments)
        {
            if (!IsChannel(types, argument.Value))
                continue;
            if (!types.IsInMemory(argument.Value, MostSteps))
                return false;
            any = true;
        }
        return any;
    }

    private static bool IsChannel(KnownTypes types, IOperation value) => IsAny(types, value.Bare().Type, s_channels);

    private static bool IsInMemory(this KnownTypes types, IOperation given, int steps)
    {
        var value = given.Bare();
        if (IsAny(types, value.Type, s_inMemory))
            return true;
        if (steps == 0)
            return false;
        return value switch
        {
            // The console's reader and writers are synchronised: their async members block as well.
            IPropertyReferenceOperation property => property.Property.ContainingType.Is(types["System.Console"]),
            IFieldReferenceOperation { Field: { IsStatic: true, Name: "Null" } field } => IsAny(types, field.ContainingType, s_channels),
            // A StreamReader, GZipStream, StreamWriter, … is where the stream under it is.
            IObjectCreationOperation { Arguments.IsEmpty: false } wrapper => IsChannel(types, wrapper.Arguments.At(0).Value) && types.IsInMemory(wrapper.Arguments.At(0).Value, steps - 1),
            ILocalReferenceOperation local => IsAlwaysInMemory(types, local, steps - 1),
            _ => false,
        };
    }

    private static bool IsAlwaysInMemory(KnownTypes types, ILocalReferenceOperation reference, int steps)
    {
        var any = false;
        foreach (var operation in reference.Root().Descendants())
        {
            var written = operation switch
            {
                IVariableDeclaratorOperation declarator when declarator.Symbol.Is(reference.Local) => declarator.GetVariableInitializer()?.Value,
                IAssignmentOperation { Target: ILocalReferenceOperation target } assignment when target.Local.Is(reference.Local) => assignment.Value,
                // Another method fills it: what is in it is not known.
                IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out, Value: ILocalReferenceOperation given } when given.Local.Is(reference.Local) => operation,
                _ => null,
            };
            if (written is null || written.Bare() is ILiteralOperation { ConstantValue.Value: null })
                continue;
            if (!types.IsInMemory(written, steps))
                return false;
            any = true;
        }
        return any;
    }

    private static bool IsAny(KnownTypes types, ITypeSymbol? type, string[] names)
    {
        foreach (var name in names)
        {
            if (type.IsOrInherits(types[name]))
                return true;
        }
        return false;
    }
}
