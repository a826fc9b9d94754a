using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>
/// Which exceptions code of the base library throws for what it is given, as its documentation says; exceptions for wrong
/// programs (null, a bad state) are left out, for nobody should catch them.
/// </summary>
internal static class KnownThrows
{
    private const string Format = "System.FormatException";
    private const string Overflow = "System.OverflowException";
    private const string Argument = "System.ArgumentException";
    private const string InvalidCast = "System.InvalidCastException";
    private const string InvalidOperation = "System.InvalidOperationException";
    private const string KeyNotFound = "System.Collections.Generic.KeyNotFoundException";
    private const string OutOfRange = "System.ArgumentOutOfRangeException";
    private const string InputOutput = "System.IO.IOException";
    private const string Unauthorized = "System.UnauthorizedAccessException";
    private const string Json = "System.Text.Json.JsonException";
    private const string Http = "System.Net.Http.HttpRequestException";
    private const string Socket = "System.Net.Sockets.SocketException";
    private const string Xml = "System.Xml.XmlException";
    private const string Win32 = "System.ComponentModel.Win32Exception";
    private const string Database = "System.Data.Common.DbException";

    private static readonly string[] s_nothing = [];
    private static readonly string[] s_number = [Format, Overflow];
    private static readonly string[] s_file = [InputOutput, Unauthorized];

