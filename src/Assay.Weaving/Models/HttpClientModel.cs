using Assay.Weaving.Programs;

namespace Assay.Weaving.Models;

/// <summary>Requests: answered where a program's own client is called, and not controlled where another is.</summary>
[Models(typeof(HttpClient))]
public static class HttpClientModel
{
    public static Task<string> GetStringAsync(HttpClient client, string? address, int site) => Known(client, site).GetStringAsync(address);

    public static Task<string> GetStringAsync(HttpClient client, Uri? address, int site) => Known(client, site).GetStringAsync(address);

    public static Task<string> GetStringAsync(HttpClient client, string? address, CancellationToken cancellationToken, int site) => Known(client, site).GetStringAsync(address, cancellationToken);

    public static Task<string> GetStringAsync(HttpClient client, Uri? address, CancellationToken cancellationToken, int site) => Known(client, site).GetStringAsync(address, cancellationToken);

    public static Task<byte[]> GetByteArrayAsync(HttpClient client, string? address, int site) => Known(client, site).GetByteArrayAsync(address);

    public static Task<byte[]> GetByteArrayAsync(HttpClient client, Uri? address, int site) => Known(client, site).GetByteArrayAsync(address);

    public static Task<byte[]> GetByteArrayAsync(HttpClient client, string? address, CancellationToken cancellationToken, int site) => Known(client, site).GetByteArrayAsync(address, cancellationToken);

    public static Task<byte[]> GetByteArrayAsync(HttpClient client, Uri? address, CancellationToken cancellationToken, int site) => Known(client, site).GetByteArrayAsync(address, cancellationToken);

    public static Task<HttpResponseMessage> GetAsync(HttpClient client, string? address, int site) => Known(client, site).GetAsync(address);

    public static Task<HttpResponseMessage> GetAsync(HttpClient client, Uri? address, int site) => Known(client, site).GetAsync(address);

    public static Task<HttpResponseMessage> GetAsync(HttpClient client, string? address, CancellationToken cancellationToken, int site) => Known(client, site).GetAsync(address, cancellationToken);

    public static Task<HttpResponseMessage> GetAsync(HttpClient client, Uri? address, CancellationToken cancellationToken, int site) => Known(client, site).GetAsync(address, cancellationToken);

    public static Task<HttpResponseMessage> PostAsync(HttpClient client, string? address, HttpContent? content, int site) => Known(client, site).PostAsync(address, content);

    public static Task<HttpResponseMessage> PostAsync(HttpClient client, Uri? address, HttpContent? content, int site) => Known(client, site).PostAsync(address, content);

    public static Task<HttpResponseMessage> PostAsync(HttpClient client, string? address, HttpContent? content, CancellationToken cancellationToken, int site) =>
        Known(client, site).PostAsync(address, content, cancellationToken);

    public static Task<HttpResponseMessage> PostAsync(HttpClient client, Uri? address, HttpContent? content, CancellationToken cancellationToken, int site) =>
        Known(client, site).PostAsync(address, content, cancellationToken);

    public static Task<HttpResponseMessage> PutAsync(HttpClient client, string? address, HttpContent? content, CancellationToken cancellationToken, int site) =>
        Known(client, site).PutAsync(address, content, cancellationToken);

    public static Task<HttpResponseMessage> DeleteAsync(HttpClient client, string? address, CancellationToken cancellationToken, int site) => Known(client, site).DeleteAsync(address, cancellationToken);

    public static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, int site) => Known(client, site).SendAsync(request);

    public static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken, int site) => Known(client, site).SendAsync(request, cancellationToken);

    public static HttpResponseMessage Send(HttpClient client, HttpRequestMessage request, int site) => Known(client, site).Send(request);

    private static HttpClient Known(HttpClient client, int site)
    {
        if (client is MadeUpHttpClient)
            Hooks.Step(client, site);
        else
            Hooks.Uncontrolled(site);
        return client;
    }
}
