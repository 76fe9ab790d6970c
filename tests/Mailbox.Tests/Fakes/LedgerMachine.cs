using System.Globalization;
using System.Text;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Mailbox.Tests.Fakes;

/// <summary>A small domain whose whole history can be read from its rows: accounts with their entries in order, timers, and cold counters.</summary>
public sealed class LedgerMachine(DomainId domain, Action<string>? onEntry = null, int level = FormatLevel.First) : IDomainMachine
{
    public const byte Account = 1;
    public const byte Timer = 2;
    public const byte Cold = 9;

    /// <summary>First character of an account that is written at format level 2.</summary>
    public const char SecondLevel = '\u0002';

    private readonly SortedDictionary<string, List<string>> _accounts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(long DueMs, string Name), bool> _timers = [];
    private readonly Dictionary<string, long> _postponed = new(StringComparer.Ordinal);
    private long _sequence;
    private int _writes = FormatLevel.First;
    private bool _broken;
    private bool _active;

    public DomainId Domain { get; } = domain;

    public long NextTimerDueMs => NextTimer is { } timer ? Math.Max(timer.DueMs, _postponed.GetValueOrDefault(timer.Name)) : long.MaxValue;

    public TimerDue? NextTimer => _timers.Count == 0
        ? null
        : _timers.Keys.OrderBy(key => (Math.Max(key.DueMs, _postponed.GetValueOrDefault(key.Name)), key.Name))
            .Select(key => new TimerDue(new RowKey(Timer, key.Name), key.Name, key.DueMs)).First();

    public void Load(IReadOnlyList<StoredRow> rows)
    {
        foreach (StoredRow row in rows)
        {
            string text = Encoding.UTF8.GetString(row.Bytes.Span);
            if (row.Key.Kind == Account)
            {
                _accounts[row.Key.Id] = [.. EntriesOf(text).Split('\n')];
            }
            else if (row.Key.Kind == Timer)
            {
                string[] parts = text.Split(' ');
                _timers[(long.Parse(parts[0], CultureInfo.InvariantCulture), row.Key.Id)] = parts[1] == "bad";
            }
        }
    }

    public void Change(IReadOnlyList<RowChange> rows)
    {
        foreach (RowChange row in rows.Where(static row => row.Key.Kind == Timer))
        {
            foreach ((long DueMs, string Name) timer in _timers.Keys.Where(timer => timer.Name == row.Key.Id).ToArray())
            {
                _timers.Remove(timer);
            }
        }

        Load([.. rows.Where(static row => row.Bytes is not null).Select(static row => new StoredRow(row.Key, row.Bytes!.Value))]);
    }

    private string EntriesOf(string text) =>
        text[0] != SecondLevel ? text : level > FormatLevel.First ? text[1..] : throw new InvalidOperationException("An account of a format that this machine does not know.");

    public void NameRowsToActivate(ICollection<RowKey> keys)
    {
        // Nothing cold is needed.
    }

    public void Activate() => _active = true;

    public void PostponeTimer(TimerDue timer, long untilMs) => _postponed[timer.Name] = untilMs;

    public void NameColdRows(Command command, ICollection<RowKey> keys)
    {
        foreach (string[] step in Steps(command))
        {
            if (step[0] == "cold")
            {
                keys.Add(new RowKey(Cold, step[1]));
            }
        }
    }

    public TurnResult Turn(TurnInput input)
    {
        if (_broken || !_active)
        {
            throw new InvalidOperationException("The machine takes no turns.");
        }

        if (input.Level > level || input.Level < _writes)
        {
            throw new InvalidOperationException($"A turn of format level {input.Level} after {_writes}; {level} is known.");
        }

        (_broken, _writes) = (true, input.Level);
        if (input.Command is SetAgentState { Actor: { } text })
        {
            onEntry?.Invoke(text);
        }

        List<RowChange> rows = [];
        List<AddressedEffect> effects = [];
        string detail = input.Command switch
        {
            SetAgentState entry => Append(entry.Agent.Value, entry.Actor, rows),
            TimerDue timer => Fire(timer, rows),
            Resume resume => Append("resumes", resume.DownForMs.ToString(CultureInfo.InvariantCulture), rows),
            _ => throw new InvalidOperationException("Not a ledger's command."),
        };
        foreach (string[] step in Steps(input.Command))
        {
            Run(step, input, rows, effects);
        }

        bool quiet = Steps(input.Command).Exists(step => step[0] == "quiet");
        _sequence = input.Sequence;
        _broken = false;
        return new TurnResult
        {
            Reply = new CommandReply(ReplyCode.Ok, detail),
            Rows = rows,
            Effects = effects,
            Events = quiet ? [] : [new EdgeConfigurationChanged(input.Sequence)],
            Repairs = Steps(input.Command).Exists(step => step[0] == "repair") ? ["a page was torn"] : [],
            Messages = 1,
        };
    }

