using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>
/// The tables of live transactions, and the matching of RFC 3261 §17.1.3 and §17.2.3. Everything is bounded: above the limits requests get a
/// stateless 503, and sending is refused. Belongs to the loop's thread.
/// </summary>
internal sealed class SipTransactionLayer
{
    private const int LoopDetected = 482;
    private const int ServiceUnavailable = 503;

    private readonly StatelessResponder _responder;
    private readonly ForgottenAnswers _forgotten;
    private readonly Dictionary<TransactionKey, SipClientTransaction> _clients = [];
    private readonly Dictionary<TransactionKey, SipServerTransaction> _servers = [];
    private readonly Dictionary<MergeKey, SipServerTransaction> _merges = [];
    private readonly Dictionary<SipFlow, HashSet<SipTransaction>> _byConnection = [];
    private readonly SourceShares _shares;
    private int _clientCount;
    private long _lastNumber;

    public SipTransactionLayer(
        SipLoop loop, ISipUser user, SipTransactionOptions options, SipOutput output, SipCounters counters, StatelessResponder responder)
    {
        Loop = loop;
        User = user;
        Options = options;
        Output = output;
        Counters = counters;
        _responder = responder;
        _forgotten = new ForgottenAnswers(loop.Time, options.Timers.Timeout, options.ForgottenLimitAnswers);
        _shares = new SourceShares(options.ServerLimitTransactions);
    }

    public SipLoop Loop { get; }

    public ISipUser User { get; }

    public SipTransactionOptions Options { get; }

    public SipOutput Output { get; }

    public SipCounters Counters { get; }

    /// <summary>Connections that some transaction depends on now.</summary>
    public int TrackedConnectionCount => _byConnection.Count;

    public long NextNumber() => ++_lastNumber;

    public void HandleRequest(SipRequest request, SipFlow flow)
    {
        TransactionKey key = TransactionKey.ForServer(request);
        if (request.IsAck)
        {
            HandleAck(request, flow, key);
        }
        else if (_servers.TryGetValue(key, out SipServerTransaction? known))
        {
            Counters.Add(SipCounter.RequestRepeated);
            known.OnRepeat();
        }
        else if (_forgotten.Find(key, request.CSeq.Number, flow) is { } answer)
        {
            Counters.Add(SipCounter.RequestRepeated);
            Counters.Add(SipCounter.ResponseRetransmitted);
            Output.SendResponse(answer.To, answer.Status, answer.Bytes);
        }
        else if (_servers.Count >= Options.ServerLimitTransactions)
        {
            Overload(request, flow, SipCounter.RequestOverLimit);
        }
        else if (!_shares.Admits(flow.Remote, isGoingOn: request.Method == SipMethod.Cancel || request.To.Tag is not null))
        {
            Overload(request, flow, SipCounter.RequestOverShare);
        }
        else if (request.Method == SipMethod.Cancel)
        {
            NonInviteServerTransaction cancel = AddNonInvite(request, flow, key);
            User.OnCancel(cancel, FindInvite(request), flow);
        }
        else
        {
            HandleNewRequest(request, flow, key);
        }
    }

    public void HandleResponse(SipResponse response, SipFlow flow)
    {
        if (response.Via.Branch is { } branch && _clients.TryGetValue(TransactionKey.ForClient(branch, response.CSeq.Method), out SipClientTransaction? client))
        {
            client.OnResponse(response, flow);
        }
        else
        {
            Counters.Add(SipCounter.ResponseStray);
            User.OnStrayResponse(response, flow);
        }
    }

    /// <summary>Makes the transaction of a request; it is sent by <see cref="Begin"/>, or refused.</summary>
    public SipClientTransaction CreateClient(SipRequest request, ISipClientUser user, string branch)
    {
        SipClientTransaction client = request.IsInvite
            ? new InviteClientTransaction(this, request, user, branch)
            : new NonInviteClientTransaction(this, request, user, branch);
        CountLive(client, 1);
        _clientCount++;
        if (_clientCount > Options.ClientLimitTransactions)
        {
            client.RefuseLater(SipTransactionFailure.LimitReached);
        }
        else if (!_clients.TryAdd(client.Key, client))
        {
            client.RefuseLater(SipTransactionFailure.BranchInUse);
        }

        return client;
    }

    /// <summary>Sends the request of a client transaction, unless it was refused or cancelled meanwhile.</summary>
    public void Begin(SipClientTransaction client, SipFlow flow, bool pushesVia = true)
    {
        if (client.IsTerminated || client.IsRefused)
        {
            return;
        }

        Track(client, flow);
        client.Begin(flow, pushesVia);
    }

    /// <summary>Sends the CANCEL of an INVITE, which shares its Via.</summary>
    /// <param name="user">Told of its outcome; null for nobody, since the INVITE's own response says it all.</param>
    public void SendCancel(SipRequest cancel, SipFlow flow, string branch, ISipClientUser? user = null, object? userState = null)
    {
        SipClientTransaction client = CreateClient(cancel, user ?? SilentClientUser.Instance, branch);
        client.UserState = userState;
        Begin(client, flow, pushesVia: false);
    }

    /// <summary>The server transaction of an INVITE known from before a restart, as if it had arrived just now; the live one when there is one.</summary>
    public InviteServerTransaction RestoreInvite(SipRequest request, SipFlow flow, bool isAccepted)
    {
        TransactionKey key = TransactionKey.ForServer(request);
        if (_servers.TryGetValue(key, out SipServerTransaction? known))
        {
            return (InviteServerTransaction)known;
        }

        InviteServerTransaction invite = new(this, request, flow, key);
        Add(invite, MergeKey.Of(request));
        if (isAccepted)
        {
            invite.RestoreAccepted();
        }

        return invite;
    }

