using Routing.Contracts.Ids;

namespace Routing.Contracts.Configuration;

/// <summary>Who may register as which agent.</summary>
public sealed record EdgeAgent(AgentId Agent, string SipUser, string Ha1Md5, string Ha1Sha256);