    /// <summary>Account by account: "name: entry entry …" is the domain's edge of the snapshot's agents, one agent an account.</summary>
    public DomainSnapshot Snapshot() => new()
    {
        Sequence = _sequence,
        Domain = new DomainView
        {
            Domain = Domain,
            ConfigurationVersion = 0,
            Offered = _accounts.Values.Sum(entries => entries.Count),
            Answered = 0,
            Abandoned = 0,
            OverflowedOut = 0,
            Rejected = 0,
            Failed = 0,
            Waiting = 0,
            Talking = 0,
        },
        Agents = [],
        Queues = [],
        Calls = [],
    };

    private static List<string[]> Steps(Command command) => command is SetAgentState { Reason: { Length: > 0 } script }
        ? [.. script.Split(';', StringSplitOptions.TrimEntries).Select(step => step.Split(' '))]
        : [];

    private void Run(string[] step, TurnInput input, List<RowChange> rows, List<AddressedEffect> effects)
    {
        switch (step[0])
        {
            case "effect":
                for (int i = 0; i < int.Parse(step[2], CultureInfo.InvariantCulture); i++)
                {
                    effects.Add(new AddressedEffect(GatewayId.Of(step[1]), new RingCaller(CallId.Of($"{((SetAgentState)input.Command).Actor}.{i}"))));
                }

                break;
            case "timer" or "badtimer":
                long due = input.NowMs + long.Parse(step[2], CultureInfo.InvariantCulture);
                _timers[(due, step[1])] = step[0] == "badtimer";
                rows.Add(new RowChange(new RowKey(Timer, step[1]), Encoding.UTF8.GetBytes($"{due} {(step[0] == "badtimer" ? "bad" : "good")}")));
                break;
            case "cold":
                int count = input.ColdRows.Count == 0 ? 0 : int.Parse(Encoding.UTF8.GetString(input.ColdRows[0].Bytes.Span), CultureInfo.InvariantCulture);
                rows.Add(new RowChange(new RowKey(Cold, step[1]), Encoding.UTF8.GetBytes($"{count + 1}")));
                break;
            case "expire":
                rows.Add(new RowChange(
                    new RowKey(Cold, step[1]), Encoding.UTF8.GetBytes("0"), input.NowMs + long.Parse(step[2], CultureInfo.InvariantCulture)));
                break;
            case "rows":
                rows.AddRange(Enumerable.Range(0, int.Parse(step[1], CultureInfo.InvariantCulture))
                    .Select(i => new RowChange(new RowKey(Cold, $"r{i}"), new byte[] { 1 })));
                break;
            case "throw":
                throw new InvalidOperationException("The script says so.");
        }
    }

    /// <summary>An account's last entry, as of which moment.</summary>
    public Explanation? Explain(Question question, long nowMs) =>
        question is AgentQuestion { Agent: var account } && _accounts.TryGetValue(account.Value, out List<string>? entries)
            ? new AgentExplanation
            {
                AtMs = nowMs,
                ConfigurationVersion = entries.Count,
                Reason = entries[^1],
                Agent = new AgentView { Id = account, Name = account.Value, State = AgentState.Ready, SinceMs = 0, IdleSinceMs = 0, Phones = 0, Skills = [] },
            }
            : null;

    private string Append(string account, string entry, List<RowChange> rows)
    {
        if (!_accounts.TryGetValue(account, out List<string>? entries))
        {
            entries = [];
            _accounts.Add(account, entries);
        }

        entries.Add(entry);
        rows.Add(new RowChange(new RowKey(Account, account), Encoding.UTF8.GetBytes((_writes > FormatLevel.First ? $"{SecondLevel}" : string.Empty) + string.Join('\n', entries))));
        return $"{account} {entries.Count}";
    }

    private string Fire(TimerDue timer, List<RowChange> rows)
    {
        if (_timers[(timer.DueMs, timer.Name)])
        {
            throw new InvalidOperationException("A bad timer.");
        }

        _timers.Remove((timer.DueMs, timer.Name));
        rows.Add(new RowChange(timer.Grain, null));
        return Append("timers", timer.Name, rows);
    }
}
