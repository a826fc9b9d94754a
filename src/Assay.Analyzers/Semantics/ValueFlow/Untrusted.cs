using Assay.Analyzers.Semantics.Ai;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>Tells which expressions hold what people, services or models outside the program wrote, and why.</summary>
internal sealed class Untrusted(KnownTypes types)
{
    private readonly EndpointParameters _endpoints = new(types);

    /// <summary>Why the expression is not to be trusted; null when nothing is known against it.</summary>
    public Untrust? Why(IOperation value) => value switch
    {
        IParameterReferenceOperation parameter => _endpoints.Why(parameter),
        IPropertyReferenceOperation property => WhyProperty(property),
        IInvocationOperation call => WhyCall(call),
        _ => null,
    };

    /// <summary>As <see cref="Why"/>, and the parameters of public methods, which anybody may call.</summary>
    public Untrust? WhyOrCaller(IOperation value) => Why(value) ?? CallerOf(value);

    /// <summary>As <see cref="WhyOrCaller"/>, and what queries of EF Core and Dapper bring.</summary>
    public Untrust? WhyOrStored(IOperation value) => WhyOrCaller(value) ?? (IsQuery(value) ? new Untrust(UntrustKind.Entity, "which is read from the database") : null);

    private static bool IsQuery(IOperation value)
    {
        if (value is not IInvocationOperation { TargetMethod: { Name: var name, ContainingType: { } owner } })
            return false;
        return owner.Name switch
        {
            "EntityFrameworkQueryableExtensions" or "Queryable" or "DbSet" => name.StartsWith("First", StringComparison.Ordinal) || name.StartsWith("Single", StringComparison.Ordinal) || name.StartsWith("Find", StringComparison.Ordinal) || name is "ToListAsync" or "ToArrayAsync",
            "SqlMapper" => name.StartsWith("Query", StringComparison.Ordinal) || name.StartsWith("ExecuteScalar", StringComparison.Ordinal),
            _ => false,
        };
    }

    private static Untrust? CallerOf(IOperation value)
    {
        if (value is not IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Ordinary } method, Type: var type } } || !type.HoldsContent())
            return null;
        for (ISymbol symbol = method; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingSymbol)
        {
            if (symbol.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Protected))
                return null;
        }
        return new Untrust(UntrustKind.Caller, $"which callers of '{method.Name}' choose");
    }

    private static Untrust? WhyProperty(IPropertyReferenceOperation property)
    {
        var owner = property.Property.ContainingType;
        if (ModelOutput.IsOutput(property))
            return new Untrust(UntrustKind.Model, "which a model wrote");
        return owner?.Name switch
        {
            "HttpRequest" or "HttpRequestBase" or "HttpListenerRequest" => WhyRequest(property.Property.Name),
            "IQueryCollection" or "QueryString" => Sent("in the query"),
            "IFormCollection" => Sent("in the form"),
            "IHeaderDictionary" or "HttpRequestHeaders" when IsIncoming(property) => Sent("in a header"),
            "IRequestCookieCollection" => Sent("in a cookie"),
            "RouteValueDictionary" => Sent("in the route"),
            "IFormFile" when property.Property.Name is "FileName" or "Name" or "ContentType" or "ContentDisposition" => Sent("as the name of a file"),
            "ConsumeContext" when property.Property.Name == "Message" => new Untrust(UntrustKind.Message, "which comes in the message"),
            "ServiceBusReceivedMessage" or "BasicDeliverEventArgs" when property.Property.Name is "Body" or "Subject" or "ApplicationProperties" => new Untrust(UntrustKind.Message, "which comes in the message"),
            _ when HasBindProperty(property.Property) => Sent("in the form"),
            _ => null,
        };
    }

    private static Untrust? WhyRequest(string member) => member switch
    {
        "Query" or "QueryString" => Sent("in the query"),
        "Form" => Sent("in the form"),
        "Headers" or "UserAgent" or "Host" => Sent("in a header"),
        "Cookies" => Sent("in a cookie"),
        "RouteValues" => Sent("in the route"),
        "Body" or "BodyReader" or "InputStream" or "Files" => Sent("in the body"),
        "Path" or "RawUrl" or "Url" or "PathBase" or "Item" or "Params" or "UrlReferrer" or "PathInfo" => Sent("in the request"),
        _ => null,
    };

    private static Untrust? WhyCall(IInvocationOperation call)
    {
        if (ModelOutput.IsOutput(call))
            return new Untrust(UntrustKind.Model, "which a model wrote");
        var (name, owner) = (call.TargetMethod.Name, call.TargetMethod.ContainingType?.Name);
        return (owner, name) switch
        {
            ("Console", "ReadLine") => new Untrust(UntrustKind.Console, "which is typed at the console"),
            ("HttpRequest" or "HttpRequestJsonExtensions" or "HttpRequestExtensions", "ReadFormAsync" or "ReadFromJsonAsync") => Sent("in the body"),
            ("IFormFile", "OpenReadStream") => Sent("in a file"),
            ("File", "ReadAllText" or "ReadAllTextAsync" or "ReadAllLines" or "ReadAllLinesAsync" or "ReadLines") when !IsConstantPath(call) => new Untrust(UntrustKind.File, "which is read from a file"),
            ("HttpContent", "ReadAsStringAsync") or ("HttpClient", "GetStringAsync") or ("HttpContentJsonExtensions", "ReadFromJsonAsync") or ("HttpClientJsonExtensions", "GetFromJsonAsync") =>
                new Untrust(UntrustKind.Answer, "which another service answers"),
            ("DbDataReader" or "IDataRecord" or "SqlDataReader" or "NpgsqlDataReader" or "SqliteDataReader", "GetString" or "GetValue" or "GetFieldValue") => new Untrust(UntrustKind.Stored, "which is read from the database"),
            _ => null,
        };
    }

    private static Untrust Sent(string how) => new(UntrustKind.Request, "which a client sends " + how);

    // Headers of a response are the program's own.
    private static bool IsIncoming(IPropertyReferenceOperation header) =>
        header.Instance?.Bare() is IPropertyReferenceOperation { Property: { Name: "Headers", ContainingType.Name: "HttpRequest" } };

    // A file of the program's own, as a prompt or a query often is.
    private static bool IsConstantPath(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Name == "path")
                return IsConstantPath(argument.Value.Bare());
        }
        return false;
    }

    private static bool IsConstantPath(IOperation path) => path switch
    {
        { ConstantValue.HasValue: true } => true,
        IInvocationOperation { TargetMethod: { Name: "Combine", ContainingType.Name: "Path" } } join => join.Arguments[join.Arguments.Length - 1].Value.Bare() switch
        {
            IArrayCreationOperation { Initializer.ElementValues: { Length: > 0 } parts } => parts[parts.Length - 1].ConstantValue.HasValue,
            var last => last.ConstantValue.HasValue,
        },
        _ => false,
    };

    private static bool HasBindProperty(IPropertySymbol property)
    {
        foreach (var attribute in property.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is "BindPropertyAttribute" or "FromQueryAttribute" or "FromFormAttribute" or "FromRouteAttribute" or "SupplyParameterFromFormAttribute" or "SupplyParameterFromQueryAttribute")
                return property.ContainingType is { } type && !type.IsRecord;
        }
        return false;
    }
}
