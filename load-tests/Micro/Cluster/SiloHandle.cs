using System.Diagnostics;

namespace Routing.Micro.Cluster;

/// <summary>A <see cref="SiloProcess"/> as its parent sees it.</summary>
internal sealed class SiloHandle : IDisposable
{
    private readonly Process _process;

    public SiloHandle(params string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(ClusterBenchmark.SiloCommand);
        Array.ForEach(arguments, start.ArgumentList.Add);
        _process = Process.Start(start)!;
    }

    public void Tell(string line) => _process.StandardInput.WriteLine(line);

    /// <summary>The answer to what was told.</summary>
    public string Hear() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("A silo ended; see what it wrote above.");

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
