using System.CommandLine;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Routing.Gateway.Api.Models;
using Routing.Silo.Configuration;
using Routing.Silo.Hosting;

namespace Routing.Silo.Commands;

/// <summary><c>routing config apply|diff|show|versions|rollback</c>: the configuration of a running server.</summary>
internal static class ConfigCommand
{
    private const string ExitText = " Exit code 0: done, 2: refused and nothing changed, 3: no answer.";

    public static Command Create() => new("config", "Applies, compares, shows and rolls back the configuration of a running server. Needs a key; apply, diff and rollback one with the role admin.")
    {
        Apply(),
        Diff(),
        Show(),
        Versions(),
        RollBack(),
    };

    private static Command Apply()
    {
        Argument<string> file = FileArgument();
        Option<bool> dryRun = DryRun();
        Option<string> comment = Comment();
        var server = new ServerOptions();
        var command = new Command("apply", "Applies a file or folder in one transaction, also for calls that wait; a bad one changes nothing." + ExitText) { file, dryRun, comment };
        server.AddTo(command);
        command.SetAction((result, cancellation) => SendAsync(result, server, result.GetValue(file)!, result.GetValue(dryRun), result.GetValue(comment), cancellation));
        return command;
    }

    private static Command Diff()
    {
        Argument<string> file = FileArgument();
        var server = new ServerOptions();
        var command = new Command("diff", "Says what a file or folder would change: settings, waiting calls, agents who would leave. The same as apply --dry-run." + ExitText) { file };
        server.AddTo(command);
        command.SetAction((result, cancellation) => SendAsync(result, server, result.GetValue(file)!, dryRun: true, comment: null, cancellation));
        return command;
    }

    private static Command Show()
    {
        var version = new Option<long?>("--version") { HelpName = "NUMBER", Description = "A former version [default: the one in force]" };
        var server = new ServerOptions();
        var command = new Command("show", "Prints the configuration without secrets: the text with its comments when it was kept and the key is an administrator's, else every setting as JSON." + ExitText) { version };
        server.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            using ServerClient client = server.Open(result);
            ServerAnswer answer = await client.GetAsync("/configuration" + Query(("version", result.GetValue(version)?.ToString(System.Globalization.CultureInfo.InvariantCulture))), cancellation);
            return Finish(result, server, answer, ConfigText.Show);
        });
        return command;
    }

    private static Command Versions()
    {
        var server = new ServerOptions();
        var command = new Command("versions", "Lists the versions that are kept, newest first." + ExitText);
        server.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            using ServerClient client = server.Open(result);
            return Finish(result, server, await client.GetAsync("/configuration/versions", cancellation), ConfigText.Versions);
        });
        return command;
    }

    private static Command RollBack()
    {
        var version = new Option<long?>("--version") { HelpName = "NUMBER", Description = "Which one [default: the one before the current, which undoes the last change]" };
        Option<bool> dryRun = DryRun();
        Option<string> comment = Comment();
        var server = new ServerOptions();
        var command = new Command("rollback", "Goes back to a former version, as a new one." + ExitText) { version, dryRun, comment };
        server.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            using ServerClient client = server.Open(result);
            string query = Query(
                ("version", result.GetValue(version)?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                ("dryRun", result.GetValue(dryRun) ? "true" : null),
                ("comment", result.GetValue(comment)));
            return Finish(result, server, await client.PostAsync("/configuration/rollback" + query, null, NewKey(), cancellation), ConfigText.Applied);
        });
        return command;
    }

    private static async Task<int> SendAsync(ParseResult result, ServerOptions server, string path, bool dryRun, string? comment, CancellationToken cancellation)
    {
        // Looked at here first: mistakes are told with the user's own paths, and nothing is sent for them.
        ConfigurationResult read = ConfigurationLoader.LoadFile(path);
        if (read.Configuration is null)
        {
            CheckConfigCommand.WriteFindings(read, result.InvocationConfiguration.Error);
            return ExitCodes.Refused;
        }

        using ServerClient client = server.Open(result);
        var model = new ConfigurationFilesModel
        {
            Files = [.. read.Files.Select(static file => new ConfigurationFileModel { Name = Path.GetFileName(file.Name), Text = file.Text })],
            Sounds = read.Sounds.Count == 0 ? null : [.. read.Sounds.Select(static sound => new SoundFileModel { Name = sound.Name, Base64 = Convert.ToBase64String(sound.Bytes.Span) })],
        };
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(model, CommandJson.Default.ConfigurationFilesModel));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        string query = Query(("dryRun", dryRun ? "true" : null), ("comment", comment));
        return Finish(result, server, await client.PostAsync("/configuration" + query, content, NewKey(), cancellation), ConfigText.Applied);
    }

    private static int Finish(ParseResult result, ServerOptions server, ServerAnswer answer, Action<ServerAnswer, TextWriter> write)
    {
        InvocationConfiguration console = result.InvocationConfiguration;
        if (server.IsJson(result))
        {
            answer.WriteJson(console.Output);
            return answer.IsGood ? ExitCodes.Success : answer.Refuse(TextWriter.Null);
        }

        if (!answer.IsGood)
        {
            foreach (JsonElement mistake in answer.List("mistakes"))
            {
                console.Error.WriteLine(ConfigText.Mistake(mistake, ""));
            }

            return answer.Refuse(console.Error);
        }

        write(answer, console.Output);
        return ExitCodes.Success;
    }

    private static string Query(params (string Name, string? Value)[] parameters)
    {
        string query = string.Join('&', parameters.Where(static parameter => parameter.Value is not null).Select(static parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}"));
        return query.Length == 0 ? "" : "?" + query;
    }

    /// <summary>Of its own for each run of the command.</summary>
    private static string NewKey() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private static Argument<string> FileArgument() => new("file") { Description = "Configuration file in YAML, or a folder of them" };

    private static Option<bool> DryRun() => new("--dry-run") { Description = "Say what would change, and change nothing" };

    private static Option<string> Comment() => new("--comment") { HelpName = "TEXT", Description = "Why, for the list of versions; at most 200 characters" };
}
