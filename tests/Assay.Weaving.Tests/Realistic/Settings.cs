public partial class Settings
{
    private readonly Lock _gate = new();

    public int Level
    {
        get { lock (_gate) return field; }
        set { lock (_gate) field = value; }
    } = 1;

    public int Raise() { lock (_gate) { return Level = Level + 1; } }
}

public class SettingsBad
{
    public int Level { get => field; set => field = value; } = 1;
    public int Raise() { Level++; return Level; }
}

public static class Extensions
{
    extension(Settings settings)
    {
        public int Twice() => settings.Level * 2;
    }
}

public record Money(decimal Amount)
{
    public Money Plus(Money other) => this with { Amount = Amount + other.Amount };
}

public record CounterBad
{
    public int Value { get; set; }
    public void Add() => Value++;
}
