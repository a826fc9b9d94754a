using System.Text.Json;
using Assay.Compiler;
using Assay.Compiler.Protocol;
using Assay.Jail;
using Assay.Jail.Protocol;

// One question after the other over the standard streams; whoever asks watches the clock and ends this process when an answer takes too long.
const int DeepStack = 256 << 20;
var channel = PrivateChannel.Take();
var frames = new FrameStream(channel, channel);
var worker = new Thread(Serve, DeepStack);
worker.Start();
worker.Join();
return 0;

void Serve()
{
    while (frames.Receive() is { } frame)
    {
        try
        {
            var question = JsonSerializer.Deserialize<CompileQuestion>(frame.Body) ?? throw new JsonException("nothing was asked");
            frames.Send(FrameKind.Value, frame.Number, JsonSerializer.SerializeToUtf8Bytes(SubmissionCompiler.Answer(question)));
        }
        // The compiler's own faults on hostile input are an answer too; the process goes on.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var body = new MemoryStream();
            new BinaryWriter(body).Write($"{e.GetType().Name}: {e.Message}");
            frames.Send(FrameKind.Refused, frame.Number, body.ToArray());
        }
    }
}
