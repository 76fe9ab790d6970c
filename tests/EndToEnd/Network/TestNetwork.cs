namespace Routing.EndToEnd.Network;

/// <summary>Loopback addresses of one test: every test has a block 127.x.y.0/24 of its own, and no two processes that run tests share one in practice.</summary>
internal sealed class TestNetwork
{
    private static int _blocks;

    private int _phones = 10;

    /// <summary>The first three bytes of all addresses of the test.</summary>
    public string Block { get; } = $"127.{20 + (Environment.ProcessId % 200)}.{Interlocked.Increment(ref _blocks) % 250}";

    /// <summary>The address of the server under test.</summary>
    public string Server => Block + ".1";

    /// <summary>The address of the silo, where it is a process of its own.</summary>
    public string Silo => Block + ".2";

    /// <summary>An address that nobody else of the test has.</summary>
    public string NextAddress() => $"{Block}.{Interlocked.Increment(ref _phones)}";
}
