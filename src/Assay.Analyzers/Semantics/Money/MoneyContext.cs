using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.Money;

/// <summary>Asks the code around a name whether it deals in money or in something that borrows its words.</summary>
internal sealed class MoneyContext(MoneyNames names)
{
    private static readonly HashSet<string> s_business = NameWords.Set(
        """
        order orders invoice invoices payment payments checkout cart basket account accounts wallet wallets ledger posting postings transfer transfers billing bill bills price prices pricing
        product products purchase purchases sale sales customer customers subscription subscriptions refund refunds receipt receipts salary payroll expense expenses loan loans bank banks money
        currency currencies shop store shipping booking bookings reservation fare tax taxes vat discount discounts coupon voucher donation merchant vendor supplier contract deal finance
        financial accounting settlement payout payouts tariff
        """);

    // Types whose costs, totals and balances are of trees, plans, pictures and machines, or that compute with prices as statistics do.
    private static readonly HashSet<string> s_elsewhere = NameWords.Set(
        """
        chart charts plot graph axis series statistic statistics stats metric metrics histogram gauge geometry geometric vector matrix rect shape tree node nodes path paths pathfinder
        optimizer optimization planner planning solver heuristic genetic neural layer trainer training prediction predictor predictions regression ml forecast forecaster
        forecasting simulation simulator animation easing tween effect effects blur transform rotation camera physics particle particles audio sound video memory cpu gc balancer
        balancing scheduler throttle limiter bucket candle candles candlestick ohlc ohlcv bar bars indicator indicators oscillator greeks volatility backtest backtesting scholes game damage
        weather sensor sensors telemetry benchmark benchmarks profiler levenshtein distance alignment compression deflate huffman jpeg pixel pixels drawing graphics imaging
        progress timing estimation monte montecarlo analytics note pitch tuning
        """);

    /// <summary>Whether the member, parameter, method or local is money, by its name, its owner and its neighbours.</summary>
    public bool IsMoney(ISymbol symbol)
    {
        var likeness = names.Of(symbol.Name);
        // `double Value` and `string Currency` in one type
        if (likeness == MoneyLikeness.None)
            return symbol is IPropertySymbol or IFieldSymbol && symbol.Name.Equals("Value", StringComparison.OrdinalIgnoreCase) && HasCurrency(symbol.ContainingType) && !IsElsewhere(symbol);
        if (IsElsewhere(symbol))
            return false;
        return likeness == MoneyLikeness.Certain || SpeaksOfBusiness(symbol) || HasMoneyNeighbour(symbol);
    }

    /// <summary>Whether the code around the symbol borrows the words of money.</summary>
    public static bool IsElsewhere(ISymbol symbol)
    {
        for (var around = symbol.ContainingSymbol; around is not null; around = around.ContainingSymbol)
        {
            if (around is INamespaceSymbol { IsGlobalNamespace: true })
                return false;
            if (around is INamespaceOrTypeSymbol && NameWords.HasAny(around.Name, s_elsewhere))
                return true;
        }
        return false;
    }

    private bool SpeaksOfBusiness(ISymbol symbol)
    {
        for (var type = symbol.ContainingType; type is not null; type = type.ContainingType)
        {
            if (IsOfBusiness(type.Name))
                return true;
        }
        return symbol is not IMethodSymbol && symbol.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Ordinary } method && IsOfBusiness(method.Name);
    }

    // `Checkout`, `FeeTable`
    private bool IsOfBusiness(string name) => NameWords.HasAny(name, s_business) || names.Of(name) == MoneyLikeness.Certain;

    // `string Currency`, `decimal Amount`, `double Price` beside it.
    private bool HasMoneyNeighbour(ISymbol symbol)
    {
        if (symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol method })
        {
            foreach (var parameter in method.Parameters)
            {
                if (!parameter.Is(symbol) && IsMoneyNeighbour(parameter.Name, parameter.Type))
                    return true;
            }
        }
        if (symbol.ContainingType is not { } type)
            return false;
        foreach (var member in type.GetMembers())
        {
            if (!member.Is(symbol) && TypeOf(member) is { } held && IsMoneyNeighbour(member.Name, held))
                return true;
        }
        return false;
    }

    private static bool HasCurrency(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (TypeOf(member) is { } held && IsCurrency(member.Name, held))
                return true;
        }
        return false;
    }

    private static bool IsCurrency(string name, ITypeSymbol type) => type.Name is "Currency" or "CurrencyCode" or "Money" || NameWords.Of(name).Contains("currency");

    private bool IsMoneyNeighbour(string name, ITypeSymbol type)
    {
        if (IsCurrency(name, type))
            return true;
        return IsNumber(type) && names.Of(name) is var likeness
            && (likeness == MoneyLikeness.Certain || likeness == MoneyLikeness.Possible && type.SpecialType == SpecialType.System_Decimal);
    }

    private static ITypeSymbol? TypeOf(ISymbol member) => member switch
    {
        IFieldSymbol { IsImplicitlyDeclared: false } field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };

    private static bool IsNumber(ITypeSymbol type) => type.SpecialType is SpecialType.System_Decimal or SpecialType.System_Int32 or SpecialType.System_Int64
        or SpecialType.System_Double or SpecialType.System_Single;
}
