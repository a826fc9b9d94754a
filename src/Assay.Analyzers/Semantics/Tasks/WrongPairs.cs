using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>The one list of methods whose <c>Async</c> sibling nobody should be sent to.</summary>
internal sealed class WrongPairs(KnownTypes types)
{
    private const string Any = "*";

    private static readonly (string Type, string Method)[] s_pairs =
    [
        // CPU or memory only; the sibling exists for value generators, custom rules or symmetry.
        ("Microsoft.EntityFrameworkCore.DbContext", "Add"),
        ("Microsoft.EntityFrameworkCore.DbContext", "AddRange"),
        ("Microsoft.EntityFrameworkCore.DbSet`1", "Add"),
        ("Microsoft.EntityFrameworkCore.DbSet`1", "AddRange"),
        ("FluentValidation.IValidator", "Validate"),
        ("FluentValidation.IValidator`1", "Validate"),
        ("FluentValidation.DefaultValidatorExtensions", Any),
        ("NuGet.Common.ILogger", "Log"),
        // Hands out the stream; reading from it is what waits.
        ("System.Net.Http.HttpContent", "ReadAsStream"),
        // Raises an event of a mock; RaiseAsync is for delegates that return tasks.
        ("Moq.Mock`1", "Raise"),
        // The row is in memory once Read has returned; SequentialAccess is the exception and rare.
        ("System.Data.Common.DbDataReader", "IsDBNull"),
        ("System.Data.Common.DbDataReader", "GetFieldValue"),
        ("System.Data.Common.DbDataReader", "GetSchemaTable"),
        ("System.Data.Common.DbDataReader", "GetColumnSchema"),
        // Gives back to the pool, as Dispose does.
        ("System.Data.Common.DbDataReader", "Close"),
        ("System.Data.Common.DbConnection", "Close"),
        // SQLite has no asynchronous I/O: the siblings block just the same.
        ("Microsoft.Data.Sqlite.SqliteConnection", Any),
        ("Microsoft.Data.Sqlite.SqliteCommand", Any),
        ("Microsoft.Data.Sqlite.SqliteDataReader", Any),
        ("Microsoft.Data.Sqlite.SqliteTransaction", Any),
        // Throw unless the reader or writer was created with Async = true.
        ("System.Xml.XmlReader", Any),
        ("System.Xml.XmlWriter", Any),
        // Reads what EnsureBufferedAsync has fetched.
        ("Microsoft.AspNetCore.WebUtilities.BufferedReadStream", "Read"),
        // Write to a buffer; the sibling of Cancel only moves the callbacks to another thread.
        ("System.Text.Json.Utf8JsonWriter", Any),
        ("System.IO.Pipelines.PipeReader", "Complete"),
        ("System.IO.Pipelines.PipeWriter", "Complete"),
        ("System.Threading.CancellationTokenSource", "Cancel"),
        // The last statement of a program: nobody waits for its thread.
        ("Microsoft.AspNetCore.Builder.WebApplication", "Run"),
        ("Microsoft.Extensions.Hosting.HostingAbstractionsHostExtensions", Any),
        ("Microsoft.AspNetCore.Hosting.WebHostExtensions", Any),
        // The pairs take different delegates, and are told apart by what the test wants.
        ("Xunit.Assert", Any),
        ("Xunit.Record", Any),
        ("NUnit.Framework.Assert", Any),
        ("NUnit.Framework.Legacy.ClassicAssert", Any),
        ("Microsoft.VisualStudio.TestTools.UnitTesting.Assert", Any),
    ];

    // Few methods have a sibling at all, and looking up so many types takes its time.
    private readonly Lazy<Dictionary<string, List<INamedTypeSymbol>>> _byName = new(() => Resolve(types));

    public bool Contains(IMethodSymbol method) => Contains(method, method.Name) || Contains(method, Any) || TakesXml(method);

    private bool TakesXml(IMethodSymbol method)
    {
        foreach (var parameter in method.Parameters)
        {
            if (parameter.Type.IsOrInherits(types["System.Xml.XmlReader"]) || parameter.Type.IsOrInherits(types["System.Xml.XmlWriter"]))
                return true;
        }
        return false;
    }

    private bool Contains(IMethodSymbol method, string name)
    {
        if (!_byName.Value.TryGetValue(name, out var owners))
            return false;
        foreach (var owner in owners)
        {
            if (method.ContainingType.IsOrInherits(owner))
                return true;
        }
        return false;
    }

    private static Dictionary<string, List<INamedTypeSymbol>> Resolve(KnownTypes types)
    {
        var result = new Dictionary<string, List<INamedTypeSymbol>>(StringComparer.Ordinal);
        foreach (var (type, method) in s_pairs)
        {
            if (types[type] is not { } found)
                continue;
            if (!result.TryGetValue(method, out var owners))
                result.Add(method, owners = []);
            owners.Add(found);
        }
        return result;
    }
}