    /// <summary>The live INVITE with the branch of a CANCEL, or null.</summary>
    public InviteServerTransaction? FindInvite(SipRequest cancel)
    {
        _servers.TryGetValue(TransactionKey.ForServer(cancel).WithMethod(SipMethod.Invite), out SipServerTransaction? invite);
        return invite as InviteServerTransaction;
    }

    /// <summary>A connection ended: its transactions learn it.</summary>
    public void HandleFlowClosed(SipFlow flow)
    {
        if (_byConnection.TryGetValue(flow, out HashSet<SipTransaction>? affected))
        {
            // In the order of their making, so that a run can be repeated: a hash set has no order of its own.
            foreach (SipTransaction transaction in affected.OrderBy(static transaction => transaction.Number).ToArray())
            {
                transaction.OnTransportError();
            }
        }
    }

    public void Remove(SipTransaction transaction)
    {
        CountLive(transaction, -1);
        if (transaction.SendFlow is { } flow)
        {
            Untrack(transaction, flow);
        }

        if (transaction is SipServerTransaction server)
        {
            _servers.Remove(server.Key);
            _shares.Remove(server.Flow.Remote);
            ForgetMerge(server);
        }
        else if (transaction is SipClientTransaction client)
        {
            _clientCount--;
            if (_clients.TryGetValue(client.Key, out SipClientTransaction? known) && known == client)
            {
                _clients.Remove(client.Key);
            }
        }
    }

    /// <summary>An answer that is all that is kept of its request, for a while.</summary>
    public void KeepAnswer(SipServerTransaction server, int status, byte[] bytes) => 
        _forgotten.Keep(server.Key, new(server.Request.CSeq.Number, server.Flow, server.SendFlow, status, bytes, Loop.Time.GetTimestamp()));

    /// <summary>From now on the same request on another way is a new one: the user refused it, and the next attempt may differ in its credentials only.</summary>
    public void ForgetMerge(SipServerTransaction server)
    {
        if (server.MergeKey is { } key && _merges.TryGetValue(key, out SipServerTransaction? known) && known == server)
        {
            _merges.Remove(key);
        }
    }

    public void MoveToFlow(SipTransaction transaction, SipFlow from, SipFlow to)
    {
        Untrack(transaction, from);
        Track(transaction, to);
    }

    /// <summary>Ends all transactions without a word: the stack is going down.</summary>
    public void TerminateAll()
    {
        foreach (SipTransaction transaction in _clients.Values.Concat<SipTransaction>(_servers.Values).ToArray())
        {
            transaction.Terminate();
        }
    }

    private void Overload(SipRequest request, SipFlow flow, SipCounter reason)
    {
        Counters.Add(reason);
        _responder.Respond(request, flow, ServiceUnavailable, Options.OverloadRetryAfterSeconds);
    }

    private void HandleAck(SipRequest ack, SipFlow flow, TransactionKey key)
    {
        if (_servers.TryGetValue(key, out SipServerTransaction? server) && server is InviteServerTransaction invite)
        {
            invite.OnAck(ack, flow);
        }
        else
        {
            User.OnAck(ack, flow);
        }
    }

    private void HandleNewRequest(SipRequest request, SipFlow flow, TransactionKey key)
    {
        MergeKey? merge = MergeKey.Of(request);
        if (merge is { } mergeKey && _merges.ContainsKey(mergeKey))
        {
            Counters.Add(SipCounter.RequestMerged);
            _responder.Respond(request, flow, LoopDetected);
            return;
        }

        SipServerTransaction server = request.IsInvite
            ? Add(new InviteServerTransaction(this, request, flow, key), merge)
            : AddNonInvite(request, flow, key, merge);
        User.OnRequest(server, flow);
    }

    private NonInviteServerTransaction AddNonInvite(SipRequest request, SipFlow flow, TransactionKey key, MergeKey? merge = null)
    {
        NonInviteServerTransaction server = new(this, request, flow, key);
        Add(server, merge);
        server.Begin();
        return server;
    }

    private SipServerTransaction Add(SipServerTransaction server, MergeKey? merge)
    {
        CountLive(server, 1);
        _servers.Add(server.Key, server);
        _shares.Add(server.Flow.Remote);
        Track(server, server.SendFlow);
        if (merge is { } key && _merges.TryAdd(key, server))
        {
            server.MergeKey = key;
        }

        return server;
    }

    private void Track(SipTransaction transaction, SipFlow flow)
    {
        if (!flow.IsConnection)
        {
            return;
        }

        if (!_byConnection.TryGetValue(flow, out HashSet<SipTransaction>? set))
        {
            _byConnection.Add(flow, set = []);
        }

        set.Add(transaction);
    }

    private void Untrack(SipTransaction transaction, SipFlow flow)
    {
        if (flow.IsConnection && _byConnection.TryGetValue(flow, out HashSet<SipTransaction>? set) && set.Remove(transaction) && set.Count == 0)
        {
            _byConnection.Remove(flow);
        }
    }

    private void CountLive(SipTransaction transaction, int change) => Counters.Add(
        transaction switch
        {
            InviteClientTransaction => SipCounter.InviteClientLive,
            SipClientTransaction => SipCounter.NonInviteClientLive,
            InviteServerTransaction => SipCounter.InviteServerLive,
            _ => SipCounter.NonInviteServerLive,
        },
        change);
}
