using System.Net;
using Routing.EndToEnd.Hostile;
using Routing.EndToEnd.Processes;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>The disk of the running program fails and comes back.</summary>
public sealed class StoreOutageTests
{
    [Fact]
    public async Task While_no_file_can_be_written_calls_go_on_new_ones_get_503_and_then_everything_works_again()
    {
        await using Scene scene = await Scene.OpenAsync();
        RoutingServer server = scene.Server;
        using RawUdp caller = new(server.Network.NextAddress(), server.SipAddress);
        string answer = await RawCalls.InviteAsync(caller, "before");
        Assert.Equal(200, HostileText.StatusOf(answer));
        caller.Send(RawCalls.InDialog("ACK", 1, answer, caller.Local));

        server.Process.LimitFiles(0);
        using RawUdp late = new(server.Network.NextAddress(), server.SipAddress);
        string refusal = await RawCalls.InviteAsync(late, "during");
        Assert.Equal(503, HostileText.StatusOf(refusal));
        Assert.Contains("\r\nRetry-After: ", refusal, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await RawCalls.StatusAsync(server, "/readyz"));
        Assert.Equal(HttpStatusCode.OK, await RawCalls.StatusAsync(server, "/healthz"));
        // Who hangs up is let go.
        caller.Send(RawCalls.InDialog("BYE", 2, answer, caller.Local));
        Assert.Equal(200, HostileText.StatusOf(await RawCalls.ResponseAsync(caller, "BYE")));
        Assert.Equal(503, HostileText.StatusOf(await RawCalls.InviteAsync(late, "during-2")));

        server.Process.LimitFiles(null);
        await server.Process.OutputLineAsync("works again");
        Assert.Equal(HttpStatusCode.OK, await RawCalls.StatusAsync(server, "/readyz"));
        ChildProcess alice = await scene.SippAgentAsync("alice", "agent_answers");
        ChildProcess next = scene.SippCaller("0901", "1000");
        await alice.SucceedsAsync();
        await next.SucceedsAsync();
        await scene.Live.CallAsync("0901", "ended");
        // The call that ended during the outage is over for the domain too, and of the refused ones nothing is left.
        Assert.Equal(0, (int)(await server.GetAsync("calls"))["total"]!);
        Assert.Single(FailuresTold(server));
    }

    [Fact]
    public async Task A_deleted_data_file_is_noticed_and_nothing_is_lost_when_it_is_back()
    {
        await using Scene scene = await Scene.OpenAsync();
        RoutingServer server = scene.Server;
        string[] files = Directory.GetFiles(Path.Combine(server.Folder, "data"), "mailbox.db*");
        Array.ForEach(files, static file => File.Move(file, file + ".away"));
        using RawUdp caller = new(server.Network.NextAddress(), server.SipAddress);

        Assert.Equal(503, HostileText.StatusOf(await RawCalls.InviteAsync(caller, "deleted")));
        await server.Process.OutputLineAsync("was deleted or moved away");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await RawCalls.StatusAsync(server, "/readyz"));

