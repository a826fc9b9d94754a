using System.Net;

namespace Assay.Weaving.Programs;

/// <summary>A client without a network: every request is answered with its own address, after a while.</summary>
internal sealed class MadeUpHttpClient : HttpClient
{
    public MadeUpHttpClient()
        : base(new Echo()) => BaseAddress = new Uri("http://made.up/");

    private sealed class Echo : HttpMessageHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => Answer(request);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            cancellationToken.IsCancellationRequested ? Task.FromCanceled<HttpResponseMessage>(cancellationToken) : Later.Of(Answer(request));

        private static HttpResponseMessage Answer(HttpRequestMessage request) => request.Content is RefusedContent
            ? throw new HttpRequestException("the content is not accepted")
            : new(HttpStatusCode.OK) { RequestMessage = request, Content = new StringContent($"{request.RequestUri?.AbsolutePath} {MadeUp.Answer(typeof(string), [])}") };
    }
}

/// <summary>What a made-up client's requests fail with.</summary>
internal sealed class RefusedContent() : StringContent("");
