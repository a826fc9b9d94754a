namespace Shop.Domain;

public sealed class LabelPrinter(Action warmUp)
{
    private static CancellationTokenSource? s_stop;
    private volatile bool _ready;

    public static CancellationTokenSource Stop => s_stop ??= new CancellationTokenSource();

    public void Prepare()
    {
        if (_ready)
            return;
        _ready = true;
        warmUp();
    }
}
