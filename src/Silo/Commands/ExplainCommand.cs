using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Routing.Silo.Hosting;

namespace Routing.Silo.Commands;

/// <summary><c>routing explain call ID | agent ID | decision CALL/NUMBER</c>: why a call waits, why an agent is idle, why an agent got a call; asked of a running server.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var command = new Command("explain", "Asks a running server why: why a call is still waiting, why an agent is idle, why an agent was offered a call. Exit code 0: answered, 2: there is no such thing, 3: no answer.");
        command.Subcommands.Add(Create("call", "id", "Id of the call, as GET calls shows it", "Why a call is still waiting: who could serve it, what they do, what happens next.", Call));
        command.Subcommands.Add(Create("agent", "id", "Id of the agent", "Why an agent is idle or not available, since when, and why none of the calls that wait is theirs.", Agent));
        command.Subcommands.Add(Create("decision", "offer", "CALL/NUMBER: the call and the number of the offer; CALL alone: all of its offers", "Why an agent was offered a call: rule, candidates, who was passed over and why, configuration version.", Decision));
        return command;
    }

    private static Command Create(
        string name, string argument, string argumentText, string text, Func<ServerClient, string, TextWriter?, TextWriter, TextWriter, CancellationToken, Task<int>> run)
    {
        var what = new Argument<string>(argument) { Description = argumentText };
        var command = new Command(name, text) { what };
        var server = new ServerOptions();
        server.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            using ServerClient client = server.Open(result);
            TextWriter output = result.InvocationConfiguration.Output;
            return await run(client, result.GetValue(what)!, server.IsJson(result) ? output : null, output, result.InvocationConfiguration.Error, cancellation);
        });
        return command;
    }

    private static Task<int> Call(ServerClient client, string id, TextWriter? json, TextWriter output, TextWriter errors, CancellationToken cancellation) =>
        Explain(client, $"/calls/{Uri.EscapeDataString(id)}/explanation", json, output, errors, cancellation);

    private static Task<int> Agent(ServerClient client, string id, TextWriter? json, TextWriter output, TextWriter errors, CancellationToken cancellation) =>
        Explain(client, $"/agents/{Uri.EscapeDataString(id)}/explanation", json, output, errors, cancellation);

    private static async Task<int> Explain(ServerClient client, string path, TextWriter? json, TextWriter output, TextWriter errors, CancellationToken cancellation) =>
        WriteExplanation(await client.GetAsync(path, cancellation), json, output, errors);

    private static int WriteExplanation(ServerAnswer answer, TextWriter? json, TextWriter output, TextWriter errors)
    {
        if (!answer.IsGood)
        {
            return answer.Refuse(errors);
        }

        if (json is not null)
        {
            answer.WriteJson(json);
            return ExitCodes.Success;
        }

        output.WriteLine(answer.Text("text"));
        foreach (JsonElement line in answer.List("details"))
        {
            output.WriteLine("  " + line.GetString());
        }

        output.WriteLine($"  [{answer.Text("reason")}; turn {answer.Text("sequence")}, configuration {answer.Text("configurationVersion")}]");
        return ExitCodes.Success;
    }

    private static async Task<int> Decision(ServerClient client, string offer, TextWriter? json, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        int slash = offer.LastIndexOf('/');
        int number = 0;
        if (slash >= 0 && !int.TryParse(offer.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            throw new StartupException($"offer: '{offer}' is no offer; write CALL/NUMBER, for example c-1/2, or CALL for all of them");
        }

        string call = slash < 0 ? offer : offer[..slash];
        ServerAnswer answer = await client.GetAsync("/calls/" + Uri.EscapeDataString(call), cancellation);
        if (answer.Status == HttpStatusCode.NotFound && slash < 0 && offer.All(char.IsAsciiDigit))
        {
            await errors.WriteLineAsync($"routing: there is no call '{offer}', and an offer is CALL/NUMBER, for example c-1/{offer}");
            return ExitCodes.Refused;
        }

        return WriteDecisions(answer, call, slash < 0 ? null : number, json, output, errors);
    }

    /// <param name="answer">The call with all its offers.</param>
    /// <param name="call">Its id.</param>
    /// <param name="number">Of the offer; null: all of them.</param>
    /// <param name="json">Where JSON is wanted; else null.</param>
    /// <param name="output">Where text goes.</param>
    /// <param name="errors">Where it is said what is not there.</param>
    private static int WriteDecisions(ServerAnswer answer, string call, int? number, TextWriter? json, TextWriter output, TextWriter errors)
    {
        if (!answer.IsGood)
        {
            return answer.Refuse(errors);
        }

        string? wanted = number?.ToString(CultureInfo.InvariantCulture);
        List<JsonElement> offers = [.. answer.List("offers").Where(one => wanted is null || ServerAnswer.TextOf(one, "number") == wanted)];
        if (offers.Count == 0)
        {
            errors.WriteLine(wanted is null ? $"routing: call '{call}' was not offered to anybody; 'explain call' says why" : $"routing: call '{call}' has no offer {wanted}, or it is too old to be kept");
            return ExitCodes.Refused;
        }

        foreach (JsonElement one in offers)
        {
            if (json is not null)
            {
                (answer with { Body = one }).WriteJson(json);
            }
            else
            {
                DecisionText.Write(output, call, one);
            }
        }

        return ExitCodes.Success;
    }
}
