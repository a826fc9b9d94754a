namespace Assay.Reference.PostgreSql.Tests.Mutants;

/// <summary>Batches as they are often written: right for requests that have nothing to do with each other.</summary>
internal static class LedgerMutants
{
    public static IEnumerable<SqlMutant> All =>
    [
        new("nothing is too little", "                when p_balances[f] - p_amounts[last_leg] < p_lowest[f] then 28\n", ""),
        new("nothing is too much", "                when p_balances[t] + p_amounts[last_leg] > p_highest[t] then 29\n", ""),
        new("held money counts as there", "array_agg(a.minimum + a.held_out)", "array_agg(a.minimum)"),
        new("expected money does not count", "array_agg(a.maximum - a.held_in)", "array_agg(a.maximum)"),
        new("a transfer is judged by the balances before the batch", "p_balances[f] := p_balances[f] - p_amounts[l];", "p_lowest[f] := p_lowest[f] - p_amounts[l]; p_balances[f] := p_balances[f] - p_amounts[l];"),
        new("the legs of a post are judged one by one", "sum(change) as change from side group by account", "min(change) as change from side group by account"),
        new(
            "a refusal has no number",
            """
                    p_last := p_last + 1;
                    p_sequences[i] := p_last;
                    continue when p_statuses[i] <> 0;
            """,
            """
                    continue when p_statuses[i] <> 0;
                    p_last := p_last + 1;
                    p_sequences[i] := p_last;
            """),
        new("another payload under a known key passes for the same", "a.payload = u.payload as is_same", "true as is_same"),
        new("the first balances are those after the last leg", "p_from_balances[i] := from_balances[first_leg];", "p_from_balances[i] := from_balances[last_leg];"),
        new("versions count posts, not legs", "p_versions[t] := p_versions[t] + 1;", "p_versions[t] := p_versions[t] + case when l = first_leg then 1 else 0 end;"),
        new("what is due in the past waits for the next batch", "if get_byte(p_payload, 0) = 8 then", "if false then"),
        new("a repetition is carried out by itself", "    if not found then\n        p_last := p_last + 1;", "    if not found or true then\n        p_last := p_last + 1;"),
        new("closed accounts take part", "                when p_is_closed[f] or p_is_closed[t] then 26\n", ""),
        new("currencies are not compared", "                when p_currency_of[f] <> p_currencies[last_leg] or p_currency_of[t] <> p_currencies[last_leg] then 14\n", ""),
        new("accounts outside are not made", "exit when is_complete is not false;", "exit;"),
    ];
}
