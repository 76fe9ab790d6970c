using Routing.Gateway.Telephony;
using Routing.Gateway.Telephony.Defence;
using Routing.Silo.Configuration;

namespace Routing.Silo.Diagnostics;

/// <summary>What the SIP side kept out, by reason.</summary>
internal sealed class DefenceMetrics(SipGateway gateway) : IMetricsSource
{
    public void Write(PrometheusText text)
    {
        DefenceSnapshot now = gateway.Snapshot().Defence;
        text.Gauge("routing_sip_sources_banned", "Sources banned now.").Sample(now.SourcesBanned);
        text.Counter("routing_sip_defence_total", "What was dropped in silence, refused or banned, by reason.");
        foreach (DefenceCounter counter in Enum.GetValues<DefenceCounter>())
        {
            text.Sample(now[counter], ("reason", MappingReader.KebabCase(counter.ToString())));
        }
    }
}
