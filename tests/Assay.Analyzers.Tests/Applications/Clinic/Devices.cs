using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Clinic;

/// <summary>Measurements of one device as they come from the serial line.</summary>
public interface IDeviceLine
{
    event EventHandler<string>? LineRead;

    event EventHandler? Closed;
}

/// <summary>Listens to devices for as long as a visit lasts; the line stays open for the next one.</summary>
public sealed class VisitRecorder : IDisposable
{
    private readonly IDeviceLine _line;
    private readonly List<string> _lines = [];

    public VisitRecorder(IDeviceLine line)
    {
        _line = line;
        _line.LineRead += OnLineRead;
        _line.Closed += OnClosed; // finds ASSAY8007
    }

    public IReadOnlyList<string> Lines => _lines;

    public bool IsClosed { get; private set; }

    public void Dispose() => _line.LineRead -= OnLineRead;

    private void OnLineRead(object? sender, string line) => _lines.Add(line);

    private void OnClosed(object? sender, EventArgs e) => IsClosed = true;
}

/// <summary>Reads measurements.</summary>
public sealed class ReadingParser(ILogger<ReadingParser> logger)
{
    /// <summary>What fails is null, and nobody hears of it.</summary>
    public static Reading? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Reading>(line);
        }
        catch (Exception) // finds ASSAY3001
        {
            return null;
        }
    }

    /// <summary>What fails is no number, and that is what the caller asks.</summary>
    public static bool TryParse(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    /// <summary>The first error is lost.</summary>
    public static Reading ParseOrThrow(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Reading>(line) ?? throw new FormatException("The line is empty.");
        }
        catch (JsonException)
        {
            throw new FormatException("The line is no reading: " + line); // finds ASSAY3004
        }
    }

    /// <summary>The first error is inside the second.</summary>
    public static Reading ParseWithCause(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Reading>(line) ?? throw new FormatException("The line is empty.");
        }
        catch (JsonException exception)
        {
            throw new FormatException("The line is no reading: " + line, exception);
        }
    }

    /// <summary>A reading that fails is skipped, with a line in the log.</summary>
    public List<Reading> ParseAll(IEnumerable<string> lines)
    {
        var readings = new List<Reading>();
        foreach (var line in lines)
        {
            try
            {
                readings.Add(ParseOrThrow(line));
            }
            catch (FormatException exception)
            {
                logger.LogWarning(exception, "A line was no reading");
                readings.Add(new Reading("invalid", double.NaN));
            }
        }
        return readings;
    }

    /// <summary>The first of many lines is taken away, and all the others move.</summary>
    public static int Drain(List<string> lines)
    {
        var read = 0;
        while (lines.Count > 0)
        {
            var line = lines[0];
            lines.RemoveAt(0); // finds ASSAY8006
            if (TryParse(line, out _))
                read++;
        }
        return read;
    }
}

/// <summary>Sends readings to the records.</summary>
public sealed class ReadingUpload(HttpClient records, IMemoryCache cache, ILogger<ReadingUpload> logger) : BackgroundService
{
    private static readonly ConcurrentDictionary<string, Reading> s_last = new(); // finds ASSAY8001
    private readonly BlockingCollection<Reading> _waiting = new(1_000);
    private int _started;
    private int _deadline;

    public void Add(Reading reading) => _waiting.Add(reading);

    /// <summary>Whatever calls itself a device is remembered for ever.</summary>
    public static void Remember(Reading reading) => s_last[reading.Device] = reading;

    public Reading? LastOf(string device) => cache.TryGetValue(device, out Reading? reading) ? reading : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _started = Environment.TickCount; // finds ASSAY4001
        _deadline = _started + 60_000;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SendAsync(stoppingToken);
            }
            catch (HttpRequestException exception)
            {
                logger.LogWarning(exception, "The records do not answer");
            }
            await Task.Delay(TimeSpan.FromSeconds(5), stoppingToken);
        }
    }

    /// <summary>The difference is right across the wrap.</summary>
    public bool IsFresh() => Environment.TickCount - _started < 60_000; // finds ASSAY4001

    /// <summary>Wrong once in seven weeks.</summary>
    public bool IsLate() => Environment.TickCount > _deadline; // finds ASSAY4001 ASSAY4006

    /// <summary>The cancellation of the caller is swallowed with all the rest.</summary>
    public async Task<bool> TrySendAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(cancellationToken);
            return true;
        }
        catch (Exception exception) // finds ASSAY3002
        {
            logger.LogError(exception, "Sending failed");
            return false;
        }
    }

    /// <summary>The catch never sees the request fail.</summary>
    public Task SendLaterAsync(CancellationToken cancellationToken)
    {
        try
        {
            return SendAsync(cancellationToken); // finds ASSAY3006
        }
        catch (HttpRequestException exception)
        {
            logger.LogError(exception, "Sending failed");
            return Task.CompletedTask;
        }
    }

    /// <summary>Local time in a record that other countries read.</summary>
    public static string Stamp(Reading reading)
    {
        var record = new StoredReading { Device = reading.Device, Value = reading.Value, TakenAt = DateTime.Now }; // finds ASSAY4001 ASSAY4008
        return JsonSerializer.Serialize(record);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        while (_waiting.TryTake(out var reading))
        {
            using var content = new StringContent(JsonSerializer.Serialize(reading));
            using var response = await records.PutAsync($"readings/{reading.Device}", content, limit.Token);
            response.EnsureSuccessStatusCode();
        }
    }
}

public sealed class StoredReading
{
    public string Device { get; set; } = "";

    public double Value { get; set; }

    public DateTime TakenAt { get; set; }
}
