using Routing.Mailbox.Remote;
using Routing.Silo.Configuration;

namespace Routing.Silo.Diagnostics;

/// <summary>Links between the processes of a cluster: those that this one keeps to silos, and those that gateways and silos keep to this silo. As many labels as the cluster has processes.</summary>
/// <param name="links">Reads those to silos; null in a process that keeps none.</param>
/// <param name="server">Hears the others; null in a gateway.</param>
internal sealed class LinkMetrics(Func<LinksStatus>? links, LinkServer? server) : IMetricsSource
{
    private const double MillisecondsPerSecond = 1_000;

    public void Write(PrometheusText text)
    {
        if (links is not null)
        {
            WriteLinks(text, links());
        }

        if (server is not null)
        {
            WriteClients(text, server.Clients());
            text.Counter("routing_link_refusals_total", "Connections that this silo did not let in, by reason.");
            foreach (LinkRefusal reason in Enum.GetValues<LinkRefusal>().Where(static reason => reason is not (LinkRefusal.None or LinkRefusal.SameSilo)))
            {
                text.Sample(server.RefusalsCount(reason), ("reason", MappingReader.KebabCase(reason.ToString())));
            }
        }
    }

    internal static void WriteLinks(PrometheusText text, LinksStatus status)
    {
        Family(text.Gauge("routing_link_connected", "1 while this process has the link to that silo; named by its address as long as it was never reached."), static link => link.IsConnected ? 1 : 0);
        Family(text.Gauge("routing_link_silent_seconds", "For how long nothing came over the link; a silo that lives says something every half second. Not told while not connected."), static link => link.SilentMs / MillisecondsPerSecond);
        Family(text.Gauge("routing_link_queued_bytes", "Bytes that wait to be sent to that silo."), static link => link.QueuedBytes);
        Family(text.Gauge("routing_link_inputs_unanswered", "Inputs for domains of that silo that it has not answered."), static link => link.UnansweredInputs);
        Family(text.Counter("routing_link_reconnects_total", "How often the link was made again."), static link => link.ReconnectsCount);
        Family(text.Counter("routing_link_refused_total", "How often that silo, or this process, refused to go on: the log says why."), static link => link.RefusalsCount);
        text.Gauge("routing_link_inputs_ownerless", "Inputs kept for domains of which no owner is reached.").Sample(status.OwnerlessInputs);

        void Family(PrometheusText family, Func<LinkStatus, double?> value)
        {
            foreach (LinkStatus link in status.Links)
            {
                if (value(link) is { } number)
                {
                    family.Sample(number, ("peer", link.Peer), ("link", link.Purpose));
                }
            }
        }
    }

    internal static void WriteClients(PrometheusText text, IReadOnlyList<LinkClientStatus> clients)
    {
        Family(text.Gauge("routing_link_client_connections", "Connections of that gateway or silo to this silo: two when it is well, 0 when it left within the last hour."), static client => client.ConnectionsCount);
        Family(text.Gauge("routing_link_client_silent_seconds", "For how long nothing came over that of its connections which is silent for longest. Not told while there is none."), static client => client.SilentMs / MillisecondsPerSecond);
        Family(text.Gauge("routing_link_client_queued_bytes", "Bytes that wait to be sent to it."), static client => client.QueuedBytes);
        Family(text.Gauge("routing_link_client_inputs_unanswered", "Inputs taken from it and not answered."), static client => client.UnansweredInputs);
        Family(text.Counter("routing_link_client_connects_total", "How often a connection of it was let in."), static client => client.ConnectsCount);

        void Family(PrometheusText family, Func<LinkClientStatus, double?> value)
        {
            foreach (LinkClientStatus client in clients)
            {
                if (value(client) is { } number)
                {
                    family.Sample(number, ("peer", client.Client));
                }
            }
        }
    }
}
