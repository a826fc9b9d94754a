using System.Globalization;
using Shop.Domain;

namespace Shop.Service;

/// <summary>Reads the provider's daily settlement file into the database.</summary>
public sealed class SettlementImport(ShopContext database, ILogger<SettlementImport> logger)
{
    public async Task<int> ImportAsync(string path, CancellationToken cancellationToken)
    {
        var imported = 0;
        foreach (var line in File.ReadAllLines(path).Skip(1))
        {
            try
            {
                database.Settlements.Add(Parse(line));
                imported++;
            }
            catch (Exception)
            {
                logger.LogWarning("Skipped a settlement line");
            }
        }

        await database.SaveChangesAsync(cancellationToken);
        return imported;
    }

    private static Settlement Parse(string line)
    {
        var fields = line.Split(';');
        return new Settlement
        {
            OrderId = Guid.Parse(fields[0]),
            Cents = long.Parse(fields[1], CultureInfo.InvariantCulture),
            ValueDate = DateOnly.ParseExact(fields[2], "yyyy-MM-dd", CultureInfo.InvariantCulture),
        };
    }
}
