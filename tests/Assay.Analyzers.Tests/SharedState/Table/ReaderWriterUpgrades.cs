namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Reader-writer locks: upgrades right and wrong, and the gap between two sections.</summary>
internal static class ReaderWriterUpgrades
{
    public static readonly Case An_upgradeable_reader_upgrades_before_it_writes = new(Primitive.ReaderWriterLock, """
        public sealed class Thumbnails
        {
            private readonly ReaderWriterLockSlim _sync = new();
            private readonly Dictionary<string, byte[]> _images = new();

            public byte[] Get(string name, Func<string, byte[]> render)
            {
                _sync.EnterUpgradeableReadLock();
                try
                {
                    if (_images.TryGetValue(name, out var known))
                        return known;
                    var image = render(name);
                    _sync.EnterWriteLock();
                    try { _images[name] = image; }
                    finally { _sync.ExitWriteLock(); }
                    return image;
                }
                finally
                {
                    _sync.ExitUpgradeableReadLock();
                }
            }
        }
        """);

    public static readonly Case An_upgradeable_reader_writes_without_upgrade = new(Primitive.ReaderWriterLock, """
        public sealed class Thumbnails
        {
            private readonly ReaderWriterLockSlim _sync = new();
            private readonly Dictionary<string, int> _widths = new();

            public void Note(string name, int width)
            {
                _sync.EnterUpgradeableReadLock();
                try
                {
                    if (!_widths.ContainsKey(name))
                        {|ASSAY2016:_widths|}.Add(name, width);
                }
                finally
                {
                    _sync.ExitUpgradeableReadLock();
                }
            }

            public bool IsKnown(string name)
            {
                _sync.EnterReadLock();
                try { return {|#0:_widths|}.ContainsKey(name); }
                finally { _sync.ExitReadLock(); }
            }
        }
        """);

    public static readonly Case A_reader_lets_go_and_then_writes_what_it_saw = new(Primitive.ReaderWriterLock, """
        public sealed class Counters
        {
            private readonly ReaderWriterLockSlim _sync = new();
            private int _highest;

            public void Observe(int value)
            {
                int highest;
                _sync.EnterReadLock();
                try { highest = {|#0:_highest|}; }
                finally { _sync.ExitReadLock(); }
                if (value <= highest)
                    return;
                _sync.EnterWriteLock();
                try { {|ASSAY2004:_highest|} = value; }
                finally { _sync.ExitWriteLock(); }
            }
        }
        """);

    public static readonly Case A_reader_lets_go_and_looks_again_as_a_writer = new(Primitive.ReaderWriterLock, """
        public sealed class Counters
        {
            private readonly ReaderWriterLockSlim _sync = new();
            private int _highest;

            public void Observe(int value)
            {
                _sync.EnterReadLock();
                try
                {
                    if (value <= _highest)
                        return;
                }
                finally
                {
                    _sync.ExitReadLock();
                }
                _sync.EnterWriteLock();
                try
                {
                    if (value > _highest)
                        _highest = value;
                }
                finally
                {
                    _sync.ExitWriteLock();
                }
            }
        }
        """);

    public static readonly Case A_reader_helper_is_called_by_a_writer = new(Primitive.ReaderWriterLock, """
        public sealed class Directory
        {
            private readonly ReaderWriterLockSlim _sync = new(LockRecursionPolicy.SupportsRecursion);
            private readonly Dictionary<string, string> _phones = new();

            public bool TryAdd(string name, string phone)
            {
                _sync.EnterWriteLock();
                try
                {
                    if (Find(name) is not null)
                        return false;
                    _phones[name] = phone;
                    return true;
                }
                finally
                {
                    _sync.ExitWriteLock();
                }
            }

            public string? Find(string name)
            {
                _sync.EnterReadLock();
                try { return _phones.GetValueOrDefault(name); }
                finally { _sync.ExitReadLock(); }
            }
        }
        """);

    public static readonly Case A_writer_forgets_to_exit_on_a_return = new(Primitive.ReaderWriterLock, """
        public sealed class Directory
        {
            private readonly ReaderWriterLockSlim _sync = new();
            private readonly Dictionary<string, string> _phones = new();

            public bool Rename(string from, string to)
            {
                {|ASSAY2013:_sync.EnterWriteLock()|};
                if (!_phones.Remove(from, out var phone))
                    return {|#0:false|};
                _phones[to] = phone;
                _sync.ExitWriteLock();
                return true;
            }
        }
        """);

    public static readonly Case A_write_lock_is_held_over_an_await = new(Primitive.ReaderWriterLock, """
        public sealed class Settings
        {
            private readonly ReaderWriterLockSlim _sync = new();
            private string _text = "";

            public async Task LoadAsync(string path)
            {
                {|#0:_sync.EnterWriteLock()|};
                try { _text = {|ASSAY2014:await File.ReadAllTextAsync(path)|}; }
                finally { _sync.ExitWriteLock(); }
            }
        }
        """);
}
