using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Sip.Auth;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony.Rig;

/// <summary>Digest credentials, made by the library's client side.</summary>
internal static class Credentials
{
    public static EdgeAgent Agent(string user, string password) => new(
        AgentId.Of(user), user, Digest.ComputeHa1(DigestAlgorithm.Md5, user, "demo", password), Digest.ComputeHa1(DigestAlgorithm.Sha256, user, "demo", password));

    /// <summary>Answers a challenge.</summary>
    public static void Add(SipRequest request, SipResponse challenge, string user, string password)
    {
        DigestClient client = new(user, password, static () => "cnonce");
        Assert.True(client.TryAccept(challenge, request));
        client.Authorize(request);
    }
}
