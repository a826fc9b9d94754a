using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.EntityFramework;

/// <summary>Whether several requests can be expected to run the same code at once.</summary>
internal static class Crowding
{
    private static readonly string[] s_consumers = ["IConsumer", "IHandleMessages", "IJob", "IEventHandler", "IIntegrationEventHandler", "IMessageHandler"];

    /// <summary>Whether the code serves one thing after another: a hosted worker, a job, a consumer of a queue, a program without a host.</summary>
    public static bool IsUnlikely(ISymbol owner, KnownTypes types)
    {
        for (var type = owner.ContainingType; type is not null; type = type.ContainingType)
        {
            if (type.IsOrInherits(types["Microsoft.Extensions.Hosting.IHostedService"]))
                return true;
            foreach (var face in type.AllInterfaces)
            {
                if (Array.IndexOf(s_consumers, face.Name) >= 0)
                    return true;
            }
        }
        var kind = types.Compilation.Options.OutputKind;
        return kind is OutputKind.ConsoleApplication or OutputKind.WindowsApplication
            && types["Microsoft.AspNetCore.Http.HttpContext"] is null && types["Microsoft.Extensions.Hosting.IHostedService"] is null;
    }

    /// <summary>Whether the code fills or migrates a database before anybody uses it.</summary>
    public static bool IsSetUp(ISymbol owner, KnownTypes types)
    {
        for (var symbol = owner; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingSymbol)
        {
            if (symbol.Name.IndexOf("Seed", StringComparison.Ordinal) >= 0 || symbol.Name.IndexOf("Migrat", StringComparison.Ordinal) >= 0 || symbol.Name.IndexOf("Initiali", StringComparison.Ordinal) >= 0)
                return true;
            if (symbol is INamedTypeSymbol type && type.IsOrInherits(types["Microsoft.EntityFrameworkCore.Migrations.Migration"]))
                return true;
        }
        return false;
    }
}
