using System.Text.Json;
using Routing.Silo.Commands;
using Xunit;

namespace Routing.Silo.Tests.Commands;

public sealed class ConfigTextTests
{
    [Fact]
    public void A_dry_run_names_waiting_calls_and_who_loses_what()
    {
        using JsonDocument body = JsonDocument.Parse("""
            {"version":4,"changed":true,"dryRun":true,"changes":{
              "differences":[{"where":"queues[support].timeout","kind":"changed","from":"20s","to":"30s"},{"where":"agents[eve]","kind":"added"}],"differencesCount":7,
              "waiting":[{"queue":"support","calls":3,"keys":["timeout","needs"]}],"waitingCallsCount":3,
              "leaving":[{"agent":"bob","state":"talking"}],"leavingCount":1,
              "losing":[{"agent":"carol","queues":["support","billing"]}],"losingCount":12,
              "unserved":["billing"],"unservedCount":1}}
            """);
        using StringWriter output = new() { NewLine = "\n" };

        ConfigText.Applied(new ServerAnswer(System.Net.HttpStatusCode.OK, body.RootElement), output);

        Assert.Equal(
            """
            Would change version 4:
              queues[support].timeout: 20s → 30s
              agents[eve]: added
              … and 5 more
              3 waiting calls get other rules:
              calls waiting in support: 3 get the new timeout, needs at once
              agent carol may no longer serve support, billing
              … and 11 more agents
              nobody can serve queue billing any more
              agent bob is talking and leaves after the call

            """,
            output.ToString());
    }
}
