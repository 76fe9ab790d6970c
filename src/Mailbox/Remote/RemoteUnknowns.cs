using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Remote;

/// <summary>
/// Effects that this gateway's release does not know. They are taken and acknowledged like others, so that nothing waits behind them; an operator is told here, and the silo keeps each as a dead letter.
/// </summary>
internal static class RemoteUnknowns
{
    /// <summary>Before the effects are let out: what is acknowledged was told of.</summary>
    public static void Tell(RemoteConnection connection, IReadOnlyList<RemoteNews> news, IMailboxLog log)
    {
        foreach (RemoteNews one in news)
        {
            if (one.Effect is { Effect: UnknownEffect unknown } effect)
            {
                log.NotUnderstood(effect.Domain, $"effect {effect.Sequence} for call {unknown.Call}", "it is of a newer release than this gateway, and was not done");
                if (connection.Version >= LinkSession.UnknownVersion)
                {
                    connection.Channel?.Send(FrameWriter.Begin(LinkFrameKind.Unknown).Text(one.Gateway.Value).Text(effect.Domain.Value).Number(effect.Sequence).Bytes(unknown.Json.Span).Written);
                }
            }
        }
    }
}
