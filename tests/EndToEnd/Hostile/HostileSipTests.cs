using System.Net;
using System.Text;
using Routing.EndToEnd.Processes;
using Xunit;

namespace Routing.EndToEnd.Hostile;

/// <summary>The running program among people who mean harm: right answers or silence, and calls go on.</summary>
public sealed class HostileSipTests
{
    [Fact]
    public async Task Every_hostile_datagram_gets_the_answer_of_the_RFC_or_silence_and_calls_go_on()
    {
        await using Scene scene = await Scene.OpenAsync();
        using RawUdp mallory = new(scene.Server.Network.NextAddress(), scene.Server.SipAddress);

        List<string> wrong = [];
        foreach ((string name, int status, byte[] bytes) in HostileCorpus.All(mallory.Local))
        {
            var answers = await mallory.AnswersAsync(bytes);
            int[] statuses = [.. answers.Select(HostileText.StatusOf).Where(static answer => answer >= 200).Distinct()];
            if (status == 0 ? statuses.Length > 0 : statuses is not [var only] || only != status)
            {
                wrong.Add($"{name}: {string.Join(',', statuses)} instead of {status}");
            }

            foreach (string answer in answers.Where(static answer => HostileText.StatusOf(answer) >= 300 && answer.Contains(" INVITE\r\n", StringComparison.Ordinal)))
            {
                mallory.Send(AckOf(answer, mallory.Local));
            }
        }

        Assert.Empty(wrong);
        await CallWorksAsync(scene);
    }

    [Fact]
    public async Task Answers_go_where_the_request_came_from_whatever_its_Via_says()
    {
        await using Scene scene = await Scene.OpenAsync();
        using RawUdp victim = new(scene.Server.Network.NextAddress(), scene.Server.SipAddress);
        using RawUdp mallory = new(scene.Server.Network.NextAddress(), scene.Server.SipAddress);
        foreach (string via in (string[])[$"{victim.Local};branch=z9hG4bK1;rport", $"{victim.Local.Address};branch=z9hG4bK2;rport;maddr={victim.Local.Address};received={victim.Local.Address}"])
        {
            string request = HostileText.Request("OPTIONS", mallory.Local, "via-" + via.GetHashCode(StringComparison.Ordinal))
                .Replace($"{mallory.Local};branch", $"{via};x", StringComparison.Ordinal);
            mallory.Send(request);
            Assert.Equal(200, HostileText.StatusOf(await mallory.ReceiveAsync()));
        }

        Assert.Empty(await victim.AnswersAsync("\r\n\r\n"u8.ToArray()));
    }

    [Fact]
    public async Task Guessing_passwords_ends_in_silence_and_others_on_the_same_address_go_on()
    {
        const int guesses = 200;
        await using Scene scene = await Scene.OpenAsync();
        string address = scene.Server.Network.NextAddress();
        using RawUdp mallory = new(address, scene.Server.SipAddress);
        string challenge = Assert.Single(await mallory.AnswersAsync(Encoding.ASCII.GetBytes(Register(mallory, 0, ""))));

        int refused = 0;
        for (int i = 1; i <= guesses; i++)
        {
            mallory.Send(Register(mallory, i, HostileText.Authorization(i % 2 == 0 ? "alice" : "nobody", $"guess-{i}", "REGISTER", HostileText.NonceOf(challenge))));
            if (refused < 21)
            {
                Assert.Equal(403, HostileText.StatusOf(await mallory.ReceiveAsync()));
                refused++;
            }
        }

        await scene.Server.Process.OutputLineAsync($"{address} is banned");
        // The right password does not help any more; another program with the same address is not concerned.
        mallory.Send(Register(mallory, guesses + 1, HostileText.Authorization("alice", "alice-demo", "REGISTER", HostileText.NonceOf(challenge))));
        using RawUdp other = new(address, scene.Server.SipAddress);
        Assert.Equal(401, HostileText.StatusOf(Assert.Single(await other.AnswersAsync(Encoding.ASCII.GetBytes(Register(other, 0, ""))))));
        string metrics = await scene.Server.GetTextAsync("/metrics");
        Assert.Contains("routing_sip_sources_banned 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("routing_sip_defence_total{reason=\"authentication-failures\"} 21\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"routing_sip_defence_total{{reason=\"dropped-banned\"}} {guesses - 21 + 1}\n", metrics, StringComparison.Ordinal);
        await CallWorksAsync(scene);
    }

    private static string Register(RawUdp client, int number, string authorization) =>
        HostileText.Request("REGISTER", client.Local, "register", "sip:demo", authorization, cseq: number + 1)
            .Replace("<sip:mallory@demo>;tag", "<sip:alice@demo>;tag", StringComparison.Ordinal);

    private static string AckOf(string response, IPEndPoint local)
    {
        string Header(string name) => response.Split("\r\n").First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return $"ACK sip:1000@demo SIP/2.0\r\n{Header("Via")}\r\nMax-Forwards: 70\r\n{Header("From")}\r\n{Header("To")}\r\n{Header("Call-ID")}\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n";
    }

    private static async Task CallWorksAsync(Scene scene)
    {
        ChildProcess alice = await scene.SippAgentAsync("alice", "agent_answers");
        ChildProcess caller = scene.SippCaller("0901", "1000");
        await alice.SucceedsAsync();
        await caller.SucceedsAsync();
        await scene.Live.CallAsync("0901", "ended");
    }
}
