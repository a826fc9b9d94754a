namespace Assay.Analyzers.Semantics.Bodies;

/// <summary>All words that any rule looks for, so that one pass over a file finds them for all rules.</summary>
internal sealed class Vocabulary
{
    /// <summary>A creation without a written type.</summary>
    public const string UntypedNew = "new(";

    private static readonly object s_gate = new();
    private static volatile Vocabulary s_current = new([]);

    private readonly string[] _words;
    private readonly int[] _slots;
    private readonly int _mask;
    private readonly List<(string Text, int Id)> _prefixes = [];
    private readonly List<(string Text, int Id)> _suffixes = [];

    /// <summary>A vocabulary of one question.</summary>
    public Vocabulary(string[] words)
    {
        _words = words;
        var size = 64;
        while (size < words.Length * 4)
            size *= 2;
        _mask = size - 1;
        _slots = new int[size];
        for (var id = 0; id < words.Length; id++)
        {
            var word = words[id];
            if (word == UntypedNew)
                UntypedNewId = id;
            else if (word[word.Length - 1] == '*')
                _prefixes.Add((word.Substring(0, word.Length - 1), id));
            else if (word[0] == '*')
                _suffixes.Add((word.Substring(1), id));
            else
                Insert(word.AsSpan(), id);
        }
    }

    /// <summary>The words known now; a rule that comes later makes a larger one.</summary>
    public static Vocabulary Current => s_current;

    public int Count => _words.Length;

    public int UntypedNewId { get; } = -1;

    public static int Add(string word)
    {
        lock (s_gate)
        {
            var known = Array.IndexOf(s_current._words, word);
            if (known >= 0)
                return known;
            s_current = new Vocabulary([.. s_current._words, word]);
            return s_current.Count - 1;
        }
    }

    /// <summary>Reports the words that the identifier or keyword is.</summary>
    public void Match(ReadOnlySpan<char> text, Action<int> found)
    {
        for (var slot = Hash(text) & _mask; _slots[slot] != 0; slot = (slot + 1) & _mask)
        {
            if (_words[_slots[slot] - 1].AsSpan().SequenceEqual(text))
            {
                found(_slots[slot] - 1);
                break;
            }
        }
        foreach (var (prefix, id) in _prefixes)
        {
            if (prefix[0] == text[0] && text.StartsWith(prefix.AsSpan()))
                found(id);
        }
        foreach (var (suffix, id) in _suffixes)
        {
            if (suffix[suffix.Length - 1] == text[text.Length - 1] && text.EndsWith(suffix.AsSpan()))
                found(id);
        }
    }

    private void Insert(ReadOnlySpan<char> word, int id)
    {
        var slot = Hash(word) & _mask;
        while (_slots[slot] != 0)
            slot = (slot + 1) & _mask;
        _slots[slot] = id + 1;
    }

    // The ends and the length tell most identifiers apart; what is equal is compared in full.
    private static int Hash(ReadOnlySpan<char> text) =>
        text.Length * 31 + text[0] * 131 + text[text.Length - 1] * 7 + text[text.Length / 2] * 17;
}
