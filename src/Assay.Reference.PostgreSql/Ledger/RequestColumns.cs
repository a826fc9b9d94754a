using System.Runtime.InteropServices;
using Assay.Reference.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Assay.Reference.PostgreSql.Ledger;

/// <summary>
/// A batch in the form that the function in the database takes: columns for what all requests have, and for what all legs of posts have. It
/// is divided into steps, each a set of posts or one other request; of each set the accounts are listed once, and legs name them by position.
/// </summary>
internal sealed class RequestColumns
{
    private const int Undecided = -1;

    // Where each step ends among the requests, the accounts and the legs.
    private readonly List<int> _steps = [];
    private readonly List<int> _accountEnds = [];
    private readonly List<int> _legEnds = [];
    private readonly Guid[] _keys;
    private readonly int[] _forms;
    private readonly byte[][] _payloads;
    private readonly string?[] _fields;
    private readonly int[] _legCounts;
    private readonly List<long> _accounts = [];
    private readonly List<int> _from = [];
    private readonly List<int> _to = [];
    private readonly List<long> _amounts = [];
    private readonly List<int> _currencies = [];
    private readonly List<int> _numbers = [];
    private readonly Dictionary<long, int> _positions = [];
    private readonly HashSet<Guid> _keysOfSet = [];

    private RequestColumns(int count)
    {
        (_keys, _forms, _payloads, _fields, _legCounts) = (new Guid[count], new int[count], new byte[count][], new string?[count], new int[count]);
    }

    public static RequestColumns Of(IReadOnlyList<WaitingRequest> batch)
    {
        var columns = new RequestColumns(batch.Count);
        for (var i = 0; i < batch.Count; i++)
            columns.Set(i, batch[i]);
        if (batch.Count > 0)
            columns.EndStep(batch.Count);
        return columns;
    }

    public void AddTo(NpgsqlParameterCollection parameters)
    {
        parameters.Add(new NpgsqlParameter<List<int>> { TypedValue = _steps });
        parameters.Add(new NpgsqlParameter<List<int>> { TypedValue = _accountEnds });
        parameters.Add(new NpgsqlParameter<List<int>> { TypedValue = _legEnds });
        parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = _keys });
        parameters.Add(new NpgsqlParameter<int[]> { TypedValue = _forms });
        parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = _payloads });
        parameters.Add(new NpgsqlParameter<string?[]> { TypedValue = _fields, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb });
        parameters.Add(new NpgsqlParameter<int[]> { TypedValue = _legCounts });
        parameters.Add(new NpgsqlParameter<List<long>> { TypedValue = _accounts });
        parameters.Add(new NpgsqlParameter<List<int>> { TypedValue = _from });
        parameters.Add(new NpgsqlParameter<List<int>> { TypedValue = _to });
        parameters.Add(new NpgsqlParameter<List<long>> { TypedValue = _amounts });
        parameters.Add(new NpgsqlParameter<List<int>> { TypedValue = _currencies });
        parameters.Add(new NpgsqlParameter<List<int>> { TypedValue = _numbers });
    }

    private void Set(int i, WaitingRequest waiting)
    {
        _keys[i] = waiting.Request.Key.ToGuid();
        _payloads[i] = waiting.Payload;
        // Of a malformed request only the key is looked up.
        var isPlain = waiting.Form != LedgerStatus.Done || waiting.Request is LedgerRequest.Post;
        if (i > 0 && IsNewStep(i, isPlain))
            EndStep(i);
        _keysOfSet.Add(_keys[i]);
        _forms[i] = waiting.Form == LedgerStatus.Done ? Undecided : (int)waiting.Form;
        if (waiting.Form != LedgerStatus.Done)
            return;
        if (waiting.Request is LedgerRequest.Post post)
            AddLegs(i, post);
        else
            _fields[i] = RequestJson.Write(waiting.Request);
    }

    private void AddLegs(int i, LedgerRequest.Post post)
    {
        _legCounts[i] = post.Postings.Length;
        for (var number = 0; number < post.Postings.Length; number++)
        {
            var posting = post.Postings[number];
            _from.Add(PositionOf(posting.From));
            _to.Add(PositionOf(posting.To));
            _amounts.Add(posting.Amount.MinorUnits);
            _currencies.Add(posting.Amount.Currency.Number);
            _numbers.Add(number);
        }
    }

    // From one on, as the database counts.
    private int PositionOf(long account)
    {
        ref var position = ref CollectionsMarshal.GetValueRefOrAddDefault(_positions, account, out var isKnown);
        if (!isKnown)
        {
            _accounts.Add(account);
            position = _positions.Count;
        }

        return position;
    }

    // A set looks all its keys up at once, so it ends before a key that is in it already: the next finds the answer recorded.
    private bool IsNewStep(int i, bool isPlain) => !isPlain || _fields[i - 1] is not null || _keysOfSet.Contains(_keys[i]);

    private void EndStep(int until)
    {
        _steps.Add(until);
        _accountEnds.Add(_accounts.Count);
        _legEnds.Add(_amounts.Count);
        _positions.Clear();
        _keysOfSet.Clear();
    }
}
