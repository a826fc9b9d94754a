using System.Text.Json;

namespace Assay.Bench.Exploration;

/// <summary>What was measured of exploration last; the page of benchmarks is written from it.</summary>
internal sealed record PowerRows
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Schedules a second, by threads and calls.</summary>
    public IReadOnlyList<SpeedRow> Speeds { get; init; } = [];

    /// <summary>The bugs, by name.</summary>
    public IReadOnlyList<BugRow> Bugs { get; init; } = [];

    public static PowerRows Read(string path) => File.Exists(path)
        ? JsonSerializer.Deserialize<PowerRows>(File.ReadAllText(path), s_json) ?? throw new InvalidDataException($"{path} holds no rows.")
        : new PowerRows();

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, s_json) + "\n");
}

/// <summary>How fast schedules are run.</summary>
/// <param name="Threads">Threads of the program.</param>
/// <param name="Calls">Calls of each, a read and a write of one field each.</param>
/// <param name="Schedules">How many were run.</param>
/// <param name="IsExhaustive">Whether these are all with up to three preemptions.</param>
/// <param name="PerCpuSecond">Schedules for each second of processor time.</param>
internal sealed record SpeedRow(int Threads, int Calls, int Schedules, bool IsExhaustive, double PerCpuSecond);

/// <summary>How often a bug is found.</summary>
/// <param name="Bug">Its name.</param>
/// <param name="Seeds">How many explorations.</param>
/// <param name="Found">How many of them found it.</param>
/// <param name="Schedules">The most schedules that one took.</param>
/// <param name="Milliseconds">The most processor time that one took.</param>
/// <param name="Stressed">How many stress tests, each as long as the exploration with the same seed, found it.</param>
/// <param name="Chances">How many explorations by one strategy of chance alone.</param>
/// <param name="Priorities">How many of them found it by random priorities (PCT).</param>
/// <param name="Walks">How many of them found it by random walks.</param>
/// <param name="Twin">What was found out about its twin without the bug.</param>
/// <param name="TwinSchedules">In how many schedules.</param>
/// <param name="Pruning">What pruning saves.</param>
internal sealed record BugRow(string Bug, int Seeds, int Found, int Schedules, double Milliseconds, int Stressed, int Chances, int Priorities, int Walks, string Twin, int TwinSchedules, PruningRow? Pruning = null);

/// <summary>What it saves to leave out schedules that come to the same as another.</summary>
/// <param name="Found">The most schedules that one exploration took to find the bug without.</param>
/// <param name="Programs">How many programs over the twin were run to their end, both ways.</param>
/// <param name="All">Their schedules with up to two preemptions.</param>
/// <param name="Kept">How many of these are not left out.</param>
/// <param name="AllMilliseconds">Processor time of all.</param>
/// <param name="KeptMilliseconds">Processor time of those that are not left out.</param>
internal sealed record PruningRow(int Found, int Programs, int All, int Kept, double AllMilliseconds, double KeptMilliseconds);
