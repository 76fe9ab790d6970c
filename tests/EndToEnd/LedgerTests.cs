using Routing.EndToEnd.Network;
using Routing.EndToEnd.Processes;
using Xunit;
using Xunit.Abstractions;

namespace Routing.EndToEnd;

/// <summary>
/// The program is killed again and again under load, and what became of every call is read from the packets alone. The short version of load-tests/Chaos, whose
/// phones and ledger share no code with the program. A cluster as well: three silos, two gateways and PostgreSQL, which it is told to lose one after the other.
/// </summary>
public sealed class LedgerTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(400);

    [Fact]
    public async Task The_ledger_sees_each_fault_of_records_made_by_hand_and_none_in_what_they_prove_to_be_fair()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Chaos");
        await using ChildProcess run = ChildProcess.Start("python3", [Path.Combine(folder, "ledger_test.py")], folder);

        int code = await run.ExitAsync(Deadline);

        Assert.True(code == 0, $"{run.Output}\n{run.Errors}");
    }

    [Fact]
    public async Task Ten_kills_under_load_lose_no_call_double_none_and_let_nobody_overtake()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("routing-ledger-");
        string script = Path.Combine(AppContext.BaseDirectory, "Chaos", "chaos.py");
        string[] scene = ["--binary", RoutingServer.Program, "--net", new TestNetwork().Block, "--out", folder.FullName];
        string[] size = ["--kills", "10", "--rate", "10", "--waiting", "12", "--up", "0.9", "--down", "0.6", "--drain", "60", "--quick"];
        await using ChildProcess run = ChildProcess.Start("python3", [script, .. scene, .. size], folder.FullName);

        int code = await run.ExitAsync(Deadline);

        // The first line is the seed: --seed repeats the plan of calls and kills.
        output.WriteLine(run.Output);
        Assert.True(code == 0, $"{run.Output}\n{run.Errors}\npackets and log: {folder.FullName}");
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Faults_of_silos_a_gateway_and_the_database_of_a_cluster_under_load_lose_no_call_double_none_and_let_nobody_overtake()
    {
        DirectoryInfo folder = LocalCluster.MakeFolder();
        string script = Path.Combine(AppContext.BaseDirectory, "Chaos", "cluster.py");
        string[] scene = ["--binary", RoutingServer.Program, "--script", LocalCluster.Script, "--net", new TestNetwork().Block, "--cluster-net", new TestNetwork().Block, "--out", folder.FullName];
        string[] load = ["--agents", "20", "--rate", "10", "--waiting", "12", "--up", "1", "--down", "0.6", "--drain", "120"];

        // How long anybody waited is told and not judged: that depends on the machine.
        await using ChildProcess run = ChildProcess.Start("python3", [script, .. scene, .. load, "--plan", "kill,gateway-kill,stop,postgres,term", "--no-limits"], folder.FullName);

        int code = await run.ExitAsync(Deadline);

        output.WriteLine(run.Output);
        Assert.True(code == 0, $"{run.Output}\n{run.Errors}\npackets and logs: {folder.FullName}");
        folder.Delete(recursive: true);
    }
}
