using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Serialization;
using Routing.Simulation.Checking;

namespace Routing.Simulation.Running;

/// <summary>The last turns, to be shown when a check fails, and a hash over everything, to show that a seed means one run.</summary>
internal sealed class Trace
{
    private const int KeptCount = 60;

    private readonly Queue<object> _last = new();

    public ulong Hash { get; private set; } = 0xCBF29CE484222325UL;

    public void Add(CommittedTurn turn)
    {
        Keep(turn);
        Mix((ulong)turn.NowMs);
        Mix((ulong)turn.Input.Sequence ^ ((ulong)turn.Result.Reply.Code << 56));
        Mix(((ulong)turn.Result.Effects.Count << 32) | (uint)turn.Result.Events.Count);
        foreach (RowChange row in turn.Result.Rows)
        {
            if (row.Bytes is { } bytes)
            {
                Mix(bytes.Span);
            }
        }
    }

    public void Add(long nowMs, string what)
    {
        Keep((nowMs, what));
        Mix((ulong)nowMs);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (object step in _last)
        {
            if (step is CommittedTurn turn)
            {
                Write(text, turn);
            }
            else
            {
                (long nowMs, string what) = ((long, string))step;
                text.Append(CultureInfo.InvariantCulture, $"{nowMs} *** {what}\n");
            }
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, CommittedTurn turn)
    {
        string command = JsonSerializer.Serialize(turn.Input.Command, ContractsJson.Default.Command);
        text.Append(CultureInfo.InvariantCulture, $"{turn.NowMs} {turn.Domain} #{turn.Input.Sequence} {command}\n");
        text.Append(CultureInfo.InvariantCulture, $"    reply {turn.Result.Reply.Code} {turn.Result.Reply.Detail}\n");
        foreach (AddressedEffect effect in turn.Result.Effects)
        {
            text.Append(CultureInfo.InvariantCulture, $"    to {effect.Gateway} {JsonSerializer.Serialize(effect.Effect, ContractsJson.Default.Effect)}\n");
        }

        foreach (DomainEvent fact in turn.Result.Events)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {JsonSerializer.Serialize(fact, ContractsJson.Default.DomainEvent)}\n");
        }
    }

    private void Keep(object step)
    {
        _last.Enqueue(step);
        if (_last.Count > KeptCount)
        {
            _last.Dequeue();
        }
    }

    private void Mix(ReadOnlySpan<byte> bytes)
    {
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            Mix(word);
        }

        ulong tail = (ulong)bytes.Length;
        foreach (byte last in bytes[(bytes.Length & ~7)..])
        {
            tail = (tail << 8) | last;
        }

        Mix(tail);
    }

    private void Mix(ulong word)
    {
        ulong hash = (Hash ^ word) * 0x9E3779B97F4A7C15UL;
        Hash = hash ^ (hash >> 29);
    }
}
