namespace Assay.Jail.Protocol;

/// <summary>The kinds of frames between host and driver. One request is answered by one reply with its number; callbacks cross in between.</summary>
internal enum FrameKind : byte
{
    Load = 1,
    Create,
    Invoke,
    Advance,
    SetUtcNow,
    RunTogether,
    CallbackReply,
    End,
    Reply = 64,
    Threw,
    Callback,
    History,
    Done,
}
