namespace Assay.Jail.Protocol;

/// <summary>The kinds of frames. The host asks, the driver answers each request by its number; callbacks cross in between.</summary>
internal enum FrameKind : byte
{
    /// <summary>Host: name of the contract, bytes of the candidate's assembly. Answered by <see cref="Value"/> without one.</summary>
    Load = 1,

    /// <summary>Host: forget all instances and begin anew with a clock at the start.</summary>
    Reset,

    /// <summary>Host: the constructor's arguments without the clock. Answered by the instance's number.</summary>
    Create,

    /// <summary>Host: instance, method, arguments. Answered when the call, and the task it gave, has ended.</summary>
    Invoke,

    /// <summary>Host: ticks of 100 ns by which the clock moves.</summary>
    Advance,

    /// <summary>Host: UTC ticks of the wall clock.</summary>
    SetUtcNow,

    /// <summary>Host: lists of calls, one a thread. Answered by <see cref="History"/>.</summary>
    RunTogether,

    /// <summary>Host: the number of a token that is cancelled now. Not answered.</summary>
    Cancel,

    /// <summary>Host: what a callback gave. Carries the callback's number.</summary>
    CallbackValue,

    /// <summary>Host: a callback failed.</summary>
    CallbackThrew,

    /// <summary>Host: as <see cref="Invoke"/>, from within a callback: made at once on a thread of its own, because the calls in order may wait for that callback.</summary>
    InvokeAside,

    /// <summary>Host: as <see cref="RunTogether"/>, each call of a list beginning together with those at its place in the others.</summary>
    RunInStep,

    /// <summary>Host: in how many steps of the last program in step the calls began together. Answered by that number.</summary>
    StepsMet,

    /// <summary>Host: the woven copy of the candidate's assembly, and its places. Answered by <see cref="Value"/> without one.</summary>
    LoadWoven,

    /// <summary>Host: a small program, a seed and how many schedules to run it under. Answered by <see cref="Explored"/>.</summary>
    Explore,

    /// <summary>Host: a small program and a schedule. Answered by <see cref="Replayed"/>.</summary>
    Replay,

    /// <summary>Host: ticks by which each reading of the clock's timestamp moves it from now on. Answered by its timestamp.</summary>
    StepClock,

    /// <summary>Host: the last list that a call gave, as it is now. Answered by it.</summary>
    ReadAgain,

    /// <summary>Driver: the request's result.</summary>
    Value = 64,

    /// <summary>Driver: the candidate's code threw.</summary>
    Threw,

    /// <summary>Driver: the request could not be carried out as asked, e.g. no class fulfils the contract.</summary>
    Refused,

    /// <summary>Driver: a delegate of the host's is called.</summary>
    Callback,

    /// <summary>Driver: the token that the candidate gave to a callback is cancelled. Carries the callback's number; not answered.</summary>
    CallbackCancelled,

    /// <summary>Driver: what each call of a program answered, and in which order.</summary>
    History,

    /// <summary>Driver: the ways in which a program came out.</summary>
    Explored,

    /// <summary>Driver: what a schedule came to, and its steps.</summary>
    Replayed,
}

/// <summary>One message: a kind, the number that joins question and answer, and a body.</summary>
internal sealed record Frame(FrameKind Kind, long Number, byte[] Body);
