using System.Text;
using System.Text.Json.Serialization.Metadata;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Remote;

/// <summary>What a client reads over links: questions until their answers, and subscriptions, both asked again wherever a domain goes.</summary>
/// <param name="gate">The host's lock.</param>
/// <param name="channelOf">The reading link to the owner of a domain; null while there is none.</param>
internal sealed class RemoteReads(Lock gate, Func<DomainId, ILinkChannel?> channelOf, TimeProvider time, IMailboxLog log) : IDisposable
{
    private const int EventRetryMs = 250;

    private readonly Dictionary<long, PendingAsk> _asks = [];
    private readonly Dictionary<long, RemoteSubscription> _subscriptions = [];
    private readonly CancellationTokenSource _stopping = new();
    private long _lastNumber;

    public void Dispose()
    {
        PendingAsk[] asks;
        lock (gate)
        {
            asks = [.. _asks.Values];
            _asks.Clear();
            _subscriptions.Clear();
        }

        _stopping.Cancel();
        Array.ForEach(asks, ask => ask.Failed(new ObjectDisposedException(nameof(RemoteHost))));
        _stopping.Dispose();
    }

    /// <summary>Waits while the domain is away; the caller gives up by the token.</summary>
    public async Task<T?> AskAsync<T>(
        DomainId domain, LinkQuestion question, string text, long argument, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        PendingAskOf<T> ask;
        lock (gate)
        {
            ask = new PendingAskOf<T>(++_lastNumber, domain, question, text, argument, type);
            _asks.Add(ask.Number, ask);
            if (channelOf(domain) is { } channel)
            {
                ask.Send(channel);
            }
        }

        try
        {
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
            using CancellationTokenRegistration ended = either.Token.Register(() => ask.Cancel(either.Token));
            return await ask.Answer.ConfigureAwait(false);
        }
        finally
        {
            lock (gate)
            {
                _asks.Remove(ask.Number);
            }
        }
    }

    public RemoteSubscription Subscribe(DomainId domain, long afterSequence, IEventSink sink)
    {
        RemoteSubscription subscription = new(this, domain, afterSequence, sink);
        lock (gate)
        {
            Ask(subscription);
        }

        return subscription;
    }

    public void Unsubscribe(RemoteSubscription subscription)
    {
        lock (gate)
        {
            if (_subscriptions.Remove(subscription.Number))
            {
                subscription.End();
            }
        }
    }

    /// <summary>Everything is numbered anew: who subscribed begins from the first turn. Before <see cref="AskAgain"/>, without the lock.</summary>
    public void StartOver()
    {
        RemoteSubscription[] subscriptions;
        lock (gate)
        {
            subscriptions = [.. _subscriptions.Values];
            foreach (RemoteSubscription subscription in subscriptions)
            {
                // What is still on its way is of the former history.
                subscription.End();
                _subscriptions.Remove(subscription.Number);
                subscription.Number = ++_lastNumber;
                _subscriptions.Add(subscription.Number, subscription);
            }
        }

        foreach (RemoteSubscription subscription in subscriptions)
        {
            try
            {
                subscription.StartOver();
            }
            catch (Exception exception)
            {
                log.HandlerFailed("start over", exception);
            }
        }
    }

    /// <summary>There is a new way to the owners of these domains. The lock is held.</summary>
    public void AskAgain(HashSet<DomainId> domains)
    {
        foreach (PendingAsk ask in _asks.Values)
        {
            if (domains.Contains(ask.Domain) && !ask.IsOver && channelOf(ask.Domain) is { } channel)
            {
                ask.Send(channel);
            }
        }

        foreach (RemoteSubscription subscription in _subscriptions.Values.ToArray())
        {
            if (domains.Contains(subscription.Domain))
            {
                _subscriptions.Remove(subscription.Number);
                subscription.End();
                Ask(subscription);
            }
        }
    }

    public void OnAnswer(ref FrameReader reader)
    {
        long number = reader.Number();
        var how = (LinkAnswer)reader.Number();
        ReadOnlySpan<byte> rest = reader.Bytes();
        PendingAsk? ask;
        lock (gate)
        {
            // A domain that moved a moment ago is asked again where it is told to be next.
            if (how == LinkAnswer.NoDomain || !_asks.Remove(number, out ask))
            {
                return;
            }
        }

        if (how == LinkAnswer.Found)
        {
            ask.Found(rest);
        }
        else
        {
            ask.Failed(new StoreException(StoreFailure.Io, Encoding.UTF8.GetString(rest)));
        }
    }

    public void OnEvents(long number, TurnEvents turn)
    {
        RemoteSubscription? subscription;
        lock (gate)
        {
            subscription = _subscriptions.GetValueOrDefault(number);
        }

        try
        {
            subscription?.Deliver(turn);
        }
        catch (Exception exception)
        {
            log.HandlerFailed("event", exception);
            AskLater(subscription!);
        }
    }

    private void Ask(RemoteSubscription subscription)
    {
        subscription.Number = ++_lastNumber;
        _subscriptions.Add(subscription.Number, subscription);
        if (channelOf(subscription.Domain) is { } channel)
        {
            subscription.Ask(channel);
        }
    }

    /// <summary>The sink refused a turn: what follows is dropped, and asked for again a little later.</summary>
    private void AskLater(RemoteSubscription subscription)
    {
        lock (gate)
        {
            if (!_subscriptions.Remove(subscription.Number))
            {
                return;
            }

            subscription.End();
            long number = ++_lastNumber;
            subscription.Number = number;
            _subscriptions.Add(number, subscription);
            subscription.Retry = time.CreateTimer(
                _ => AskNow(number), null, TimeSpan.FromMilliseconds(EventRetryMs), Timeout.InfiniteTimeSpan);
        }
    }

    private void AskNow(long number)
    {
        lock (gate)
        {
            if (_subscriptions.TryGetValue(number, out RemoteSubscription? subscription) && channelOf(subscription.Domain) is { } channel)
            {
                subscription.Ask(channel);
            }
        }
    }
}
