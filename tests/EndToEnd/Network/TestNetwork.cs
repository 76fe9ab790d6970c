namespace Routing.EndToEnd.Network;

/// <summary>Loopback addresses of one test: every test has a block 127.x.y.0/24 of its own, and no two processes that run tests share one in practice.</summary>
internal sealed class TestNetwork
{
    private static int blocks;

    private readonly string block = $"127.{20 + (Environment.ProcessId % 200)}.{Interlocked.Increment(ref blocks) % 250}";
    private int phones = 10;

    /// <summary>The address of the server under test.</summary>
    public string Server => block + ".1";

    /// <summary>An address that nobody else of the test has.</summary>
    public string NextAddress() => $"{block}.{Interlocked.Increment(ref phones)}";
}
