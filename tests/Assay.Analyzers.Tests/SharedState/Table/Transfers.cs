namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Two objects of one type: <c>other._gate</c>, transfers with and without an order.</summary>
internal static class Transfers
{
    public static readonly Case A_transfer_locks_from_and_then_to = new(Primitive.LockStatement, """
        public sealed class Account
        {
            private readonly object _gate = new();
            private decimal _balance;

            public static void Transfer(Account from, Account to, decimal amount)
            {
                lock (from._gate)
                {
                    lock ({|ASSAY2009:to._gate|})
                    {
                        from._balance -= amount;
                        to._balance += amount;
                    }
                }
            }
        }
        """);

    public static readonly Case A_transfer_locks_the_lower_number_first = new(Primitive.LockStatement, """
        public sealed class Account(int number)
        {
            private readonly object _gate = new();
            private readonly int _number = number;
            private decimal _balance;

            public static void Transfer(Account from, Account to, decimal amount)
            {
                var (first, second) = from._number < to._number ? (from, to) : (to, from);
                lock (first._gate)
                lock (second._gate)
                {
                    from._balance -= amount;
                    to._balance += amount;
                }
            }
        }
        """);

    public static readonly Case A_transfer_deposits_under_its_own_lock = new(Primitive.ThreadingLock, """
        public sealed class Tank
        {
            private readonly Lock _gate = new();
            private double _litres;

            public void Fill(double litres)
            {
                lock (_gate)
                    _litres += litres;
            }

            public void PumpTo(Tank other, double litres)
            {
                lock (_gate)
                {
                    _litres -= litres;
                    {|ASSAY2009:other.Fill(litres)|};
                }
            }
        }
        """);

    public static readonly Case A_transfer_deposits_after_its_own_lock = new(Primitive.ThreadingLock, """
        public sealed class Tank
        {
            private readonly Lock _gate = new();
            private double _litres;

            public void Fill(double litres)
            {
                lock (_gate)
                    _litres += litres;
            }

            public void PumpTo(Tank other, double litres)
            {
                lock (_gate)
                    _litres -= litres;
                other.Fill(litres);
            }
        }
        """);

    public static readonly Case A_merge_reads_the_other_under_the_own_lock = new(Primitive.LockStatement, """
        public sealed class Tally
        {
            private readonly object _gate = new();
            private readonly Dictionary<string, int> _votes = new();

            public void Vote(string name)
            {
                lock (_gate)
                    {|#0:_votes|}[name] = _votes.GetValueOrDefault(name) + 1;
            }

            public bool Has(string name)
            {
                lock (_gate)
                    return _votes.ContainsKey(name);
            }

            public void Merge(Tally other)
            {
                lock (_gate)
                {
                    foreach (var (name, count) in {|ASSAY2001:other._votes|})
                        _votes[name] = count;
                }
            }
        }
        """);

    public static readonly Case A_merge_copies_the_other_under_its_lock_first = new(Primitive.LockStatement, """
        public sealed class Tally
        {
            private readonly object _gate = new();
            private readonly Dictionary<string, int> _votes = new();

            public void Vote(string name)
            {
                lock (_gate)
                    _votes[name] = _votes.GetValueOrDefault(name) + 1;
            }

            public void Merge(Tally other)
            {
                KeyValuePair<string, int>[] votes;
                lock (other._gate)
                    votes = other._votes.ToArray();
                lock (_gate)
                {
                    foreach (var (name, count) in votes)
                        _votes[name] = _votes.GetValueOrDefault(name) + count;
                }
            }
        }
        """);

    public static readonly Case A_swap_compares_identity_hashes = new(Primitive.Monitor, """
        using System.Runtime.CompilerServices;

        public sealed class Slot
        {
            private readonly object _gate = new();
            private string _content = "";

            public void Swap(Slot other)
            {
                var isFirst = RuntimeHelpers.GetHashCode(this) < RuntimeHelpers.GetHashCode(other);
                var outer = isFirst ? this : other;
                var inner = isFirst ? other : this;
                lock (outer._gate)
                lock (inner._gate)
                    (_content, other._content) = (other._content, _content);
            }
        }
        """);

    public static readonly Case A_copy_constructor_locks_the_other = new(Primitive.LockStatement, """
        public sealed class Playfield
        {
            private readonly object _gate = new();
            private readonly List<int> _moves = new();

            public Playfield()
            {
            }

            public Playfield(Playfield other)
            {
                lock (other._gate)
                    _moves.AddRange(other._moves);
            }

            public void Move(int to)
            {
                lock (_gate)
                    _moves.Add(to);
            }
        }
        """);

    public static readonly Case A_copy_constructor_reads_the_other_bare = new(Primitive.LockStatement, """
        public sealed class Playfield
        {
            private readonly object _gate = new();
            private readonly List<int> _moves = new();

            public Playfield()
            {
            }

            public Playfield(Playfield other) => _moves.AddRange({|ASSAY2001:other._moves|});

            public void Move(int to)
            {
                lock (_gate)
                    {|#0:_moves|}.Add(to);
            }

            public int[] Moves()
            {
                lock (_gate)
                    return _moves.ToArray();
            }

            public void Undo()
            {
                lock (_gate)
                    _moves.RemoveAt(_moves.Count - 1);
            }
        }
        """);

    public static readonly Case A_clone_calls_the_copy_constructor_under_the_lock = new(Primitive.LockStatement, """
        public sealed class Playfield
        {
            private readonly object _gate = new();
            private readonly List<int> _moves = new();

            public Playfield()
            {
            }

            public Playfield(Playfield other) => _moves.AddRange(other._moves);

            public Playfield Copy()
            {
                lock (_gate)
                    return new Playfield(this);
            }

            public void Move(int to)
            {
                lock (_gate)
                    _moves.Add(to);
            }
        }
        """);

    public static readonly Case Two_nodes_share_the_lock_of_their_tree = new(Primitive.LockStatement, """
        public sealed class Folder
        {
            private readonly object _gate;
            private readonly List<string> _files = new();

            public Folder() => _gate = new object();

            public Folder(Folder parent) => _gate = parent._gate;

            public void Add(string file)
            {
                lock (_gate)
                    _files.Add(file);
            }

            public bool Has(string file)
            {
                lock (_gate)
                    return _files.Contains(file);
            }

            public void MoveAllTo(Folder other)
            {
                lock (_gate)
                {
                    other._files.AddRange(_files);
                    _files.Clear();
                }
            }
        }
        """);
}
