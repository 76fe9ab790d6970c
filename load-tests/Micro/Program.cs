using System.Globalization;
using Routing.Micro;
using Routing.Micro.Cluster;
using Routing.Micro.Decisions;

// Micro mailbox [memory|sqlite|postgres] [commands] [in flight] [domains] [folder|connection|""] [lanes]: postgres without a connection starts a server of its own
// Micro domain [agents,agents…] [calls]
// Micro messages [calls a turn] [turns]
// Micro decisions [agents,agents…]
// Micro suite
// Micro activation [agents,agents…] [rounds]
// Micro explain [agents,agents…]
// Micro move [agents,agents…] [moves] [cold]: a domain from one silo to the other, over a PostgreSQL server of its own
// Micro load [agents,agents…] [rounds]: what loading a domain from a PostgreSQL server of its own takes, stage by stage
// Micro cluster [calls|commands] [silos,silos…] [domains] [lanes a silo] [at once a domain] [seconds]: silos 0 is SQLite
switch (args.ElementAtOrDefault(0))
{
    case "mailbox":
        string folder = args.ElementAtOrDefault(5) is { Length: > 0 } given ? given : Directory.CreateTempSubdirectory("mailbox-micro-").FullName;
        MailboxBenchmark.Run(args.ElementAtOrDefault(1) ?? "sqlite", folder, Number(2, 200_000), Number(3, 2_000), Number(4, 1), Number(6, 1));
        return 0;
    case "domain":
        foreach (string agents in (args.ElementAtOrDefault(1) ?? "100,100000").Split(','))
        {
            DomainBenchmark.Run(int.Parse(agents, CultureInfo.InvariantCulture), Number(2, 20_000));
        }

        return 0;
    case "messages":
        MessageBenchmark.Run(Number(1, 1_000), Number(2, 1_000));
        return 0;
    case "decisions":
        DecisionBenchmark.WarmUp();
        foreach (string agents in (args.ElementAtOrDefault(1) ?? "100,1000,10000,100000").Split(','))
        {
            DecisionBenchmark.Run(int.Parse(agents, CultureInfo.InvariantCulture));
        }

        return 0;
    case "suite":
        Benchmarks.Decisions();
        return 0;
    case "activation":
        foreach (string agents in (args.ElementAtOrDefault(1) ?? "1000,10000,100000").Split(','))
        {
            ActivationBenchmark.Run(int.Parse(agents, CultureInfo.InvariantCulture), Number(2, 11));
        }

        return 0;
    case "explain":
        foreach (string agents in (args.ElementAtOrDefault(1) ?? "1000,100000").Split(','))
        {
            ExplanationBenchmark.Run(int.Parse(agents, CultureInfo.InvariantCulture));
        }

        return 0;
    case "move":
        foreach (string agents in (args.ElementAtOrDefault(1) ?? "200,10000,100000").Split(','))
        {
            MoveBenchmark.Run(int.Parse(agents, CultureInfo.InvariantCulture), Number(2, 10), args.ElementAtOrDefault(3) == "cold");
        }

        return 0;
    case "load":
        foreach (string agents in (args.ElementAtOrDefault(1) ?? "10000,100000").Split(','))
        {
            LoadBenchmark.Run(int.Parse(agents, CultureInfo.InvariantCulture), Number(2, 10));
        }

        return 0;
    case "cluster":
        ClusterBenchmark.PrintHead();
        foreach (string silos in (args.ElementAtOrDefault(2) ?? "0,1,2,3").Split(','))
        {
            ClusterBenchmark.Run(args.ElementAtOrDefault(1) is "calls", int.Parse(silos, CultureInfo.InvariantCulture), Number(3, 6), Number(4, 1), Number(5, 200), Number(6, 10));
        }

        return 0;
    case ClusterBenchmark.SiloCommand:
        SiloProcess.Run(args[1], args[2], Number(3, 1), args[4] == "calls", Number(5, 200));
        return 0;
    default:
        Console.Error.WriteLine("usage: Micro mailbox [memory|sqlite|postgres] [commands] [in flight] [domains] [folder|connection|''] [lanes]");
        Console.Error.WriteLine("       Micro domain [agents,agents...] [calls]");
        Console.Error.WriteLine("       Micro messages [calls a turn] [turns]");
        Console.Error.WriteLine("       Micro decisions [agents,agents...]");
        Console.Error.WriteLine("       Micro suite");
        Console.Error.WriteLine("       Micro activation [agents,agents...] [rounds]");
        Console.Error.WriteLine("       Micro explain [agents,agents...]");
        Console.Error.WriteLine("       Micro move [agents,agents...] [moves] [cold]");
        Console.Error.WriteLine("       Micro load [agents,agents...] [rounds]");
        Console.Error.WriteLine("       Micro cluster [calls|commands] [silos,silos...] [domains] [lanes a silo] [at once a domain] [seconds]; silos 0 is SQLite");
        return 2;
}

int Number(int index, int otherwise) => args.ElementAtOrDefault(index) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
