namespace Routing.EndToEnd.Network;

/// <summary>Loopback addresses of one test: every test has a block 127.x.y.0/24 of its own, and no two processes that run tests share one in practice.</summary>
internal sealed class TestNetwork
{
    private static int _blocks;

    private readonly string _block = $"127.{20 + (Environment.ProcessId % 200)}.{Interlocked.Increment(ref _blocks) % 250}";
    private int _phones = 10;

    /// <summary>The address of the server under test.</summary>
    public string Server => _block + ".1";

    /// <summary>An address that nobody else of the test has.</summary>
    public string NextAddress() => $"{_block}.{Interlocked.Increment(ref _phones)}";
}