    // The member first, then the whole type under a star.
    private static readonly Dictionary<string, string[]> s_members = new(StringComparer.Ordinal)
    {
        ["sbyte.Parse"] = s_number,
        ["byte.Parse"] = s_number,
        ["short.Parse"] = s_number,
        ["ushort.Parse"] = s_number,
        ["int.Parse"] = s_number,
        ["uint.Parse"] = s_number,
        ["long.Parse"] = s_number,
        ["ulong.Parse"] = s_number,
        ["decimal.Parse"] = s_number,
        ["float.Parse"] = [Format],
        ["double.Parse"] = [Format],
        ["bool.Parse"] = [Format],
        ["char.Parse"] = [Format],
        ["System.Numerics.BigInteger.Parse"] = [Format],
        ["System.Guid.Parse"] = [Format],
        ["System.Guid.ParseExact"] = [Format],
        ["System.Guid..ctor"] = [Format, Overflow],
        ["System.DateTime.Parse"] = [Format],
        ["System.DateTime.ParseExact"] = [Format],
        ["System.DateTimeOffset.Parse"] = [Format],
        ["System.DateTimeOffset.ParseExact"] = [Format],
        ["System.DateOnly.Parse"] = [Format],
        ["System.DateOnly.ParseExact"] = [Format],
        ["System.TimeOnly.Parse"] = [Format],
        ["System.TimeOnly.ParseExact"] = [Format],
        ["System.TimeSpan.Parse"] = s_number,
        ["System.TimeSpan.ParseExact"] = s_number,
        ["System.Net.IPAddress.Parse"] = [Format],
        ["System.Version.Parse"] = [Argument, Format, Overflow],
        ["System.Version..ctor"] = [Argument, Format, Overflow],
        ["System.Enum.Parse"] = [Argument],
        ["System.Uri..ctor"] = ["System.UriFormatException"],
        ["System.Net.Mail.MailAddress..ctor"] = [Format],
        ["System.Text.RegularExpressions.Regex.*"] = [Argument],
        ["System.Convert.FromBase64String"] = [Format],
        ["System.Convert.FromHexString"] = [Format],
        ["System.Convert.ToBase64String"] = s_nothing,
        ["System.Convert.ToHexString"] = s_nothing,
        ["System.Convert.ToString"] = s_nothing,
        ["System.Convert.ToDateTime"] = [Format],
        ["System.Convert.ToBoolean"] = [Format],
        ["System.Convert.ToDouble"] = [Format, Overflow],
        ["System.Convert.ChangeType"] = [InvalidCast, Format, Overflow],
        ["System.Convert.*"] = s_number,

        ["System.IO.File.Exists"] = s_nothing,
        ["System.IO.File.*"] = s_file,
        ["System.IO.Directory.Exists"] = s_nothing,
        ["System.IO.Directory.*"] = s_file,
        ["System.IO.FileInfo..ctor"] = s_nothing,
        ["System.IO.FileInfo.*"] = s_file,
        ["System.IO.DirectoryInfo..ctor"] = s_nothing,
        ["System.IO.DirectoryInfo.*"] = s_file,
        ["System.IO.FileStream.*"] = s_file,
        ["System.IO.StreamReader.*"] = s_file,
        ["System.IO.StreamWriter.*"] = s_file,
        ["System.IO.MemoryStream.*"] = s_nothing,
        ["System.IO.StringReader.*"] = s_nothing,
        ["System.IO.StringWriter.*"] = s_nothing,
        ["System.IO.Stream.*"] = [InputOutput],
        ["System.IO.TextReader.*"] = [InputOutput],
        ["System.IO.TextWriter.*"] = [InputOutput],
        ["System.IO.Path.*"] = s_nothing,

        ["System.Text.Json.JsonSerializer.*"] = [Json],
        ["System.Text.Json.JsonDocument.Parse"] = [Json],
        ["System.Text.Json.JsonDocument.ParseAsync"] = [Json],
        ["System.Text.Json.Nodes.JsonNode.Parse"] = [Json],
        ["System.Xml.Linq.XDocument.Parse"] = [Xml],
        ["System.Xml.Linq.XElement.Parse"] = [Xml],
        ["System.Xml.Linq.XDocument.Load"] = [Xml, InputOutput, Unauthorized],
        ["System.Xml.XmlDocument.LoadXml"] = [Xml],
        ["System.Xml.XmlDocument..ctor"] = s_nothing,

        ["System.Net.Http.HttpClient..ctor"] = s_nothing,
        ["System.Net.Http.HttpClient.*"] = [Http],
        ["System.Net.Http.HttpResponseMessage.EnsureSuccessStatusCode"] = [Http],
        ["System.Net.Http.HttpContent.*"] = [Http],
        ["System.Net.Http.StringContent..ctor"] = s_nothing,
        ["System.Net.Http.HttpRequestMessage..ctor"] = s_nothing,
        ["System.Net.Http.Json.HttpClientJsonExtensions.*"] = [Http, Json],
        ["System.Net.Http.Json.HttpContentJsonExtensions.*"] = [Http, Json],
        ["System.Net.Sockets.Socket.*"] = [Socket],
        ["System.Net.Sockets.TcpClient..ctor"] = [Socket],
        ["System.Net.Sockets.TcpClient.Connect"] = [Socket],
        ["System.Net.Sockets.TcpClient.ConnectAsync"] = [Socket],
        ["System.Net.Dns.*"] = [Socket],

        ["System.Diagnostics.Process.Start"] = [Win32],
        ["System.Diagnostics.Process.Kill"] = [InvalidOperation, Win32],
        ["System.Diagnostics.Process.GetProcessById"] = [Argument],
        ["System.Diagnostics.ProcessStartInfo..ctor"] = s_nothing,
        ["System.Reflection.Assembly.Load"] = [InputOutput, "System.BadImageFormatException"],
        ["System.Reflection.Assembly.LoadFrom"] = [InputOutput, "System.BadImageFormatException"],
        ["System.Data.Common.DbConnection.Open"] = [Database],
        ["System.Data.Common.DbConnection.OpenAsync"] = [Database],
        ["System.Data.Common.DbCommand.*"] = [Database],

        ["System.Collections.Generic.Dictionary<TKey, TValue>.this[]"] = [KeyNotFound],
        ["System.Collections.Generic.IDictionary<TKey, TValue>.this[]"] = [KeyNotFound],
        ["System.Collections.Generic.IReadOnlyDictionary<TKey, TValue>.this[]"] = [KeyNotFound],
        ["System.Collections.Concurrent.ConcurrentDictionary<TKey, TValue>.this[]"] = [KeyNotFound],
        ["System.Collections.Generic.List<T>.this[]"] = [OutOfRange],
        ["System.Collections.Generic.IList<T>.this[]"] = [OutOfRange],
        ["System.Collections.Generic.IReadOnlyList<T>.this[]"] = [OutOfRange],
        ["string.this[]"] = ["System.IndexOutOfRangeException"],
        ["System.Collections.Generic.Dictionary<TKey, TValue>.Add"] = [Argument],
        ["System.Collections.Generic.Dictionary<TKey, TValue>.TryGetValue"] = s_nothing,
        ["System.Collections.Generic.Dictionary<TKey, TValue>.ContainsKey"] = s_nothing,
        ["System.Collections.Generic.Dictionary<TKey, TValue>.TryAdd"] = s_nothing,
        ["System.Collections.Generic.List<T>.Add"] = s_nothing,
        ["System.Collections.Generic.List<T>.Contains"] = s_nothing,

        ["string.Format"] = [Format],
        ["string.Substring"] = [OutOfRange],
        ["string.Remove"] = [OutOfRange],
        ["string.Insert"] = [OutOfRange],
        ["string.*"] = s_nothing,
        ["System.Text.StringBuilder.*"] = s_nothing,
        ["System.Text.Encoding.*"] = [Argument],
        ["System.Math.*"] = s_nothing,
        ["System.TimeSpan.*"] = [Overflow],
        ["System.Console.*"] = s_nothing,
        ["System.Threading.Tasks.Task.ConfigureAwait"] = s_nothing,
        ["System.Threading.Tasks.Task<TResult>.ConfigureAwait"] = s_nothing,
        ["System.Threading.Tasks.ValueTask.ConfigureAwait"] = s_nothing,
        ["System.Threading.Tasks.ValueTask<TResult>.ConfigureAwait"] = s_nothing,
        ["System.Threading.Tasks.Task.Delay"] = s_nothing,
        ["System.Threading.Tasks.Task.FromResult"] = s_nothing,
        ["object.ToString"] = s_nothing,
        ["object.Equals"] = s_nothing,
        ["object.GetHashCode"] = s_nothing,
    };

