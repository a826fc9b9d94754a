using Assay.Analyzers.Semantics.Retries;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Requests;

/// <summary>A request that may change something each time it is sent.</summary>
/// <param name="Call">The call that sends it.</param>
/// <param name="Verb">POST or PATCH.</param>
internal sealed record Post(IInvocationOperation Call, string Verb);

/// <summary>Recognises HTTP requests that are not idempotent and carry no key by which the server knows them again.</summary>
internal sealed class Posts(KnownTypes types)
{
    private const int MostHops = 2;

    // Asking by POST changes nothing, however often: searches, queries, sign-ins, telemetry.
    private static readonly string[] s_reading =
        ["search", "query", "graphql", "token", "auth", "login", "lookup", "find", "get", "list", "read", "fetch", "validate", "verify", "check", "translate", "complet", "embedding", "predict", "generate", "chat", "message:", "log", "telemetry", "metric", "trace", "health", "ping", "rpc"];

    private readonly INamedTypeSymbol? _invoker = types["System.Net.Http.HttpMessageInvoker"];

    /// <summary>The post that the call sends, or leads to within its type; null for any other call.</summary>
    public Post? Of(IInvocationOperation call, CancellationToken cancellationToken) => Of(call, MostHops, cancellationToken);

    private Post? Of(IInvocationOperation call, int hops, CancellationToken cancellationToken)
    {
        if (VerbOf(call) is { } verb)
            return Reads(call) || HasKey(call, cancellationToken) ? null : new Post(call, verb);
        // A helper of the same type, called for this.
        if (hops == 0 || call.TargetMethod.DeclaredAccessibility != Accessibility.Private || types.BodyOf(call.TargetMethod, cancellationToken) is not { } body || Reads(call.TargetMethod.Name))
            return null;
        foreach (var operation in RetryLoop.Own(body, null))
        {
            if (operation is IInvocationOperation inner && Of(inner, hops - 1, cancellationToken) is { } post)
                return post;
        }
        return null;
    }

    private string? VerbOf(IInvocationOperation call)
    {
        if (call.Receiver()?.Bare().Type is not { } on || !on.IsOrInherits(_invoker))
            return null;
        var name = call.TargetMethod.Name;
        if (name.StartsWith("Post", StringComparison.Ordinal))
            return "POST";
        if (name.StartsWith("Patch", StringComparison.Ordinal))
            return "PATCH";
        return name is "SendAsync" or "Send" && !call.Arguments.IsEmpty ? VerbOf(call.Arguments.At(0).Value.Bare()) : null;
    }

    // new HttpRequestMessage(HttpMethod.Post, …)
    private static string? VerbOf(IOperation request)
    {
        if (request is ILocalReferenceOperation local)
            request = LocalWrites.OnlyValue(local)?.Bare() ?? request;
        if (request is not IObjectCreationOperation { Arguments: { IsEmpty: false } arguments } || arguments.At(0).Value.Bare() is not IPropertyReferenceOperation { Property: { IsStatic: true, ContainingType.Name: "HttpMethod" } method })
            return null;
        return method.Name switch
        {
            "Post" => "POST",
            "Patch" => "PATCH",
            _ => null,
        };
    }

    private static bool Reads(IInvocationOperation call)
    {
        if (call.SemanticModel is not { } model)
            return false;
        // The path, the method it stands in, the client's name: whichever says it.
        if (model.GetEnclosingSymbol(call.Syntax.SpanStart)?.Member() is { } member && (Reads(member.Name) || Reads(member.ContainingType?.Name)))
            return true;
        foreach (var part in RequestParts(call))
        {
            var text = part switch
            {
                { ConstantValue: { HasValue: true, Value: string constant } } => constant,
                IInterpolatedStringTextOperation { Text.ConstantValue: { HasValue: true, Value: string constant } } => constant,
                _ => (VariableUses.Variable(part) ?? (part as IPropertyReferenceOperation)?.Property)?.Name,
            };
            if (Reads(text))
                return true;
        }
        return false;
    }

    private static IEnumerable<IOperation> RequestParts(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            var value = argument.Value.Bare();
            if (argument.Parameter is not { Name: "requestUri" or "request" })
                continue;
            if (value is ILocalReferenceOperation local && LocalWrites.OnlyValue(local) is { } made)
                value = made;
            foreach (var part in value.DescendantsAndSelf())
                yield return part;
        }
    }

    // By words: "GetTokenAsync", "/oauth/token", "search-api" say so, "forgetAll" and "budgets" do not.
    private static bool Reads(string? text)
    {
        if (text is null)
            return false;
        foreach (var word in s_reading)
        {
            for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
            {
                if (at == 0 || char.IsUpper(text[at]) || !char.IsLetter(text[at - 1]))
                    return true;
            }
        }
        return false;
    }

    // An Idempotency-Key, an If-Match, or a client that is given one: this member speaks of it, or what prepares requests does.
    private static bool HasKey(IInvocationOperation call, CancellationToken cancellationToken)
    {
        var own = call.Syntax.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        if (call.Syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type)
            return SpeaksOfKey(call.Syntax.SyntaxTree.GetRoot(cancellationToken));
        if (type.ParameterList is { } parameters && SpeaksOfKey(parameters))
            return true;
        foreach (var member in type.Members)
        {
            // What another method writes into the requests that it sends itself is not in this one.
            if (SpeaksOfKey(member) && (member == own || member is not MethodDeclarationSyntax || !Sends(member)))
                return true;
        }
        return false;
    }

    private static bool Sends(SyntaxNode member)
    {
        foreach (var token in member.DescendantTokens())
        {
            if (token.IsKind(SyntaxKind.IdentifierToken) && token.Parent?.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax } && token.ValueText is "Send" or "SendAsync" or "PostAsync" or "PostAsJsonAsync" or "PatchAsync" or "PatchAsJsonAsync")
                return true;
        }
        return false;
    }

    private static bool SpeaksOfKey(SyntaxNode code)
    {
        foreach (var token in code.DescendantTokens())
        {
            if (token.Kind() is not (SyntaxKind.StringLiteralToken or SyntaxKind.IdentifierToken or SyntaxKind.InterpolatedStringTextToken or SyntaxKind.Utf8StringLiteralToken))
                continue;
            var text = token.ValueText;
            if (text.IndexOf("idempot", StringComparison.OrdinalIgnoreCase) >= 0 || text.IndexOf("dedup", StringComparison.OrdinalIgnoreCase) >= 0 || text is "If-Match" or "If-None-Match" or "IfMatch" or "IfNoneMatch")
                return true;
        }
        return false;
    }
}
