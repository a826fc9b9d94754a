using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Analyzers.Semantics.Bodies;

/// <summary>
/// Where a file mentions the words of the vocabulary, found in one pass over its text and kept with its tree. A mention may
/// stand in a comment or a string: the index tells which code is worth a look, never what the code does.
/// </summary>
internal sealed class WordIndex
{
    private const int ChunkSize = 16 * 1024;

    private static readonly ConditionalWeakTable<SyntaxTree, WordIndex> s_perTree = new();

    private static readonly HashSet<string> s_none = [];

    private readonly SyntaxTree _tree;
    private readonly Vocabulary _vocabulary;
    private readonly List<int> _positions = [];
    private readonly List<ushort> _ids = [];
    private readonly ulong[] _present;
    private readonly Action<int> _note;
    private int _at;

    // The text writes characters as escapes, as identifiers may.
    private bool _mayHide;

    private WordIndex(Vocabulary vocabulary, SyntaxTree tree, CancellationToken cancellationToken)
    {
        (_tree, _vocabulary) = (tree, vocabulary);
        _present = new ulong[vocabulary.Count / 64 + 1];
        _note = Note;
        var buffer = ArrayPool<char>.Shared.Rent(ChunkSize);
        try
        {
            Read(tree.GetText(cancellationToken), buffer);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
        if (_mayHide)
            AddHidden(tree.GetRoot(cancellationToken));
    }

    public static WordIndex Of(SyntaxTree tree, CancellationToken cancellationToken)
    {
        var vocabulary = Vocabulary.Current;
        if (s_perTree.TryGetValue(tree, out var known) && known._vocabulary.Count >= vocabulary.Count)
            return known;
        var index = new WordIndex(vocabulary, tree, cancellationToken);
        // A rule that was loaded later has words that an earlier index does not know.
        s_perTree.Remove(tree);
        var stored = s_perTree.GetValue(tree, _ => index);
        return stored._vocabulary.Count >= vocabulary.Count ? stored : index;
    }

    /// <summary>Where the file mentions the words of a vocabulary of its own.</summary>
    public static WordIndex Make(SyntaxTree tree, Vocabulary vocabulary, CancellationToken cancellationToken) => new(vocabulary, tree, cancellationToken);

    /// <summary>The identifiers that are written with escapes somewhere, and so are not found in the text.</summary>
    public ISet<string> HiddenNames { get; private set; } = s_none;

    /// <summary>Whether the file mentions no word at all.</summary>
    public bool IsEmpty => _positions.Count == 0;

    /// <summary>Whether any word is mentioned within the span.</summary>
    public bool HasAny(TextSpan span)
    {
        var at = _positions.BinarySearch(span.Start);
        at = at < 0 ? ~at : at;
        return at < _positions.Count && _positions[at] < span.End;
    }

    /// <summary>Whether the file mentions one of the words.</summary>
    public bool Has(Words words) => words.Meets(Knowing(words)._present);

    /// <summary>Whether one of the words is mentioned within the span.</summary>
    public bool Has(Words words, TextSpan span) => Find(words, span, after: -1) >= 0;

    /// <summary>Where the first of the words within the span and behind the position begins; -1 when there is none.</summary>
    public int Find(Words words, TextSpan span, int after)
    {
        if (words.Reach > _vocabulary.Count)
            return Knowing(words).Find(words, span, after);
        if (!words.Meets(_present))
            return -1;
        var at = _positions.BinarySearch(Math.Max(span.Start, after + 1));
        for (at = at < 0 ? ~at : FirstAt(at); at < _positions.Count && _positions[at] < span.End; at++)
        {
            if (words.Contains(_ids[at]))
                return _positions[at];
        }
        return -1;
    }

    // An identifier may be several words: one by name, one by how it ends.
    private int FirstAt(int index)
    {
        while (index > 0 && _positions[index - 1] == _positions[index])
            index--;
        return index;
    }

    // Words join the vocabulary when their class is first used, which may be after the file was read: then it is read again.
    private WordIndex Knowing(Words words) => words.Reach > _vocabulary.Count ? Of(_tree, CancellationToken.None) : this;

    // An escape hides a word from whoever reads the text; a submission that would like to be read less may try.
    private void AddHidden(SyntaxNode root)
    {
        var inText = _positions.Count;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var token in root.DescendantTokens())
        {
            if (!token.IsKind(SyntaxKind.IdentifierToken) || token.ValueText.Length == 0 || token.Text.IndexOf('\\') < 0)
                continue;
            _at = token.SpanStart;
            _vocabulary.Match(token.ValueText.AsSpan(), _note);
            names.Add(token.ValueText);
        }
        HiddenNames = names;
        if (_positions.Count == inText)
            return;
        var order = new int[_positions.Count];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        var (positions, ids) = (_positions.ToArray(), _ids.ToArray());
        Array.Sort(order, (left, right) => positions[left] != positions[right] ? positions[left].CompareTo(positions[right]) : left.CompareTo(right));
        for (var i = 0; i < order.Length; i++)
            (_positions[i], _ids[i]) = (positions[order[i]], ids[order[i]]);
    }

    private void Note(int id)
    {
        _positions.Add(_at);
        _ids.Add((ushort)id);
        _present[id / 64] |= 1UL << (id % 64);
    }

    private void Read(SourceText text, char[] buffer)
    {
        for (var start = 0; start < text.Length;)
        {
            var length = Math.Min(ChunkSize, text.Length - start);
            text.CopyTo(start, buffer, 0, length);
            var isLast = start + length == text.Length;
            start += Read(buffer.AsSpan(0, length), start, isLast);
        }
    }

    /// <summary>Reads a chunk up to a word that may go on in the next one; returns how much was read.</summary>
    private int Read(ReadOnlySpan<char> chunk, int offset, bool isLast)
    {
        for (var i = 0; i < chunk.Length; i++)
        {
            if (!IsWordStart(chunk[i]))
            {
                if (chunk[i] == '\\' && i + 1 < chunk.Length && chunk[i + 1] is 'u' or 'U')
                    _mayHide = true;
                continue;
            }
            var begin = i;
            while (i < chunk.Length && IsWordPart(chunk[i]))
                i++;
            if (i == chunk.Length && !isLast && begin > 0)
                return begin;
            _at = offset + begin;
            var word = chunk.Slice(begin, i - begin);
            _vocabulary.Match(word, _note);
            if (_vocabulary.UntypedNewId >= 0 && word.Length == 3 && word[0] == 'n' && word[1] == 'e' && word[2] == 'w' && OpensNext(chunk, i))
                Note(_vocabulary.UntypedNewId);
            i--;
        }
        return chunk.Length;
    }

    // At the end of a chunk, or before a comment, it may.
    private static bool OpensNext(ReadOnlySpan<char> chunk, int i)
    {
        while (i < chunk.Length && char.IsWhiteSpace(chunk[i]))
            i++;
        return i == chunk.Length || chunk[i] is '(' or '/';
    }

    // Blanks are not all ASCII. An identifier that is cut in two at a rare character only lets too much through.
    private static bool IsWordStart(char c) => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or '_' || c > '\x7f' && char.IsLetter(c);

    private static bool IsWordPart(char c) => IsWordStart(c) || c is >= '0' and <= '9';
}
