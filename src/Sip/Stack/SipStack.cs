using System.Net;
using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Sip.Stack;

/// <summary>
/// Transports, transactions and the way between them and one transaction user. Everything but the constructor, <see cref="AddTransport"/>,
/// <see cref="Counters"/> and <see cref="Dispose"/> is for the loop's thread; callbacks come on it.
/// <para>The stack answers by itself only what no user needs to see: malformed requests (400, 505, 513 …), merged ones (482), requests above
/// the limits (503). It sends nothing else that the user did not ask for, 100 Trying included.</para>
/// </summary>
public sealed class SipStack : IDisposable
{
    private readonly SipOutput _output;
    private readonly StatelessResponder _responder;
    private readonly SipTransactionLayer _transactions;
    private readonly SipStackInbox _inbox;
    private readonly SipRouter _router;
    private readonly SipTransactionOptions _options;
    private bool _isDisposed;

    /// <param name="loop">Runs everything; the caller starts and ends it.</param>
    /// <param name="user">Told of everything that arrives.</param>
    /// <param name="options">Settings; defaults when null.</param>
    /// <param name="fillRandom">Source of branches, tags and keys: RandomNumberGenerator.Fill, or a seeded one in tests.</param>
    public SipStack(SipLoop loop, ISipUser user, SipStackOptions? options, Action<Span<byte>> fillRandom)
    {
        options ??= new SipStackOptions();
        _options = options.Transactions;
        Loop = loop;
        Counters = new SipCounters();
        Identifiers = new SipIdentifiers(fillRandom);
        _output = new SipOutput(Counters);
        _responder = new StatelessResponder(_output, Counters, Identifiers.NewKey(StatelessResponder.KeyBytes));
        _transactions = new SipTransactionLayer(loop, user, _options, _output, Counters, _responder);
        _inbox = new SipStackInbox(loop, user, _transactions, _responder, Counters, options);
        _router = new SipRouter(loop, options, Counters);
    }

    public SipLoop Loop { get; }

    /// <summary>Counters, readable from any thread.</summary>
    public SipCounters Counters { get; }

    /// <summary>Makes branches, tags and Call-IDs.</summary>
    public SipIdentifiers Identifiers { get; }

    /// <summary>The listening points, in the order in which they were added.</summary>
    public IReadOnlyList<ISipTransport> Transports => _router.Transports;

    /// <summary>Connections open or being opened now, over all transports.</summary>
    public int ConnectionCount => _router.Transports.Sum(static transport => transport.ConnectionCount);

