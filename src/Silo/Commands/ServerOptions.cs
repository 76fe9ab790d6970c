using System.CommandLine;
using Routing.Silo.Hosting;

namespace Routing.Silo.Commands;

/// <summary>
/// <c>--server</c>, <c>--key</c>, <c>--domain</c> and <c>--format</c> of commands that talk to a running server: each command makes one of these, adds it to itself, and opens a client
/// from what was given. The key may come as ROUTING_KEY, where the list of processes does not show it.
/// </summary>
internal sealed class ServerOptions
{
    public const string ServerVariable = SettingNames.EnvironmentPrefix + "SERVER";

    public const string KeyVariable = SettingNames.EnvironmentPrefix + "KEY";

    private const string DefaultServer = "http://127.0.0.1:8080";

    private readonly Option<string> _server = new("--server") { HelpName = "URL", Description = $"A running server's REST address; also {ServerVariable} [default: {DefaultServer}]" };
    private readonly Option<string> _key = new("--key") { HelpName = "KEY", Description = $"API key; better given as {KeyVariable}, which other users of the machine do not see" };
    private readonly Option<string> _domain = new("--domain") { HelpName = "DOMAIN", Description = "Domain of the key [default: the server's only or default domain]" };
    private readonly Option<string> _format = OutputFormat.Option();

    public void AddTo(Command command)
    {
        command.Options.Add(_server);
        command.Options.Add(_key);
        command.Options.Add(_domain);
        command.Options.Add(_format);
    }

    /// <summary>Whether the answer is wanted as JSON, as the server gave it.</summary>
    public bool IsJson(ParseResult result) => OutputFormat.IsJson(result, _format);

    /// <exception cref="StartupException">No key, or an address that is none.</exception>
    public ServerClient Open(ParseResult result)
    {
        string address = result.GetValue(_server) ?? Environment.GetEnvironmentVariable(ServerVariable) ?? DefaultServer;
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? server) || (server.Scheme != Uri.UriSchemeHttp && server.Scheme != Uri.UriSchemeHttps))
        {
            throw new StartupException($"server: '{address}' is no address of a server; write --server http://HOST:PORT");
        }

        string key = result.GetValue(_key) ?? Environment.GetEnvironmentVariable(KeyVariable)
            ?? throw new StartupException($"key: is missing; set {KeyVariable} or give --key KEY, one of 'apiKeys:' in the configuration");
        return new ServerClient(server, key, result.GetValue(_domain));
    }
}
