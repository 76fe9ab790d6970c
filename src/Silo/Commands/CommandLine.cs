using System.CommandLine;
using Routing.Silo.Hosting;

namespace Routing.Silo.Commands;

/// <summary>The command line: options of the server, and commands beside it.</summary>
internal sealed class CommandLine
{
    private readonly RootCommand _root;

    private readonly Option<string[]> _sip = new("--" + SettingNames.Sip)
    {
        Description = "Listen for SIP here, UDP and TCP both; repeatable [default: 127.0.0.1:5060]",
        HelpName = "HOST:PORT",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _advertise = new("--" + SettingNames.Advertise)
    {
        Description = "Address or name by which phones reach this machine, for Contact, Via and SDP: behind NAT; one for all of --sip, or one each [default: the address that the way to the phone leaves from]",
        HelpName = "HOST",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _limits = new("--" + SettingNames.Limits)
    {
        Description = "Limits of this process, for example calls=5000,calls-per-second=20; repeatable; README lists them",
        HelpName = "NAME=NUMBER",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _rtpPorts = Text(SettingNames.RtpPorts, "FROM-TO", "UDP ports of hold media, even to odd, one pair a waiting call [default: 16384-24575]");
    private readonly Option<string> _http = Text(SettingNames.Http, "HOST:PORT", "REST, live page, metrics and probes [default: 127.0.0.1:8080]");
    private readonly Option<string> _data = Text(SettingNames.Data, "DIR", "Folder of the embedded store and of the gateway's identity; one process at a time [default: ./data]");

    private readonly Option<string[]> _config = new("--" + SettingNames.Config)
    {
        Description = "Configuration of a domain in YAML, or a folder of *.yaml merged by name; repeatable, each one domain; SIGHUP reads them again [default: the built-in demo; in a cluster: none, the domains come by other silos]",
        HelpName = "FILE|FOLDER",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _role = Text(SettingNames.Role, "all|silo|gateway", "What this process does: all in one; or, on several hosts, one silo that has the domains and gateways that hear phones [default: all]");
    private readonly Option<string> _name = Text(SettingNames.Name, "NAME", "Of this process in a cluster; a gateway keeps its name for ever [default: gateway, silo]");
    private readonly Option<string> _link = Text(SettingNames.Link, "HOST:PORT", "Where a silo hears gateways of other hosts; not encrypted, so a network of their own");
    private readonly Option<string> _linkAdvertise = Text(SettingNames.LinkAdvertise, "HOST:PORT", "Address or name and port by which gateways and other silos reach --link, which may then be 0.0.0.0: in containers, behind NAT [default: --link itself]");
    private readonly Option<string> _clusterKey = Text(SettingNames.ClusterKey, "FILE", "Secret that all processes of a cluster share, at least 16 bytes");

    private readonly Option<string> _clusterSip = Text(SettingNames.ClusterSip, "HOST:PORT", "Where other gateways reach this one by SIP, to ring its phones; only they should be able to [default: the first --sip, unless that is 0.0.0.0]");

    private readonly Option<string> _upgrade = Text(SettingNames.Upgrade, "asked|auto", "When data of a former release are written as this release does, after which that one cannot be used on them any more: when 'cluster upgrade' says so, or once all silos and gateways have known how for a minute [default: asked]");

    private readonly Option<string[]> _silos = new("--" + SettingNames.Silos)
    {
        Description = "Where a gateway finds silos: the --link of one or more; repeatable, or separated by commas",
        HelpName = "HOST:PORT",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _store = Text(SettingNames.Store, "sqlite|postgres:CONNECTION", "Where state is kept: the embedded store, or PostgreSQL 15 or newer, for example postgres:Host=db;Username=routing;Database=routing (password: PGPASSWORD, PGPASSFILE, or ROUTING_STORE with Password=…) [default: sqlite]");

    /// <param name="serve">Runs the server; its result is the exit code.</param>
    public CommandLine(Func<RawSettings, CancellationToken, Task<int>> serve)
    {
        _root = new RootCommand(
            """
            Routes calls to the best agent: SIP in, queues, skills, SIP out.

            Every option can be given as an environment variable too (ROUTING_SIP, ROUTING_RTP_PORTS …; several values separated by commas), or in appsettings.json in the working directory
            ({"Routing": {"Sip": ["127.0.0.1:5060"], "Http": "127.0.0.1:8080"}}). The command line goes before the environment, and
            that before the file. Exit codes: 0 ended as asked, 2 not started or refused and a line says why, 3 no answer from a running server that a
            command needs, 1 anything else.
            """)
        {
            _sip, _advertise, _rtpPorts, _http, _data, _config, _role, _store, _limits, _name, _link, _linkAdvertise, _silos, _clusterKey, _clusterSip, _upgrade,
        };
        _root.Subcommands.Add(CheckConfigCommand.Create());
        _root.Subcommands.Add(ExplainCommand.Create());
        _root.Subcommands.Add(ConfigCommand.Create());
        _root.Subcommands.Add(ClusterCommand.Create());
        _root.SetAction((result, cancellation) => serve(Settings(result), cancellation));
    }

    /// <summary>Does what the arguments say; the result is the exit code. What cannot be done is one line on standard error and <see cref="ExitCodes.Refused"/>.</summary>
    public async Task<int> InvokeAsync(string[] args)
    {
        // A path may begin with @: no response files.
        ParseResult parsed = _root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            return Refuse($"{parsed.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.')}; see --help");
        }

        try
        {
            // Signals are the host's: it ends everything in order.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (StartupException error)
        {
            return Refuse(error.Message, error.ExitCode);
        }
        catch (ServerException error)
        {
            return Refuse(error.Message, ExitCodes.NoAnswer);
        }
    }

    private static int Refuse(string why, int code = ExitCodes.Refused)
    {
        Console.Error.WriteLine("routing: " + why);
        return code;
    }

    private static Option<string> Text(string name, string helpName, string description) => new("--" + name) { HelpName = helpName, Description = description };

    private RawSettings Settings(ParseResult result) => new()
    {
        Sip = result.GetValue(_sip) is { Length: > 0 } addresses ? addresses : null,
        Advertise = result.GetValue(_advertise) is { Length: > 0 } hosts ? hosts : null,
        RtpPorts = result.GetValue(_rtpPorts),
        Limits = result.GetValue(_limits) is { Length: > 0 } limits ? limits : null,
        Http = result.GetValue(_http),
        Data = result.GetValue(_data),
        Config = result.GetValue(_config) is { Length: > 0 } files ? files : null,
        Role = result.GetValue(_role),
        Store = result.GetValue(_store),
        Name = result.GetValue(_name),
        Link = result.GetValue(_link),
        LinkAdvertise = result.GetValue(_linkAdvertise),
        Silos = result.GetValue(_silos) is { Length: > 0 } silos ? silos : null,
        ClusterKey = result.GetValue(_clusterKey),
        ClusterSip = result.GetValue(_clusterSip),
        Upgrade = result.GetValue(_upgrade),
    };
}
