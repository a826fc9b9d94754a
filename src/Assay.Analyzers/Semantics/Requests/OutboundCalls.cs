using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Requests;

/// <summary>What a call goes out to.</summary>
internal enum Outside
{
    /// <summary>Nothing that is known.</summary>
    Nothing,

    /// <summary>A web server.</summary>
    Http,

    /// <summary>A gRPC server.</summary>
    Grpc,

    /// <summary>A database.</summary>
    Database,

    /// <summary>A file or a socket.</summary>
    Stream,
}

/// <summary>Recognises calls that leave the process. One instance serves one compilation.</summary>
internal sealed class OutboundCalls(KnownTypes types)
{
    private const int MostHops = 2;

    private static readonly string[] s_entityQueries = ["ToList", "ToArray", "ToDictionary", "ToHashSet", "First", "Single", "Last", "Any", "All", "Count", "LongCount", "Sum", "Min", "Max", "Average", "Find", "Execute", "Load", "Contains"];

    private readonly INamedTypeSymbol? _invoker = types["System.Net.Http.HttpMessageInvoker"];
    private readonly INamedTypeSymbol? _grpc = types["Grpc.Core.ClientBase"];
    private readonly INamedTypeSymbol? _command = types["System.Data.Common.DbCommand"];
    private readonly INamedTypeSymbol? _connection = types["System.Data.Common.DbConnection"];
    private readonly INamedTypeSymbol? _context = types["Microsoft.EntityFrameworkCore.DbContext"];
    private readonly INamedTypeSymbol? _set = types["Microsoft.EntityFrameworkCore.DbSet`1"];
    private readonly INamedTypeSymbol? _entities = types["Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions"];
    private readonly INamedTypeSymbol? _dapper = types["Dapper.SqlMapper"];
    private readonly INamedTypeSymbol? _file = types["System.IO.File"];
    private readonly INamedTypeSymbol? _fileStream = types["System.IO.FileStream"];
    private readonly INamedTypeSymbol? _networkStream = types["System.Net.Sockets.NetworkStream"];
    private readonly INamedTypeSymbol? _socket = types["System.Net.Sockets.Socket"];

    /// <summary>What the asynchronous call itself goes out to.</summary>
    public Outside Of(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (!types.IsTaskLike(method.ReturnType) && !(_grpc is not null && method.ReturnType.Name == "AsyncUnaryCall"))
            return Outside.Nothing;
        var on = call.Receiver()?.Bare().Type ?? method.ContainingType;
        if (on.IsOrInherits(_invoker))
            return Outside.Http;
        if (on.IsOrInherits(_grpc))
            return Outside.Grpc;
        if (on.IsOrInherits(_command) || on.IsOrInherits(_connection) && method.Name is "OpenAsync" || method.ContainingType.Is(_dapper))
            return Outside.Database;
        if (on.IsOrInherits(_context) && method.Name is "SaveChangesAsync" or "FindAsync" || on.IsOrInherits(_set) && method.Name is "FindAsync" || method.ContainingType.Is(_entities) && IsQuery(method.Name))
            return Outside.Database;
        return method.ContainingType.Is(_file) || on.IsOrInherits(_fileStream) || on.IsOrInherits(_networkStream) || on.IsOrInherits(_socket) ? Outside.Stream : Outside.Nothing;
    }

    /// <summary>The first call within the function, or within what it calls, that leaves the process.</summary>
    public IInvocationOperation? FirstWithin(IOperation function, CancellationToken cancellationToken) => FirstWithin(function, MostHops, cancellationToken);

    private IInvocationOperation? FirstWithin(IOperation function, int hops, CancellationToken cancellationToken)
    {
        foreach (var operation in function.DescendantsAndSelf())
        {
            if (operation is not IInvocationOperation call)
                continue;
            if (Of(call) != Outside.Nothing)
                return call;
            if (hops > 0 && types.IsTaskLike(call.Type) && types.BodyOf(call.TargetMethod, cancellationToken) is { } body && FirstWithin(body, hops - 1, cancellationToken) is not null)
                return call;
        }
        return null;
    }

    private static bool IsQuery(string name)
    {
        foreach (var query in s_entityQueries)
        {
            if (name.StartsWith(query, StringComparison.Ordinal) && name.EndsWith("Async", StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
