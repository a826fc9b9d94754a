namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>Who has a say in a value.</summary>
internal enum UntrustKind
{
    /// <summary>A client of an HTTP endpoint, a hub or a gRPC service.</summary>
    Request,

    /// <summary>Who sends messages.</summary>
    Message,

    /// <summary>A service that was asked.</summary>
    Answer,

    /// <summary>Who writes files.</summary>
    File,

    /// <summary>Who filled the database.</summary>
    Stored,

    /// <summary>Who filled the entities of the program's own model; often nobody else than its operators.</summary>
    Entity,

    /// <summary>Who starts the program or types into it.</summary>
    Console,

    /// <summary>A model, by what it wrote.</summary>
    Model,

    /// <summary>A model, by the arguments of a function that it calls.</summary>
    Tool,

    /// <summary>Code outside: the value is a parameter of a public method.</summary>
    Caller,
}

/// <summary>Why a value is not to be trusted.</summary>
/// <param name="Kind">Who has a say in it.</param>
/// <param name="Reason">The same as the end of a sentence: "which a client sends in the query".</param>
internal sealed record Untrust(UntrustKind Kind, string Reason)
{
    /// <summary>Whether somebody outside the program chooses the value.</summary>
    public bool IsForeign => Kind is not (UntrustKind.Caller or UntrustKind.Entity);
}
