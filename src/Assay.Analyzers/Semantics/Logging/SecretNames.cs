namespace Assay.Analyzers.Semantics.Logging;

/// <summary>Tells by the words of an identifier whether it names a secret. Only the end of a name says what a thing is: a password policy is no password.</summary>
internal static class SecretNames
{
    private static readonly string[][] s_secrets =
    [
        ["password"], ["passwd"], ["pwd"], ["passphrase"], ["passcode"], ["secret"], ["api", "key"], ["apikey"], ["access", "key"], ["private", "key"], ["signing", "key"],
        ["encryption", "key"], ["account", "key"], ["shared", "key"], ["connection", "string"], ["access", "token"], ["refresh", "token"], ["auth", "token"],
        ["authentication", "token"], ["authorization", "token"], ["bearer", "token"], ["id", "token"], ["api", "token"], ["session", "token"], ["security", "token"],
        ["sas", "token"], ["oauth", "token"], ["reset", "token"], ["jwt"], ["jwt", "token"], ["card", "number"], ["cvv"], ["cvc"],
    ];

    // `maskedPassword`, `isSecret`, `encryptedConnectionString` are not the thing itself, `oldestSecret` is.
    private static readonly HashSet<string> s_disarming = new(StringComparer.Ordinal)
    {
        "masked", "redacted", "hashed", "encrypted", "obfuscated", "sanitized", "safe", "scrubbed", "has", "is", "no", "missing", "invalid", "use", "uses", "requires", "public",
        "hash", "allow", "last4", "partial",
    };

    /// <summary>Whether the name says that its value is a secret; <paramref name="more"/> are words of the team's own.</summary>
    public static bool Says(string name, IReadOnlyList<string> more)
    {
        var words = NameWords.Of(name);
        foreach (var word in words)
        {
            if (s_disarming.Contains(word))
                return false;
        }
        var last = words.Count;
        // `accessTokenValue`, `password2`, `secretText`
        while (last > 1 && (words[last - 1] is "value" or "text" or "string" && !(words[last - 1] == "string" && words[last - 2] == "connection") || words[last - 1].All(char.IsDigit)))
            last--;
        foreach (var secret in s_secrets)
        {
            if (EndsWith(words, last, secret))
                return true;
        }
        foreach (var word in more)
        {
            if (EndsWith(words, last, [.. NameWords.Of(word)]))
                return true;
        }
        return false;
    }

    private static bool EndsWith(List<string> words, int last, string[] secret)
    {
        if (secret.Length == 0 || last < secret.Length)
            return false;
        for (var i = 0; i < secret.Length; i++)
        {
            if (words[last - secret.Length + i] != secret[i])
                return false;
        }
        return true;
    }
}
