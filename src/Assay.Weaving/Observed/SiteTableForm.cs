using Assay.Verify.Exploration;

namespace Assay.Weaving.Observed;

/// <summary>Places as bytes, for woven code that is run in another process than the one that wove it.</summary>
public static class SiteTableForm
{
    private const int MostSites = 1_000_000;

    /// <summary>Writes a table.</summary>
    public static byte[] Write(SiteTable sites)
    {
        ArgumentNullException.ThrowIfNull(sites);
        var bytes = new MemoryStream();
        var writer = new BinaryWriter(bytes);
        writer.Write(sites.Count);
        for (var number = 0; number < sites.Count; number++)
        {
            var site = sites[number];
            writer.Write((byte)site.Kind);
            writer.Write(site.What);
            writer.Write(site.Method);
            writer.Write(site.File);
            writer.Write(site.Line);
            writer.Write(sites.LocationOf(number));
        }

        return bytes.ToArray();
    }

    /// <summary>Reads a table.</summary>
    /// <exception cref="InvalidDataException">The bytes are not one.</exception>
    public static SiteTable Read(byte[] bytes)
    {
        var reader = new BinaryReader(new MemoryStream(bytes));
        var count = reader.ReadInt32();
        if (count is < 0 or > MostSites)
            throw new InvalidDataException($"a table of {count} places");
        var sites = new SiteTable();
        for (var number = 0; number < count; number++)
        {
            var site = new Site((SiteKind)reader.ReadByte(), reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadInt32());
            var location = reader.ReadInt32();
            sites.Add(site, location == 0 ? null : location.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return sites;
    }
}
