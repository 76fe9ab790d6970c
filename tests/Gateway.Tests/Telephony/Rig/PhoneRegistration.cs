using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony.Rig;

/// <summary>The REGISTER of a phone of agent alice, over SIP.</summary>
internal static class PhoneRegistration
{
    private const string Realm = "sip:demo@127.0.0.1:5060";

    /// <summary>As a phone does: answers challenges, stale ones too, and tries again when nobody answers.</summary>
    public static async Task RunAsync(CrashRig rig, Robot robot)
    {
        var phone = robot.Phone;
        SipResponse? challenge = null;
        for (int number = 1; ; number++)
        {
            var request = phone.NewRequest(SipMethod.Register, Realm);
            request.Headers.Set(HeaderId.From, "<sip:alice@demo>;tag=r");
            request.Headers.Set(HeaderId.To, "<sip:alice@demo>");
            request.Headers.Set(HeaderId.CallId, "register-alice");
            request.Headers.Set(HeaderId.CSeq, $"{number} REGISTER");
            if (challenge is not null)
            {
                Credentials.Add(request, challenge, "alice", "alice-demo");
            }

            phone.Send(request);
            int failures = phone.Failures.Count;
            bool IsAnswer(SipResponse response) => response.CSeq.Method == SipMethod.Register && response.CSeq.Number == number;
            await rig.UntilAsync(() => phone.Responses.Exists(IsAnswer) || phone.Failures.Count > failures, "an answer to REGISTER");
            var answer = phone.Responses.Find(IsAnswer);
            if (answer?.IsSuccess == true)
            {
                Assert.Single(answer.Headers.Contacts);
                return;
            }

            Assert.True(answer is null or { StatusCode: 401 } && number < 10, $"REGISTER {number} got {answer?.StatusCode}");
            challenge = answer;
        }
    }
}
