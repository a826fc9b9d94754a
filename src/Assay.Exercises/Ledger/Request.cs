using Assay.Contracts;

namespace Assay.Exercises.Ledger;

/// <summary>A request to a ledger as a value, so that one text describes it to candidate, model and reader alike.</summary>
/// <param name="Method">A method of <see cref="ILedger"/> that takes a key.</param>
/// <param name="Key">The key.</param>
/// <param name="Account">The account named first, where there is one.</param>
/// <param name="To">The other account.</param>
/// <param name="Amount">How much.</param>
/// <param name="Target">The key of the request that this one is about.</param>
/// <param name="Timeout">Of a reservation.</param>
internal sealed record Request(string Method, string Key, long Account = 0, long To = 0, long Amount = 0, string Target = "", TimeSpan Timeout = default)
{
    public static Request Deposit(string key, long account, long amount) => new(nameof(ILedger.Deposit), key, account, Amount: amount);

    public static Request Withdraw(string key, long account, long amount) => new(nameof(ILedger.Withdraw), key, account, Amount: amount);

    public static Request Transfer(string key, long from, long to, long amount) => new(nameof(ILedger.Transfer), key, from, to, amount);

    public static Request Reserve(string key, long from, long to, long amount, TimeSpan timeout) =>
        new(nameof(ILedger.Reserve), key, from, to, amount, Timeout: timeout);

    public static Request Post(string key, string reservation, long amount) => new(nameof(ILedger.Post), key, Amount: amount, Target: reservation);

    public static Request Void(string key, string reservation) => new(nameof(ILedger.Void), key, Target: reservation);

    public static Request Reverse(string key, string original) => new(nameof(ILedger.Reverse), key, Target: original);

    /// <summary>Asks a ledger.</summary>
    public LedgerAnswer On(ILedger ledger) => Method switch
    {
        nameof(ILedger.Deposit) => ledger.Deposit(Key, Account, Amount),
        nameof(ILedger.Withdraw) => ledger.Withdraw(Key, Account, Amount),
        nameof(ILedger.Transfer) => ledger.Transfer(Key, Account, To, Amount),
        nameof(ILedger.Reserve) => ledger.Reserve(Key, Account, To, Amount, Timeout),
        nameof(ILedger.Post) => ledger.Post(Key, Target, Amount),
        nameof(ILedger.Void) => ledger.Void(Key, Target),
        _ => ledger.Reverse(Key, Target),
    };

    /// <summary>As a call of a ledger.</summary>
    public Call CallOn(ILedger ledger) => Asking(ledger);

    /// <summary>As a call in an explored program.</summary>
    public Call Explored() => Asking(typeof(ILedger));

    /// <summary>The request of a call in a concurrent program; null when it only looks.</summary>
    public static Request? Of(Call call)
    {
        var arguments = call.Arguments;
        return call.Method.Name switch
        {
            nameof(ILedger.Deposit) => Deposit((string)arguments[0]!, (long)arguments[1]!, (long)arguments[2]!),
            nameof(ILedger.Withdraw) => Withdraw((string)arguments[0]!, (long)arguments[1]!, (long)arguments[2]!),
            nameof(ILedger.Transfer) => Transfer((string)arguments[0]!, (long)arguments[1]!, (long)arguments[2]!, (long)arguments[3]!),
            nameof(ILedger.Reserve) =>
                Reserve((string)arguments[0]!, (long)arguments[1]!, (long)arguments[2]!, (long)arguments[3]!, (TimeSpan)arguments[4]!),
            nameof(ILedger.Post) => Post((string)arguments[0]!, (string)arguments[1]!, (long)arguments[2]!),
            nameof(ILedger.Void) => Void((string)arguments[0]!, (string)arguments[1]!),
            nameof(ILedger.Reverse) => Reverse((string)arguments[0]!, (string)arguments[1]!),
            _ => null,
        };
    }

    private Call Asking(object instance) => new(instance, typeof(ILedger).GetMethod(Method)!, Method switch
    {
        nameof(ILedger.Deposit) or nameof(ILedger.Withdraw) => [Key, Account, Amount],
        nameof(ILedger.Transfer) => [Key, Account, To, Amount],
        nameof(ILedger.Reserve) => [Key, Account, To, Amount, Timeout],
        nameof(ILedger.Post) => [Key, Target, Amount],
        _ => [Key, Target],
    });

    /// <inheritdoc />
    public override string ToString() => Method switch
    {
        nameof(ILedger.Deposit) or nameof(ILedger.Withdraw) => $"{Method}({Key}, {Account}, {Amount})",
        nameof(ILedger.Transfer) => $"Transfer({Key}, {Account}, {To}, {Amount})",
        nameof(ILedger.Reserve) => $"Reserve({Key}, {Account}, {To}, {Amount}, {Timeout})",
        nameof(ILedger.Post) => $"Post({Key}, {Target}, {Amount})",
        _ => $"{Method}({Key}, {Target})",
    };
}
