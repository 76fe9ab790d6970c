using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>What is left of an INVITE of ours when its call is over, in case a 200 comes again because its ACK was lost.</summary>
/// <param name="Tags">Of the 200s that were acknowledged.</param>
/// <param name="Flow">The flow that requests had to use, or null.</param>
internal sealed record AnsweredInvite(string[] Tags, SipFlow? Flow);