        Array.ForEach(files, static file => File.Move(file + ".away", file));
        await server.Process.OutputLineAsync("works again");
        Assert.Equal(200, HostileText.StatusOf(await RawCalls.InviteAsync(caller, "back")));
    }

    [Fact]
    public async Task A_disk_that_is_full_refuses_new_calls_keeps_those_that_are_and_goes_on_when_there_is_room_again()
    {
        SmallDisk? disk = null;
        await using Scene scene = await Scene.OpenAsync(prepare: folder => disk = SmallDisk.Mount(folder, 4 << 20));
        try
        {
            RoutingServer server = scene.Server;
            using RawUdp caller = new(server.Network.NextAddress(), server.SipAddress);
            string answer = await RawCalls.InviteAsync(caller, "before");
            Assert.Equal(200, HostileText.StatusOf(answer));
            caller.Send(RawCalls.InDialog("ACK", 1, answer, caller.Local));

            disk!.Fill();
            using RawUdp late = new(server.Network.NextAddress(), server.SipAddress);
            // The log still has some room of its own.
            string refusal = string.Empty;
            for (int i = 0; i < 500 && HostileText.StatusOf(refusal = await RawCalls.InviteAsync(late, $"full-{i}")) == 200; i++)
            {
                late.Send(RawCalls.InDialog("ACK", 1, refusal, late.Local));
            }

            Assert.Equal(503, HostileText.StatusOf(refusal));
            Assert.Contains("\r\nRetry-After: ", refusal, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await RawCalls.StatusAsync(server, "/readyz"));
            Assert.Equal(HttpStatusCode.OK, await RawCalls.StatusAsync(server, "/healthz"));
            caller.Send(RawCalls.InDialog("BYE", 2, answer, caller.Local));
            Assert.Equal(200, HostileText.StatusOf(await RawCalls.ResponseAsync(caller, "BYE")));

            disk.Empty();
            await server.Process.OutputLineAsync("works again");
            Assert.Equal(HttpStatusCode.OK, await RawCalls.StatusAsync(server, "/readyz"));
            using RawUdp next = new(server.Network.NextAddress(), server.SipAddress);
            Assert.Equal(200, HostileText.StatusOf(await RawCalls.InviteAsync(next, "room")));
            Assert.Contains("Full", Assert.Single(FailuresTold(server)), StringComparison.Ordinal);
        }
        finally
        {
            disk?.Dispose();
        }
    }

    [Fact]
    public async Task A_disk_that_hangs_refuses_new_calls_lets_go_who_hangs_up_and_loses_nothing_when_it_goes_on()
    {
        StallingDisk? disk = null;
        await using Scene scene = await Scene.OpenAsync(prepare: folder => disk = StallingDisk.Mount(folder));
        await using StallingDisk mounted = disk!;
        RoutingServer server = scene.Server;
        using RawUdp caller = new(server.Network.NextAddress(), server.SipAddress);
        using RawUdp stays = new(server.Network.NextAddress(), server.SipAddress);
        string answer = await RawCalls.AnsweredAsync(caller, "before");
        await RawCalls.AnsweredAsync(stays, "stays");

        await mounted.StallAsync();
        using RawUdp late = new(server.Network.NextAddress(), server.SipAddress);
        string refusal = await RawCalls.InviteAsync(late, "during");
        Assert.Equal(503, HostileText.StatusOf(refusal));
        Assert.Contains("\r\nRetry-After: ", refusal, StringComparison.Ordinal);
        await server.Process.OutputLineAsync("It has not come back");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await RawCalls.StatusAsync(server, "/readyz"));
        Assert.Equal(HttpStatusCode.OK, await RawCalls.StatusAsync(server, "/healthz"));
        caller.Send(RawCalls.InDialog("BYE", 2, answer, caller.Local));
        Assert.Equal(200, HostileText.StatusOf(await RawCalls.ResponseAsync(caller, "BYE")));

        await mounted.GoOnAsync();
        await server.Process.OutputLineAsync("works again");
        using RawUdp next = new(server.Network.NextAddress(), server.SipAddress);
        await RawCalls.AnsweredAsync(next, "after");
        Assert.Equal(HttpStatusCode.OK, await RawCalls.StatusAsync(server, "/readyz"));
        // Who hung up is gone, who was refused never came in, and who stayed is there.
        await scene.Live.WaitingAsync("support", 2);
    }

    [Fact]
    public async Task A_data_file_that_becomes_read_only_refuses_new_calls_keeps_those_that_are_and_works_again_without_a_restart()
    {
        await using Scene scene = await Scene.OpenAsync();
        RoutingServer server = scene.Server;
        using RawUdp caller = new(server.Network.NextAddress(), server.SipAddress);
        string answer = await RawCalls.AnsweredAsync(caller, "before");
        // Not the map of the log beside them (-shm): a page of it that cannot be written is a bus error, for SQLite as for any program that maps files.
        string[] files = [Path.Combine(server.DataFolder, "mailbox.db"), Path.Combine(server.DataFolder, "mailbox.db-wal")];

        await ProtectAsync(files, isProtected: true);
        try
        {
            using RawUdp late = new(server.Network.NextAddress(), server.SipAddress);
            string refusal = await RawCalls.InviteAsync(late, "during");
            Assert.Equal(503, HostileText.StatusOf(refusal));
            Assert.Contains("\r\nRetry-After: ", refusal, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await RawCalls.StatusAsync(server, "/readyz"));
            Assert.Equal(HttpStatusCode.OK, await RawCalls.StatusAsync(server, "/healthz"));
            caller.Send(RawCalls.InDialog("BYE", 2, answer, caller.Local));
            Assert.Equal(200, HostileText.StatusOf(await RawCalls.ResponseAsync(caller, "BYE")));
        }
        finally
        {
            await ProtectAsync(files, isProtected: false);
        }

        await server.Process.OutputLineAsync("works again");
        Assert.Equal(HttpStatusCode.OK, await RawCalls.StatusAsync(server, "/readyz"));
        using RawUdp next = new(server.Network.NextAddress(), server.SipAddress);
        await RawCalls.AnsweredAsync(next, "after");
        await scene.Live.WaitingAsync("support", 1);
        Assert.Contains(" 1103 ", server.Process.Output, StringComparison.Ordinal);
    }

    /// <summary>Failures of the store in the log. That the disk was slow for a while is told too, and says nothing of the test but of the machine.</summary>
    private static IEnumerable<string> FailuresTold(RoutingServer server) => server.Process.Output.Split('\n')
        .Where(static line => line.Contains(" 1103 ", StringComparison.Ordinal) && !line.Contains("(Stalled)", StringComparison.Ordinal));

    /// <summary>Nobody can write to a file that is immutable, whoever has it open: as on a file system that an error made read-only.</summary>
    private static async Task ProtectAsync(string[] files, bool isProtected)
    {
        await using ChildProcess chattr = ChildProcess.Start("chattr", [isProtected ? "+i" : "-i", .. files], Path.GetTempPath());
        Assert.True(await chattr.ExitAsync() == 0, chattr.Errors);
    }
}
