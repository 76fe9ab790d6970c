using Routing.Silo.Commands;
using Routing.Silo.Hosting;

return await new CommandLine(SiloProcess.RunAsync).InvokeAsync(args);
