using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>What a type itself says about the threads that use its objects: its registration, its base, its mark, its comment.</summary>
internal static class TypeSharing
{
    /// <summary>Why one object of the type serves several threads; null when nothing says so.</summary>
    public static Evidence? Of(KnownTypes types, INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        if (SharedRegistrations.Of(types).Find(type, cancellationToken) is { } registered)
            return registered;
        if (IsHosted(type))
            return new(EvidenceKind.Registered, $"'{type.Name}' runs as a hosted service beside its callers", null, true);
        if (IsMiddleware(type))
            return new(EvidenceKind.Registered, $"one '{type.Name}' serves all requests as a middleware", null, true);
        if (IsFilterAttribute(type))
            return new(EvidenceKind.Registered, $"one '{type.Name}' serves all requests as a filter", null, true);
        if (HasMark(type) || DocumentedSafety(type, cancellationToken) == true)
            return new(EvidenceKind.Declared, $"'{type.Name}' is said to be thread-safe", null, true);
        return null;
    }

    /// <summary>Whether the comment of the type says that it is not made for threads.</summary>
    public static bool DisclaimsThreads(INamedTypeSymbol type, CancellationToken cancellationToken) => DocumentedSafety(type, cancellationToken) == false;

    /// <summary>Whether the host calls the function, one call after the other.</summary>
    public static bool IsLifecycle(ISymbol function) =>
        function.Name is "ExecuteAsync" or "StartAsync" or "StopAsync" or "StartingAsync" or "StartedAsync" or "StoppingAsync" or "StoppedAsync" or "Dispose" or "DisposeAsync"
        && IsHosted(function.ContainingType)
        || function.IsStatic && function.ContainingType?.Name.StartsWith("PreApplicationStart", StringComparison.Ordinal) == true;

    public static bool IsHosted(INamedTypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Name == "BackgroundService")
                return true;
            foreach (var contract in current.Interfaces)
            {
                if (contract.Name is "IHostedService" or "IHostedLifecycleService")
                    return true;
            }
        }
        return false;
    }

    /// <summary>Whether objects of the type belong to the thread of a window.</summary>
    public static bool BelongsToWindow(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Name is "Control" or "DispatcherObject" or "UIElement" or "Form" or "Component" or "ViewModelBase" or "ObservableObject" or "ComponentBase")
                return true;
        }
        return type.Name.EndsWith("ViewModel", StringComparison.Ordinal);
    }

    /// <summary>Whether a constructor takes an object to lock on, which callers hold as well.</summary>
    public static bool IsGivenLocks(INamedTypeSymbol type)
    {
        foreach (var constructor in type.InstanceConstructors)
        {
            foreach (var parameter in constructor.Parameters)
            {
                if (parameter.Type is { SpecialType: SpecialType.System_Object } or { Name: "Lock" or "SemaphoreSlim" or "ReaderWriterLockSlim" })
                    return true;
            }
        }
        return false;
    }

    private static bool IsMiddleware(INamedTypeSymbol type)
    {
        if (type.GetMembers("InvokeAsync").IsEmpty && type.GetMembers("Invoke").IsEmpty)
            return false;
        foreach (var constructor in type.InstanceConstructors)
        {
            foreach (var parameter in constructor.Parameters)
            {
                if (parameter.Type is { Name: "RequestDelegate", ContainingNamespace.Name: "Http" })
                    return true;
            }
        }
        return false;
    }

    // Attributes are made once and kept with the method they stand on.
    private static bool IsFilterAttribute(INamedTypeSymbol type)
    {
        if (!type.Name.EndsWith("Attribute", StringComparison.Ordinal))
            return false;
        foreach (var contract in type.AllInterfaces)
        {
            if (contract is { Name: "IFilterMetadata", ContainingNamespace.Name: "Filters" })
                return true;
        }
        return false;
    }

    private static bool HasMark(INamedTypeSymbol type)
    {
        foreach (var attribute in type.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is "ThreadSafe" or "ThreadSafeAttribute")
                return true;
        }
        return false;
    }

    // True for "is thread-safe", false for "not thread safe", null for a comment that does not speak of it.
    private static bool? DocumentedSafety(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            foreach (var piece in reference.GetSyntax(cancellationToken).GetLeadingTrivia())
            {
                // Blanks and line ends are shorter than any sentence.
                if (piece.FullSpan.Length < 12)
                    continue;
                var text = piece.ToFullString();
                var at = SafetyIn(text);
                if (at >= 0)
                    return !IsDenied(text, at);
            }
        }
        return null;
    }

    // "is not thread-safe", "<i>not</i> thread safe"; "see SynchronizedPool for a thread-safe one".
    private static bool IsDenied(string text, int at)
    {
        foreach (var word in new[] { "not ", "not<", "n't ", "see " })
        {
            if (text.LastIndexOf(word, at, Math.Min(at, 60), StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }
        return false;
    }

    private static int SafetyIn(string text)
    {
        foreach (var words in new[] { "thread-safe", "thread safe", "threadsafe" })
        {
            var at = text.IndexOf(words, StringComparison.OrdinalIgnoreCase);
            if (at >= 0)
                return at;
        }
        return -1;
    }
}
