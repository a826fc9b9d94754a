using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Ai;

/// <summary>What a text is to a model.</summary>
internal enum PromptRole
{
    /// <summary>What the author of the program tells the model to be: it obeys it before anything else.</summary>
    System,

    /// <summary>A template, whose holes and function calls are evaluated.</summary>
    Template,

    /// <summary>What somebody says to the model.</summary>
    User,
}

/// <summary>A text that a model will read.</summary>
/// <param name="Text">The text.</param>
/// <param name="Role">What it is to the model.</param>
/// <param name="Sink">The call, creation or assignment that takes it.</param>
internal sealed record Prompt(IOperation Text, PromptRole Role, IOperation Sink);

/// <summary>Finds the texts that go to models through Microsoft.Extensions.AI, OpenAI .NET, Semantic Kernel and the agents made of them.</summary>
internal static class Prompts
{
    private static readonly string[] s_markers =
    [
        "Microsoft.Extensions.AI.IChatClient", "OpenAI.Chat.ChatClient", "Microsoft.SemanticKernel.Kernel", "Microsoft.SemanticKernel.ChatCompletion.ChatHistory",
    ];

    /// <summary>The words without which a body prompts no model.</summary>
    public static Words Words { get; } = Words.Of(
        "ChatMessage", "SystemChatMessage", "DeveloperChatMessage", "UserChatMessage", "Instructions", "InstructionsOverride", "AdditionalInstructions", "instructions", "ChatSystemPrompt",
        "CreateSystemMessage", "CreateDeveloperMessage", "CreateUserMessage", "CreateSystemMessageItem", "CreateDeveloperMessageItem", "CreateUserMessageItem", "AddSystemMessage", "AddDeveloperMessage",
        "AddUserMessage", "InvokePromptAsync", "InvokePromptStreamingAsync", "CreateFunctionFromPrompt", "ChatHistory",
        "ChatMessageContent", "GetResponseAsync", "GetStreamingResponseAsync", "CreateAIAgent", "AsAIAgent", "ChatClientAgent", "RunAsync", "ChatRole", "AuthorRole");

    /// <summary>The kinds of operations that <see cref="Read"/> looks at.</summary>
    public static OperationKind[] Kinds { get; } = [OperationKind.Invocation, OperationKind.ObjectCreation, OperationKind.SimpleAssignment];

    /// <summary>Whether the compilation knows a library that talks to models.</summary>
    public static bool AreKnown(KnownTypes types)
    {
        foreach (var marker in s_markers)
        {
            if (types[marker] is not null)
                return true;
        }
        return false;
    }

    /// <summary>The text that the operation shows a model; null for other operations.</summary>
    public static Prompt? Read(IOperation operation) => operation switch
    {
        IObjectCreationOperation { Type: INamedTypeSymbol made } creation when IsAi(made) => OfCreation(creation, made),
        IInvocationOperation { TargetMethod: { ContainingType: { } owner } method } call when IsAi(owner) => OfCall(call, method.Name),
        ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: { ContainingType: { } owner } property } } assignment when IsInstruction(property.Name) && IsAi(owner) =>
            Of(assignment.Value, PromptRole.System, operation),
        _ => null,
    };

    private static bool IsInstruction(string property) => property is "Instructions" or "InstructionsOverride" or "AdditionalInstructions" or "ChatSystemPrompt";

    private static Prompt? OfCreation(IObjectCreationOperation creation, INamedTypeSymbol made) => made.Name switch
    {
        "ChatMessage" or "ChatMessageContent" => Of(Argument(creation.Arguments, "content"), RoleOf(creation.Arguments), creation),
        "SystemChatMessage" or "DeveloperChatMessage" => Of(Argument(creation.Arguments, "content"), PromptRole.System, creation),
        "UserChatMessage" => Of(Argument(creation.Arguments, "content"), PromptRole.User, creation),
        "ChatHistory" => Of(Argument(creation.Arguments, "systemMessage"), PromptRole.System, creation),
        "ChatClientAgent" => Of(Argument(creation.Arguments, "instructions"), PromptRole.System, creation),
        _ => null,
    };

    private static Prompt? OfCall(IInvocationOperation call, string name) => name switch
    {
        "CreateSystemMessage" or "CreateDeveloperMessage" or "AddSystemMessage" or "AddDeveloperMessage" => Of(Argument(call.Arguments, "content"), PromptRole.System, call),
        "CreateUserMessage" or "AddUserMessage" => Of(Argument(call.Arguments, "content"), PromptRole.User, call),
        "CreateSystemMessageItem" or "CreateDeveloperMessageItem" => Of(Argument(call.Arguments, "inputTextContent"), PromptRole.System, call),
        "CreateUserMessageItem" => Of(Argument(call.Arguments, "inputTextContent"), PromptRole.User, call),
        "InvokePromptAsync" or "InvokePromptStreamingAsync" or "CreateFunctionFromPrompt" => Of(Argument(call.Arguments, "promptTemplate"), PromptRole.Template, call),
        "CreateAIAgent" or "AsAIAgent" => Of(Argument(call.Arguments, "instructions"), PromptRole.System, call),
        "GetResponseAsync" or "GetStreamingResponseAsync" => Of(Argument(call.Arguments, "chatMessage"), PromptRole.User, call),
        "RunAsync" or "RunStreamingAsync" => Of(Argument(call.Arguments, "message"), PromptRole.User, call),
        _ => null,
    };

    private static Prompt? Of(IOperation? text, PromptRole? role, IOperation sink) =>
        text is null || role is null || text.Type?.SpecialType != SpecialType.System_String ? null : new Prompt(text.Bare(), role.Value, sink);

    // `new ChatMessage(ChatRole.System, …)`
    private static PromptRole? RoleOf(IEnumerable<IArgumentOperation> arguments) => Argument(arguments, "role")?.Bare() switch
    {
        IMemberReferenceOperation { Member.Name: "System" or "Developer" } => PromptRole.System,
        IMemberReferenceOperation { Member.Name: "User" } => PromptRole.User,
        _ => null,
    };

    private static IOperation? Argument(IEnumerable<IArgumentOperation> arguments, string name)
    {
        foreach (var argument in arguments)
        {
            if (argument.Parameter?.Name == name)
                return argument.Value;
        }
        return null;
    }

    private static bool IsAi(INamedTypeSymbol type)
    {
        for (var space = type.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            if (space.Name is "SemanticKernel" or "OpenAI" || space is { Name: "AI", ContainingNamespace.Name: "Extensions" or "Agents" })
                return true;
        }
        return false;
    }
}
