using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Lanes;

/// <summary>Builds what a lane remembers of a domain from what is stored.</summary>
internal sealed class DomainLoader
{
    private const int PageTurns = 256;

    private readonly MachineLoader _machines;
    private readonly Action _progress;
    private readonly WarmCopies? _copies;

    /// <param name="factory">Makes the machines.</param>
    /// <param name="progress">Called again and again while a large domain is loaded.</param>
    /// <param name="copies">Asked first, when there are any.</param>
    public DomainLoader(IDomainMachineFactory factory, Action progress, WarmCopies? copies)
    {
        _machines = new MachineLoader(factory);
        _progress = progress;
        _copies = copies;
    }

    /// <summary>
    /// Loads marks, outboxes and machine; not the machine when it was kept and nobody owned the domain meanwhile. Returns whether it was loaded. Throws what the store or the machine throws; the domain
    /// stays unloaded then.
    /// </summary>
    public bool Load(ILaneSession session, LaneDomain domain, long nowMs)
    {
        StoredDomain stored = session.ReadDomain(domain.Placement);
        long epoch = session.Partitions.First(owned => owned.Partition == domain.Placement.Partition).Epoch;
        IDomainMachine? kept = domain.TakeKept(epoch, stored);
        domain.Drop();
        domain.Epoch = epoch;
        domain.HostIncarnation = domain.HostIncarnation == 0 ? domain.Epoch : domain.HostIncarnation;
        domain.Sequence = stored.Sequence;
        domain.LastTurnMs = stored.LastTurnMs;
        domain.OffsetMs = Math.Max(0, stored.LastTurnMs - nowMs);
        domain.LoadedMs = domain.TimeAt(nowMs);
        domain.LastDeadLetter = stored.LastDeadLetter;
        foreach (SenderMark mark in stored.Senders)
        {
            domain.Senders.Add(mark.Sender, SenderWindow.Unpack(mark));
        }

        RestoreOutboxes(session, domain, stored.Outboxes);
        foreach ((GatewayId gateway, long sequence) in domain.EarlyAcknowledgements)
        {
            domain.Outbox(gateway).Acknowledge(sequence);
        }

        domain.EarlyAcknowledgements.Clear();
        if (stored.Sequence > 0)
        {
            domain.ResumeDownForMs = stored.AliveMs == 0 ? 0 : Math.Max(0, nowMs - stored.AliveMs);
        }

        if (kept is null)
        {
            domain.Machine = null;
            Activate(domain, _copies?.Take(session, domain.Placement, stored.Sequence) ?? ReadMachine(session, domain));
            return true;
        }

        domain.Machine = kept;
        return false;
    }

    /// <summary>Makes a new machine from the committed rows, keeping everything else.</summary>
    public void LoadMachine(ILaneSession session, LaneDomain domain)
    {
        domain.Machine = null;
        Activate(domain, ReadMachine(session, domain));
    }

    /// <summary>Hands out the turns from a number on, page by page.</summary>
    public static void ReadTurns(ILaneSession session, LaneDomain domain, long fromSequence, Action<StoredTurn> take)
    {
        List<StoredTurn> page = [];
        while (fromSequence <= domain.Sequence)
        {
            page.Clear();
            session.ReadTurns(domain.Placement.Number, fromSequence, PageTurns, page);
            page.ForEach(take);
            if (page.Count < PageTurns)
            {
                return;
            }

            fromSequence = page[^1].Sequence + 1;
        }
    }

    private IDomainMachine ReadMachine(ILaneSession session, LaneDomain domain)
    {
        IDomainMachine machine = _machines.Create(domain.Id);
        _machines.LoadResident(session, domain.Placement.Number, machine, _ => _progress());
        _progress();
        MachineLoader.LoadNamed(session, domain.Placement.Number, machine, []);
        return machine;
    }

    private void Activate(LaneDomain domain, IDomainMachine machine)
    {
        _progress();
        machine.Activate();
        _progress();
        domain.Machine = machine;
        domain.MustReload = false;
    }

    private static void RestoreOutboxes(ILaneSession session, LaneDomain domain, IReadOnlyList<OutboxMark> marks)
    {
        long from = long.MaxValue;
        foreach (OutboxMark mark in marks)
        {
            domain.Outboxes.Add(mark.Gateway, GatewayOutbox.Restore(mark));
            from = Math.Min(from, mark.FromTurn);
        }

        if (from == long.MaxValue)
        {
            return;
        }

        ReadTurns(session, domain, from, turn => TurnRecord.ReadEffects(turn.Payload.Span, (gateway, sequence, effect) =>
            domain.Outbox(gateway).RestoreEffect(sequence, turn.Sequence, turn.AtMs, effect)));
    }
}
