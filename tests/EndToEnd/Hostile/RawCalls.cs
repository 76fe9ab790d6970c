using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Routing.EndToEnd.Processes;
using Xunit;

namespace Routing.EndToEnd.Hostile;

/// <summary>Calls made of texts, for tests of what is answered when something fails.</summary>
internal static class RawCalls
{
    /// <summary>A call that was answered and acknowledged; the 200.</summary>
    public static async Task<string> AnsweredAsync(RawUdp caller, string call)
    {
        string answer = await InviteAsync(caller, call);
        Assert.Equal(200, HostileText.StatusOf(answer));
        caller.Send(InDialog("ACK", 1, answer, caller.Local));
        return answer;
    }

    /// <summary>The final response.</summary>
    public static async Task<string> InviteAsync(RawUdp caller, string call)
    {
        caller.Send(Encoding.UTF8.GetBytes(HostileText.Request("INVITE", caller.Local, call, body: HostileText.Sdp)));
        string response;
        do
        {
            response = await ResponseAsync(caller, "INVITE");
        }
        while (HostileText.StatusOf(response) < 200 || !response.Contains($"Call-ID: {call}\r\n", StringComparison.Ordinal));

        if (HostileText.StatusOf(response) >= 300)
        {
            caller.Send(InDialog("ACK", 1, response, caller.Local, $"z9hG4bK-{call}-1-INVITE"));
        }

        return response;
    }

    /// <summary>The next response to a method. The server may ask something meanwhile: after a start, whether the caller is still there.</summary>
    public static async Task<string> ResponseAsync(RawUdp caller, string method)
    {
        string message;
        do
        {
            message = await caller.ReceiveAsync();
        }
        while (!message.StartsWith("SIP/2.0 ", StringComparison.Ordinal) || !Regex.IsMatch(message, $@"\r\nCSeq: *\d+ {method}\r\n"));

        return message;
    }

    public static string InDialog(string method, int cseq, string response, IPEndPoint local, string? branch = null)
    {
        string Header(string name) => response.Split("\r\n").First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return $"{method} sip:1000@demo SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch={branch ?? $"z9hG4bK-{method}-{cseq}"};rport\r\nMax-Forwards: 70\r\n{Header("From")}\r\n"
            + $"{Header("To")}\r\n{Header("Call-ID")}\r\nCSeq: {cseq} {method}\r\nContent-Length: 0\r\n\r\n";
    }

    /// <summary>Hangs up with BYE, and is answered.</summary>
    public static async Task HangUpAsync(RawUdp caller, string answer)
    {
        caller.Send(InDialog("BYE", 2, answer, caller.Local));
        Assert.Equal(200, HostileText.StatusOf(await ResponseAsync(caller, "BYE")));
    }

    public static async Task<HttpStatusCode> StatusAsync(RoutingServer server, string path)
    {
        using HttpClient http = new();
        using HttpResponseMessage response = await http.GetAsync(new Uri($"http://{server.HttpAddress}{path}"));
        return response.StatusCode;
    }
}
