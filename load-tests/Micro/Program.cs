using System.Globalization;
using Routing.Micro;

// Micro mailbox [memory|sqlite] [commands] [in flight] [domains] [folder]
// Micro domain [agents,agents…] [calls]
switch (args.ElementAtOrDefault(0))
{
    case "mailbox":
        string folder = args.ElementAtOrDefault(5) ?? Directory.CreateTempSubdirectory("mailbox-micro-").FullName;
        MailboxBenchmark.Run(args.ElementAtOrDefault(1) ?? "sqlite", folder, Number(2, 200_000), Number(3, 2_000), Number(4, 1));
        return 0;
    case "domain":
        foreach (string agents in (args.ElementAtOrDefault(1) ?? "100,100000").Split(','))
        {
            DomainBenchmark.Run(int.Parse(agents, CultureInfo.InvariantCulture), Number(2, 20_000));
        }

        return 0;
    default:
        Console.Error.WriteLine("usage: Micro mailbox [memory|sqlite] [commands] [in flight] [domains] [folder]");
        Console.Error.WriteLine("       Micro domain [agents,agents...] [calls]");
        return 2;
}

int Number(int index, int otherwise) => args.ElementAtOrDefault(index) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
