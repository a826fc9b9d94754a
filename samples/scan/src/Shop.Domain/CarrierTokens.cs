namespace Shop.Domain;

/// <summary>The carrier's tokens, one for the process.</summary>
public static class CarrierTokens
{
    private static string? s_token;

    public static async Task<string> GetAsync(Func<CancellationToken, Task<string>> fetch, CancellationToken cancellationToken)
    {
        if (s_token is null)
        {
            s_token = await fetch(cancellationToken);
        }
        return s_token;
    }
}
