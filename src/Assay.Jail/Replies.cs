using Assay.Jail.Protocol;

namespace Assay.Jail;

/// <summary>Answers one request, once, from whichever thread has the answer.</summary>
internal sealed class Replies(FrameStream frames, long number)
{
    private const int MaxMessage = 2000;
    private const int MaxBases = 16;
    private const int MaxName = 300;

    /// <summary>The call gave a value, or ended when the type is void.</summary>
    public void Value(Type type, object? value)
    {
        var body = new MemoryStream();
        if (type != typeof(void))
        {
            try
            {
                Wire.Write(new BinaryWriter(body), type, value);
            }
            // Reading a list of the candidate's runs the candidate's code.
            catch (Exception thrown)
            {
                Throw(thrown);
                return;
            }
        }

        frames.Send(FrameKind.Value, number, body.GetBuffer().AsSpan(0, (int)body.Length));
    }

    /// <summary>The candidate's code threw.</summary>
    public void Throw(Exception thrown)
    {
        var body = new MemoryStream();
        WriteThrown(new BinaryWriter(body), thrown);
        frames.Send(FrameKind.Threw, number, body.GetBuffer().AsSpan(0, (int)body.Length));
    }

    /// <summary>The request cannot be carried out.</summary>
    public void Refuse(string reason)
    {
        var body = new MemoryStream();
        new BinaryWriter(body).Write(reason);
        frames.Send(FrameKind.Refused, number, body.GetBuffer().AsSpan(0, (int)body.Length));
    }

    /// <summary>What the calls of a program answered.</summary>
    public void History(byte[] body) => frames.Send(FrameKind.History, number, body);

    /// <summary>The ways in which a program came out.</summary>
    public void Explored(byte[] body) => frames.Send(FrameKind.Explored, number, body);

    /// <summary>What a schedule came to.</summary>
    public void Replayed(byte[] body) => frames.Send(FrameKind.Replayed, number, body);

    /// <summary>Writes the names of a thrown type and its bases, then its message.</summary>
    public static void WriteThrown(BinaryWriter writer, Exception thrown)
    {
        var names = new List<string>();
        for (var type = thrown.GetType(); type is not null && type != typeof(object) && names.Count < MaxBases; type = type.BaseType)
            names.Add(Shortened(type.FullName ?? type.Name, MaxName));
        writer.Write(names.Count);
        foreach (var name in names)
            writer.Write(name);
        writer.Write(MessageOf(thrown));
    }

    private static string Shortened(string text, int most) => text.Length <= most ? text : text[..most];

    private static string MessageOf(Exception thrown)
    {
        try
        {
            return Shortened(thrown.Message ?? "", MaxMessage);
        }
        // Message is virtual, so this is the candidate's code once more.
        catch (Exception again)
        {
            return $"(its message threw {again.GetType().Name})";
        }
    }
}
