using System.Globalization;
using Routing.Gateway.Telephony;
using Routing.Silo.Configuration;
using Routing.Sip.Transport;

namespace Routing.Silo.Diagnostics;

/// <summary>What the SIP side counts, and how much of everything lives in it now.</summary>
internal sealed class GatewayMetrics(SipGateway gateway) : IMetricsSource
{
    public void Write(PrometheusText text)
    {
        SipGatewaySnapshot now = gateway.Snapshot();
        text.Gauge("routing_sip_calls_live", "Calls in the gateway.").Sample(now.CallsLive);
        text.Gauge("routing_sip_calls_on_hold", "Calls whose caller hears our tone.").Sample(now.CallsOnHold);
        text.Gauge("routing_sip_calls_connected", "Calls whose media goes between caller and agent.").Sample(now.CallsConnected);
        text.Gauge("routing_sip_dialogs_live", "Dialogs, early ones included.").Sample(now.DialogsLive);
        text.Gauge("routing_sip_connections_live", "Open TCP connections.").Sample(now.ConnectionsLive);
        text.Gauge("routing_sip_flows_named", "Connections that bindings name.").Sample(now.FlowsNamed);
        WriteMessages(text, now.Sip);
        text.Counter("routing_sip_events_total", "What the SIP stack and its transactions did, by kind.");
        foreach (SipCounter counter in Enum.GetValues<SipCounter>().Where(counter => !IsLive(counter)))
        {
            text.Sample(now.Sip[counter], ("event", MappingReader.KebabCase(counter.ToString())));
        }

        text.Gauge("routing_sip_live", "What lives in the SIP stack now, by kind; zero when no call is left.");
        foreach (SipCounter counter in Enum.GetValues<SipCounter>().Where(IsLive))
        {
            text.Sample(now.Sip[counter], ("kind", MappingReader.KebabCase(counter.ToString())));
        }

        text.Counter("routing_gateway_events_total", "What the gateway did, by kind.");
        foreach (SipGatewayCounter counter in Enum.GetValues<SipGatewayCounter>())
        {
            text.Sample(now.Gateway[counter], ("event", MappingReader.KebabCase(counter.ToString())));
        }

        WriteMedia(text, now);
        WriteLoop(text, now);
    }

    private static bool IsLive(SipCounter counter) => counter.ToString().EndsWith("Live", StringComparison.Ordinal);

    private static void WriteMessages(PrometheusText text, SipCounters sip)
    {
        Messages(text.Counter("routing_sip_requests_in_total", "SIP requests received."), "method", sip.RequestsIn, method => method);
        Messages(text.Counter("routing_sip_requests_out_total", "SIP requests sent, repeats included."), "method", sip.RequestsOut, method => method);
        Messages(text.Counter("routing_sip_responses_in_total", "SIP responses received."), "class", sip.ResponsesIn, StatusClass);
        Messages(text.Counter("routing_sip_responses_out_total", "SIP responses sent, repeats included."), "class", sip.ResponsesOut, StatusClass);
        Messages(
            text.Counter("routing_sip_refused_total", "What arrived and was no acceptable SIP message."), "reason", sip.Refused, reason => MappingReader.KebabCase(reason.ToString()));
    }

    private static string StatusClass(int first) => first.ToString(CultureInfo.InvariantCulture) + "xx";

    private static void Messages<TKey>(PrometheusText family, string label, IReadOnlyDictionary<TKey, long> counts, Func<TKey, string> nameOf)
    {
        foreach ((TKey key, long count) in counts.OrderBy(pair => nameOf(pair.Key), StringComparer.Ordinal))
        {
            family.Sample(count, (label, nameOf(key)));
        }
    }

    private static void WriteMedia(PrometheusText text, SipGatewaySnapshot now)
    {
        text.Gauge("routing_rtp_ports_used", "Ports of hold media in use.").Sample(now.Media.PortsUsed);
        text.Gauge("routing_rtp_streams_playing", "Callers who hear the hold tone.").Sample(now.Media.StreamsPlaying);
        text.Counter("routing_rtp_packets_sent_total", "Packets of hold media sent.").Sample(now.Media.PacketsSent);
        text.Counter("routing_rtp_packets_skipped_total", "Packets not sent because their time had passed.").Sample(now.Media.PacketsSkipped);
        text.Counter("routing_rtp_packets_late_total", "Packets sent more than 5 ms late.").Sample(now.Media.LateOver5MillisecondsCount);
        text.Counter("routing_rtp_send_errors_total", "Packets that could not be sent.").Sample(now.Media.SendErrors);
    }

    private static void WriteLoop(PrometheusText text, SipGatewaySnapshot now)
    {
        text.Gauge("routing_sip_timers_live", "Armed SIP timers.").Sample(now.Loop.TimersLive);
        text.Gauge("routing_sip_inbox", "Work waiting for the SIP thread.").Sample(now.Loop.InboxItems);
        text.Counter("routing_sip_network_refused_total", "Datagrams and reads refused because the SIP thread's inbox was full.").Sample(now.Loop.NetworkRefused);
        text.Counter("routing_sip_faults_total", "Faults that reached the SIP thread.").Sample(now.Loop.Faults);
    }
}
