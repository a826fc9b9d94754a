using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Shop.Service;

/// <summary>Pays with gift cards, whose table is older than the rest of the shop.</summary>
public sealed class GiftCards(ShopContext database)
{
    public async Task<bool> PayAsync(string code, long cents, CancellationToken cancellationToken)
    {
        var connection = database.Database.GetDbConnection();
        await using var select = connection.CreateCommand();
        select.CommandText = "SELECT cents FROM gift_cards WHERE code = @code";
        Add(select, "@code", code);
        var left = (long)(await select.ExecuteScalarAsync(cancellationToken) ?? 0L);
        if (left < cents)
            return false;
        await using var update = connection.CreateCommand();
        update.CommandText = "UPDATE gift_cards SET cents = cents - @cents WHERE code = @code";
        Add(update, "@code", code);
        Add(update, "@cents", cents);
        await update.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
