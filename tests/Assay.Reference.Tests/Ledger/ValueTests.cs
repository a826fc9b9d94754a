using Assay.Reference.Ledger;

namespace Assay.Reference.Tests.Ledger;

/// <summary>Money, currencies and keys.</summary>
public sealed class ValueTests
{
    [Fact]
    public void Splits_sum_to_the_total_and_each_share_is_less_than_a_unit_off()
    {
        var random = new Random(2);
        Assert.Null(Fault((money, weights) => [.. money.Split(weights).Select(share => share.MinorUnits)]));
        Assert.NotNull(Fault((money, weights) => [.. weights.Select(weight => (long)((Int128)money.MinorUnits * weight / Sum(weights)))]));
        Assert.NotNull(Fault((money, weights) => [.. weights.Select(weight => (long)Math.Round((double)money.MinorUnits * weight / (double)Sum(weights)))]));

        string? Fault(Func<Money, long[], long[]> split)
        {
            for (var round = 0; round < 2000; round++)
            {
                var weights = Enumerable.Range(0, 1 + random.Next(6)).Select(_ => random.NextInt64(random.Next(3) == 0 ? long.MaxValue : 5)).Append(1).ToArray();
                var money = Requests.Euros(random.Next(4) switch { 0 => long.MinValue, 1 => long.MaxValue, _ => random.Next(-100, 100) });
                var shares = split(money, weights);
                if (Sum(shares) != money.MinorUnits)
                    return $"{money} by {string.Join(':', weights)} gives {string.Join(',', shares)}";
                var exact = weights.Select(weight => (Int128)money.MinorUnits * weight).ToArray();
                if (shares.Where((share, i) => Int128.Abs((share * Sum(weights)) - exact[i]) >= Sum(weights)).Any())
                    return $"{money}: a share is a unit off";
            }

            return null;
        }

        static Int128 Sum(IEnumerable<long> amounts) => amounts.Aggregate((Int128)0, (sum, amount) => sum + amount);
    }

    [Fact]
    public void Equal_claims_are_served_in_order_and_refunds_mirror_charges()
    {
        Assert.Equal([34, 33, 33], Requests.Euros(100).Split(1, 1, 1).Select(share => share.MinorUnits));
        Assert.Equal([-34, -33, -33], Requests.Euros(-100).Split(1, 1, 1).Select(share => share.MinorUnits));
        Assert.Equal([0, 7], Requests.Euros(7).Split(0, 3).Select(share => share.MinorUnits));
        Assert.Throws<ArgumentException>(() => Requests.Euros(1).Split());
        Assert.Throws<ArgumentException>(() => Requests.Euros(1).Split(0, 0));
        Assert.Throws<ArgumentException>(() => Requests.Euros(1).Split(2, -1));
    }

    [Fact]
    public void Currencies_are_three_letters_and_have_distinct_numbers()
    {
        foreach (var code in new[] { "AAA", "EUR", "JPY", "ZZZ" })
        {
            var currency = Currency.Of(code);
            Assert.Equal((code, currency), (currency.ToString(), Currency.OfNumber(currency.Number)));
        }

        Assert.Equal((1, Currency.Count), (Currency.Of("AAA").Number, Currency.Of("ZZZ").Number));
        Assert.Equal((false, "-"), (default(Currency).IsDefined, default(Currency).ToString()));
        foreach (var wrong in new[] { "", "EU", "EURO", "eur", "E1R", "ÄUR" })
            Assert.Throws<ArgumentException>(() => Currency.Of(wrong));
        Assert.Throws<ArgumentOutOfRangeException>(() => Currency.OfNumber(Currency.Count + 1));
    }

    [Fact]
    public void Keys_of_any_length_are_128_bits()
    {
        var id = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
        Assert.Equal(("00112233445566778899aabbccddeeff", id), (RequestKey.Of(id).ToString(), RequestKey.Of(id).ToGuid()));
        var megabyte = new string('k', 1 << 20);
        Assert.Equal(RequestKey.Of(megabyte), RequestKey.Of(megabyte));
        Assert.NotEqual(RequestKey.Of(megabyte), RequestKey.Of(megabyte + "k"));
        Assert.NotEqual(default, RequestKey.Of(""));
        Assert.NotEqual(RequestKey.New(), RequestKey.New());
    }
}
