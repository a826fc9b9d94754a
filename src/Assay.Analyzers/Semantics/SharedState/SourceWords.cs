using System.Runtime.CompilerServices;
using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// Searches source files for words, to decide cheaply which are worth a closer look. What a tree holds is kept with the tree, so
/// that an edit of one file does not search the others again.
/// </summary>
internal sealed class SourceWords
{
    private const int ChunkSize = 4096;

    private static readonly ConditionalWeakTable<SyntaxTree, SourceWords> s_perTree = new();
    private static readonly string[] s_server = ["AspNetCore", "WebApplication", "Extensions.Hosting", "BackgroundService", "IHostedService", "HttpContext"];
    private static readonly string[] s_window = ["System.Windows.Forms", "System.Windows.Controls", "Avalonia.Controls", "Microsoft.Maui", "UnityEngine"];

    private SourceWords(SourceText text, ISet<string> hidden)
    {
        IsServer = Array.Exists(s_server, hidden.Contains);
        Registers = hidden.Any(name => name.StartsWith("AddSingleton", StringComparison.Ordinal) || name == "AddHostedService");
        var buffer = new char[ChunkSize];
        // Chunks overlap, so that a word on the border is whole in one of them.
        for (var start = 0; start < text.Length; start += ChunkSize - 32)
        {
            var length = Math.Min(ChunkSize, text.Length - start);
            text.CopyTo(start, buffer, 0, length);
            var chunk = buffer.AsSpan(0, length);
            Registers = Registers || chunk.IndexOf("Singleton".AsSpan()) >= 0 || chunk.IndexOf("AddHostedService".AsSpan()) >= 0;
            IsServer = IsServer || HasAny(chunk, s_server);
            IsWindow = IsWindow || HasAny(chunk, s_window);
        }
    }

    /// <summary>Whether the file may register shared objects.</summary>
    public bool Registers { get; }

    /// <summary>Whether the file is code of a server, or of a service.</summary>
    public bool IsServer { get; }

    /// <summary>Whether the file is code of a program with windows.</summary>
    public bool IsWindow { get; }

    public static SourceWords Of(SyntaxTree tree, CancellationToken cancellationToken) =>
        s_perTree.GetValue(tree, t => new SourceWords(t.GetText(cancellationToken), WordIndex.Of(t, cancellationToken).HiddenNames));

    private static bool HasAny(ReadOnlySpan<char> chunk, string[] words)
    {
        foreach (var word in words)
        {
            if (chunk.IndexOf(word.AsSpan()) >= 0)
                return true;
        }
        return false;
    }
}