    /// <summary>
    /// The metadata names of all exceptions the operations inside can throw, in the order of the calls; null when a call there
    /// is not known.
    /// </summary>
    public static IReadOnlyList<string>? In(IOperation body)
    {
        var result = new List<string>();
        foreach (var operation in body.Descendants())
        {
            if (Of(operation) is not { } thrown)
                return null;
            foreach (var exception in thrown)
            {
                if (!result.Contains(exception))
                    result.Add(exception);
            }
        }
        return result;
    }

    private static string[]? Of(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: var method } => OfMember(method, method.Name),
        IObjectCreationOperation { Constructor: { } constructor } => IsHarmless(constructor) ? s_nothing : OfMember(constructor, ".ctor"),
        IPropertyReferenceOperation { Property.IsIndexer: true } indexer => IsWritten(indexer) ? s_nothing : OfMember(indexer.Property, "this[]"),
        IPropertyReferenceOperation { Property: var property } => IsAutomatic(property) ? s_nothing : null,
        IArrayElementReferenceOperation => ["System.IndexOutOfRangeException"],
        IConversionOperation { IsImplicit: false, IsTryCast: false } cast => OfCast(cast),
        IConversionOperation { OperatorMethod: { } own } => IsOfSystem(own) ? s_nothing : null,
        IBinaryOperation { OperatorMethod: { } own } => IsOfSystem(own) ? s_nothing : null,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder, Type.SpecialType: not (SpecialType.System_Double or SpecialType.System_Single) } => ["System.DivideByZeroException"],
        IThrowOperation { Exception: { } thrown } => thrown.Unwrap().Type is { } type ? [type.ToDisplayString()] : null,
        IForEachLoopOperation each => each.Collection.Unwrap().Type is IArrayTypeSymbol or { SpecialType: SpecialType.System_String } or { Name: "List" } ? s_nothing : null,
        IDynamicInvocationOperation or IDynamicMemberReferenceOperation or IDynamicIndexerAccessOperation or IFunctionPointerInvocationOperation or IInvalidOperation => null,
        _ => s_nothing,
    };

    private static string[]? OfMember(ISymbol member, string name)
    {
        var overridden = member is IMethodSymbol { OverriddenMethod: { } root } ? root : null;
        for (var type = member.ContainingType?.OriginalDefinition; type is not null; type = type.BaseType?.OriginalDefinition)
        {
            var owner = type.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat);
            if (s_members.TryGetValue($"{owner}.{name}", out var thrown) || s_members.TryGetValue($"{owner}.*", out thrown))
                return thrown;
            if (overridden is null && member is not IMethodSymbol { IsStatic: false, MethodKind: MethodKind.Ordinary })
                return null;
        }
        return null;
    }

    private static string[]? OfCast(IConversionOperation cast)
    {
        if (cast.OperatorMethod is { } own)
            return IsOfSystem(own) ? [Overflow] : null;
        if (cast.IsChecked)
            return [Overflow];
        return cast.Conversion.IsReference || cast.Operand.Type?.IsReferenceType == true ? [InvalidCast] : s_nothing;
    }

    private static bool IsWritten(IOperation indexer) => indexer.Parent is ISimpleAssignmentOperation assignment && assignment.Target == indexer;

    // The creation of a plain collection or of a record of values.
    private static bool IsHarmless(IMethodSymbol constructor) =>
        constructor.IsImplicitlyDeclared || (constructor.Parameters.IsEmpty && IsOfSystem(constructor) && constructor.ContainingType.ContainingNamespace.Name is "Generic" or "Text");

    private static bool IsAutomatic(IPropertySymbol property)
    {
        if (IsOfSystem(property))
            return true;
        foreach (var member in property.ContainingType.GetMembers())
        {
            if (member is IFieldSymbol field && field.AssociatedSymbol.Is(property))
                return true;
        }
        return false;
    }

    private static bool IsOfSystem(ISymbol symbol)
    {
        for (var space = symbol.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            if (space is { Name: "System", ContainingNamespace.IsGlobalNamespace: true })
                return true;
        }
        return false;
    }
}
