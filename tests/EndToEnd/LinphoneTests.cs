using Routing.EndToEnd.Phones;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>Calls between phones of one maker that all other tests do not use.</summary>
public sealed class LinphoneTests
{
    [Fact]
    public async Task A_linphone_waits_is_moved_to_a_linphone_that_registers_and_hangs_up()
    {
        await using Scene scene = await Scene.OpenAsync();
        string folder = scene.Server.Folder;
        await using Linphone caller = await Linphone.StartAsync(folder, "0801", scene.Server.Network.NextAddress());
        await using Linphone alice = await Linphone.StartAsync(folder, "alice", scene.Server.Network.NextAddress());

        await caller.DialAsync(scene.UriOf("1000"));
        await scene.Live.WaitingAsync("support", 1);
        await alice.RegisterAsync("alice", scene.Server.SipAddress, "alice-demo");
        await scene.Live.AgentAsync("alice", "talking");
        await alice.StateAsync("StreamsRunning");

        // The re-INVITE that moves the caller from the tone to the agent.
        await caller.StateAsync("UpdatedByRemote");

        await caller.HangUpAsync();
        await alice.StateAsync("End");
        await scene.Live.AgentAsync("alice", "ready");
    }
}
