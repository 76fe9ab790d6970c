using Routing.Simulation.Running;

return CommandLine.Run(args, Console.Out, Console.Error);
