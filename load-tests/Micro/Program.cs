using System.Globalization;
using Routing.Micro;
using Routing.Micro.Decisions;

// Micro mailbox [memory|sqlite] [commands] [in flight] [domains] [folder]
if (args is ["decisions"])
{
    Benchmarks.Decisions();
    return 0;
}

if (args is ["activation"])
{
    Benchmarks.Activation();
    return 0;
}

string kind = args.ElementAtOrDefault(1) ?? "sqlite";
int commands = int.Parse(args.ElementAtOrDefault(2) ?? "200000", CultureInfo.InvariantCulture);
int inFlight = int.Parse(args.ElementAtOrDefault(3) ?? "2000", CultureInfo.InvariantCulture);
int domains = int.Parse(args.ElementAtOrDefault(4) ?? "1", CultureInfo.InvariantCulture);
string folder = args.ElementAtOrDefault(5) ?? Directory.CreateTempSubdirectory("mailbox-micro-").FullName;
if (args.ElementAtOrDefault(0) != "mailbox")
{
    Console.Error.WriteLine("usage: Micro mailbox [memory|sqlite] [commands] [in flight] [domains] [folder]");
    return 2;
}

MailboxBenchmark.Run(kind, folder, commands, inFlight, domains);
return 0;
