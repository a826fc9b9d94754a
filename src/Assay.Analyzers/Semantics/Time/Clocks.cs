using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Time;

/// <summary>The clock an operation reads, and how.</summary>
internal enum ClockReading
{
    None,
    DateTimeNow,
    DateTimeUtcNow,
    DateTimeToday,
    OffsetNow,
    OffsetUtcNow,
    TickCount,
    TickCount64,
    Timestamp,

    // Of a TimeProvider: replaceable in a test, but still the time on the wall.
    ProviderUtcNow,
    ProviderLocalNow,
}

/// <summary>Which code reads a clock, and which types are clocks.</summary>
internal static class Clocks
{
    /// <summary>What the operation itself reads; None for everything that is not a reading.</summary>
    public static ClockReading ReadingOf(this KnownTypes types, IOperation operation) => operation switch
    {
        IPropertyReferenceOperation { Property: { IsStatic: true } property } => OfProperty(types, property),
        IInvocationOperation { TargetMethod: { Parameters.IsEmpty: true } method } => OfMethod(types, method),
        _ => ClockReading.None,
    };

    /// <summary>A clock nobody handed in: the process-wide one.</summary>
    public static bool IsAmbient(this ClockReading reading) => reading is > ClockReading.None and < ClockReading.ProviderUtcNow;

    /// <summary>A number that only grows and means nothing by itself.</summary>
    public static bool IsCounter(this ClockReading reading) =>
        reading is ClockReading.TickCount or ClockReading.TickCount64 or ClockReading.Timestamp;

    /// <summary>A point in time on the wall, which is set, stepped and slewed; not a monotonic counter and not a calendar day.</summary>
    public static bool IsWallTime(this ClockReading reading) => IsLocalTime(reading) || reading is
        ClockReading.DateTimeUtcNow or ClockReading.OffsetUtcNow or ClockReading.ProviderUtcNow or ClockReading.ProviderLocalNow
        or ClockReading.OffsetNow;

    /// <summary>A wall time without an offset in the zone of the machine: it also jumps when daylight saving begins.</summary>
    public static bool IsLocalTime(this ClockReading reading) => reading == ClockReading.DateTimeNow;

    /// <summary>TimeProvider, a type derived from it, or an interface that does nothing but tell the time.</summary>
    public static bool IsClock(this KnownTypes types, ITypeSymbol? type) =>
        type is not null and not IErrorTypeSymbol && (type.IsOrInherits(types.TimeProvider) || types.IsClockInterface(type));

    /// <summary>Whether the type, or a type around it, is an implementation of a clock: somebody has to read the real one.</summary>
    public static bool IsClockItself(this KnownTypes types, INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.ContainingType)
        {
            if (type.IsOrInherits(types.TimeProvider))
                return true;
            foreach (var implemented in type.AllInterfaces)
            {
                if (types.IsClockInterface(implemented))
                    return true;
            }
        }
        return false;
    }

    /// <summary>An interface all of whose members are getters of times, one of them named for the present.</summary>
    private static bool IsClockInterface(this KnownTypes types, ITypeSymbol type)
    {
        if (type.TypeKind != TypeKind.Interface)
            return false;
        if (type.Name == "IClock" && type.Is(types["NodaTime.IClock"]))
            return true;
        var tellsNow = false;
        foreach (var member in type.GetMembers())
        {
            switch (member)
            {
                case IMethodSymbol { AssociatedSymbol: not null }:
                    continue;
                case IPropertySymbol { SetMethod: null, Parameters.IsEmpty: true } property when types.IsTime(property.Type):
                case IMethodSymbol { MethodKind: MethodKind.Ordinary, Parameters.IsEmpty: true } method when types.IsTime(method.ReturnType):
                    tellsNow |= NamesThePresent(member.Name);
                    continue;
                default:
                    // It does something besides telling the time.
                    return false;
            }
        }
        // `IEntity { DateTime CreatedAt { get; } }` has time getters only, and is no clock.
        return tellsNow;
    }

    /// <summary>DateTime, DateTimeOffset, DateOnly, TimeOnly or TimeSpan; also the nullable form of each.</summary>
    public static bool IsTime(this KnownTypes types, ITypeSymbol? type)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            type = nullable.TypeArguments[0];
        return type is { SpecialType: SpecialType.System_DateTime }
            || (type is { Name: "DateTimeOffset" or "DateOnly" or "TimeOnly" or "TimeSpan", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } });
    }

    /// <summary>A member name such as UtcNow, Today or GetCurrentTime.</summary>
    public static bool NamesThePresent(string name) =>
        name.EndsWith("Now", StringComparison.Ordinal) || name.EndsWith("Today", StringComparison.Ordinal)
        || name.IndexOf("Current", StringComparison.Ordinal) >= 0;

    private static ClockReading OfProperty(KnownTypes types, IPropertySymbol property)
    {
        switch (property.Name)
        {
            case "Now" or "UtcNow" or "Today" when property.ContainingType.SpecialType == SpecialType.System_DateTime:
                return property.Name switch
                {
                    "Now" => ClockReading.DateTimeNow,
                    "UtcNow" => ClockReading.DateTimeUtcNow,
                    _ => ClockReading.DateTimeToday,
                };
            case "Now" or "UtcNow" when property.ContainingType.Is(types["System.DateTimeOffset"]):
                return property.Name == "Now" ? ClockReading.OffsetNow : ClockReading.OffsetUtcNow;
            case "TickCount" or "TickCount64" when property.ContainingType.Is(types["System.Environment"]):
                return property.Name == "TickCount" ? ClockReading.TickCount : ClockReading.TickCount64;
            default:
                return ClockReading.None;
        }
    }

    private static ClockReading OfMethod(KnownTypes types, IMethodSymbol method) => method.Name switch
    {
        "GetTimestamp" when method.IsStatic && method.ContainingType.Is(types["System.Diagnostics.Stopwatch"]) => ClockReading.Timestamp,
        "GetUtcNow" when method.ContainingType.IsOrInherits(types.TimeProvider) => ClockReading.ProviderUtcNow,
        "GetLocalNow" when method.ContainingType.IsOrInherits(types.TimeProvider) => ClockReading.ProviderLocalNow,
        _ => ClockReading.None,
    };
}
