using System.Runtime.InteropServices;

namespace Routing.Silo.Hosting;

/// <summary>
/// Somebody wants the process to end: SIGTERM, Ctrl+C, or whoever runs it. The web side must not end by itself then: probes have to say 503 and metrics be there while a silo hands over or a gateway's calls come to an end.
/// </summary>
internal sealed class EndRequest : IDisposable
{
    private readonly CancellationTokenSource _asked;
    private readonly CancellationTokenSource _atOnce = new();
    private readonly PosixSignalRegistration[] _signals;

    /// <param name="also">Ends it as a signal does.</param>
    public EndRequest(CancellationToken also)
    {
        _asked = CancellationTokenSource.CreateLinkedTokenSource(also);
        Asked = _asked.Token;
        AtOnce = _atOnce.Token;
        _signals = [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Asked { get; }

    /// <summary>Cancelled by the second: nothing is waited for any more.</summary>
    public CancellationToken AtOnce { get; }

    public bool IsAsked => Asked.IsCancellationRequested;

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        _asked.Dispose();
        _atOnce.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        (IsAsked ? _atOnce : _asked).Cancel();
    }
}
