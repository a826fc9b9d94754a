using System.Text;

namespace Assay.Reference.PostgreSql.Caching;

/// <summary>Keys and tags as the table takes them. Strangers may choose keys: each is bounded, and each is only itself.</summary>
internal static class CacheText
{
    public const string EveryTag = "*";
    public const int MaxKeyBytes = 1024;
    public const int MaxTagBytes = 256;
    public const int MaxTags = 32;

    // Strict: two keys with different broken characters would become one.
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static byte[] KeyOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Encode(key, MaxKeyBytes, nameof(key));
    }

    public static string KeyOf(byte[] bytes) => s_utf8.GetString(bytes);

    public static string TagToRemove(string tag)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        Encode(tag, MaxTagBytes, nameof(tag));
        return tag.Contains('\0', StringComparison.Ordinal) ? throw new ArgumentException("A tag must not contain a null character.", nameof(tag)) : tag;
    }

    public static string[] TagsOf(IEnumerable<string>? tags)
    {
        if (tags is null)
            return [];
        string[] all = [.. tags.Distinct(StringComparer.Ordinal)];
        if (all.Length > MaxTags)
            throw new ArgumentException($"An entry has at most {MaxTags} tags, not {all.Length}.", nameof(tags));
        foreach (var tag in all)
        {
            if (TagToRemove(tag) == EveryTag)
                throw new ArgumentException("The tag * stands for every entry and can only be removed.", nameof(tags));
        }

        return all;
    }

    private static byte[] Encode(string text, int most, string parameter)
    {
        // A text of a megabyte is not copied to find out that it is too long.
        if (text.Length > most || s_utf8.GetByteCount(text) is var bytes && bytes > most)
            throw new ArgumentException($"The {parameter} is longer than {most} bytes.", parameter);
        return s_utf8.GetBytes(text);
    }
}