    /// <summary>Adds a listening point, which the stack then owns, and begins to receive on it. Any thread; the stack must be ready for requests.</summary>
    public void AddTransport(ISipTransport transport)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _router.Add(transport);
        transport.Start(_inbox);
    }

    /// <summary>Connections that some transaction waits on now.</summary>
    internal int TrackedConnectionCount => _transactions.TrackedConnectionCount;

    /// <summary>
    /// Sends a request in a new client transaction. The stack puts its Via on top of the request, which from then on belongs to the
    /// transaction: make a new one for each attempt. Failures of every kind are told by <see cref="ISipClientUser.OnFailure"/>, never from inside this call.
    /// </summary>
    /// <param name="request">Any request but ACK (<see cref="SendAck"/>) and CANCEL (<see cref="InviteClientTransaction.Cancel"/>).</param>
    /// <param name="destination">Where to send it.</param>
    /// <param name="user">Told of responses and failures.</param>
    /// <param name="branch">A branch derived by the caller, so that a repeat after a crash is the same request again; it must begin with the
    /// magic cookie. Null for a new random one.</param>
    /// <param name="userState">See <see cref="SipTransaction.UserState"/>.</param>
    /// <returns>The transaction: an <see cref="InviteClientTransaction"/> for INVITE.</returns>
    public SipClientTransaction SendRequest(
        SipRequest request, SipDestination destination, ISipClientUser user, string? branch = null, object? userState = null)
    {
        Loop.AssertOnLoop();
        if (request.Method is SipMethod.Ack or SipMethod.Cancel)
        {
            throw new ArgumentException($"{request.Method} has no transaction that a user begins.", nameof(request));
        }

        if (branch is not null && !branch.StartsWith(Via.BranchMagicCookie, StringComparison.Ordinal))
        {
            throw new ArgumentException($"A branch begins with {Via.BranchMagicCookie} (RFC 3261 §8.1.1.7).", nameof(branch));
        }

        SipClientTransaction client = _transactions.CreateClient(request, user, branch ?? Identifiers.NewBranch());
        client.UserState = userState;
        if (!client.IsRefused)
        {
            client.AwaitDestination();
            _router.Find(destination, (flow, failure) => OnRouted(client, flow, failure));
        }

        return client;
    }

    /// <summary>
    /// Sends the ACK of a 2xx (RFC 3261 §13.2.2.4): once, without a transaction. Each repeat of the 2xx needs it again, with the same branch
    /// if the caller wants the same bytes.
    /// </summary>
    public void SendAck(SipRequest ack, SipDestination destination, string? branch = null)
    {
        Loop.AssertOnLoop();
        if (!ack.IsAck)
        {
            throw new ArgumentException("Only ACK is sent without a transaction.", nameof(ack));
        }

        Forward(ack, destination, branch ?? Identifiers.NewBranch());
    }

    /// <summary>
    /// Sends a request without a transaction under a new top Via: an ACK of a 2xx, or one that is passed on (RFC 3261 §16.11). Its responses come as stray ones. What cannot be sent is lost
    /// without a word, as on a network.
    /// </summary>
    /// <param name="request">With its Vias; it belongs to the stack from now on.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="branch">The same for all requests of one transaction (§16.11), with the magic cookie.</param>
    public void Forward(SipRequest request, SipDestination destination, string branch)
    {
        Loop.AssertOnLoop();
        _router.Find(destination, (flow, _) =>
        {
            if (flow is not null)
            {
                request.Headers.AddFirst(HeaderId.Via, SipClientTransaction.ViaFor(flow, branch));
                _output.Send(flow, request);
            }
        });
    }

    /// <summary>Answers a request without keeping anything of it (RFC 3261 §8.2.7); an ACK gets no answer.</summary>
    public void RespondStateless(SipRequest request, SipFlow flow, int statusCode)
    {
        Loop.AssertOnLoop();
        _responder.Respond(request, flow, statusCode);
    }

    /// <summary>
    /// Cancels an INVITE that a former life of this process sent (RFC 3261 §9.1). The responses to the INVITE come as stray ones.
    /// </summary>
    /// <param name="invite">The INVITE as it was, without Via.</param>
    /// <param name="destination">Where it was sent.</param>
    /// <param name="branch">Its branch.</param>
    /// <param name="reason">Value of a Reason header (RFC 3326); null for none.</param>
    /// <param name="user">Told of the answer to the CANCEL itself, or that there was none. Not told when no way to the destination is found.</param>
    /// <param name="userState">See <see cref="SipTransaction.UserState"/>.</param>
    public void SendCancel(SipRequest invite, SipDestination destination, string branch, string? reason, ISipClientUser user, object? userState = null)
    {
        Loop.AssertOnLoop();
        _router.Find(destination, (flow, _) =>
        {
            if (flow is not null)
            {
                invite.Headers.AddFirst(HeaderId.Via, SipClientTransaction.ViaFor(flow, branch));
                SipRequest cancel = invite.CreateCancel();
                if (reason is not null)
                {
                    cancel.Headers.Set(HeaderId.Reason, reason);
                }

                _transactions.SendCancel(cancel, flow, branch, user, userState);
            }
        });
    }

    /// <summary>Repeats a 2xx to INVITE that was sent just now, until <see cref="SuccessRetransmission.Stop"/> (RFC 3261 §13.3.1.4).</summary>
    /// <param name="response">The 2xx as it was sent.</param>
    /// <param name="flow">Where to: the flow of the INVITE.</param>
    /// <param name="onTimeout">Called when no ACK came for 64·T1: the call is to be ended with BYE.</param>
    public SuccessRetransmission RetransmitSuccess(SipResponse response, SipFlow flow, Action<SuccessRetransmission> onTimeout)
    {
        Loop.AssertOnLoop();
        return new SuccessRetransmission(Loop, _output, Counters, _options.Timers, response, flow, onTimeout);
    }

    /// <summary>Sends a response outside any transaction, as for an INVITE whose transaction a restart has ended.</summary>
    public SipSendResult SendStateless(SipResponse response, SipFlow flow)
    {
        Loop.AssertOnLoop();
        Counters.Add(SipCounter.ResponseStateless);
        return _output.Send(flow, response);
    }

    /// <summary>
    /// The server transaction of an INVITE that was stored before a restart (with the received and rport that its Via got then): repeats and
    /// CANCEL find it, responses can be given.
    /// </summary>
    /// <param name="request">The INVITE.</param>
    /// <param name="flow">Where responses go.</param>
    /// <param name="isAccepted">It was answered with a 2xx: repeats are absorbed for 64·T1 (RFC 6026 §7.1), whether or not the 2xx is sent again.</param>
    public InviteServerTransaction RestoreInvite(SipRequest request, SipFlow flow, bool isAccepted)
    {
        Loop.AssertOnLoop();
        return _transactions.RestoreInvite(request, flow, isAccepted);
    }

    /// <summary>The INVITE that a CANCEL is for (RFC 3261 §9.2), or null.</summary>
    public InviteServerTransaction? FindInvite(SipRequest cancel)
    {
        Loop.AssertOnLoop();
        return _transactions.FindInvite(cancel);
    }

    /// <summary>
    /// The flow to an address from the listening point that suits it best, or from a given one; null when no transport of that kind is
    /// there. Over TCP an open connection to the address is used, else one is begun.
    /// </summary>
    /// <param name="local">The listening point that a stored flow had; null for any.</param>
    public SipFlow? FindFlow(SipTransportKind kind, IPEndPoint remote, IPEndPoint? local = null)
    {
        Loop.AssertOnLoop();
        return _router.FindFlow(kind, remote, local);
    }

    /// <summary>Closes the transports and ends all transactions without a word. Call it on the loop's thread, or when the loop has ended.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        foreach (ISipTransport transport in _router.Transports)
        {
            transport.Dispose();
        }

        _router.Dispose();
        _transactions.TerminateAll();
    }

    private void OnRouted(SipClientTransaction client, SipFlow? flow, SipTransactionFailure failure)
    {
        if (flow is not null)
        {
            _transactions.Begin(client, flow);
        }
        else if (!client.IsTerminated && !client.IsRefused)
        {
            client.RefuseLater(failure);
        }
    }
}
