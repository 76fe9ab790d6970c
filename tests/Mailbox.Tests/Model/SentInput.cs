using Routing.Contracts.Commands;

namespace Routing.Mailbox.Tests.Model;

/// <summary>An input that the model sent, and what it heard of it.</summary>
public sealed class SentInput(string entry, string sender, string account, IReadOnlyList<(string Gateway, int Count)> effects)
{
    public string Entry { get; } = entry;

    /// <summary>Gateway and incarnation: inputs of one sender keep their order.</summary>
    public string Sender { get; } = sender;

    public string Account { get; } = account;

    public IReadOnlyList<(string Gateway, int Count)> Effects { get; } = effects;

    public List<ReplyCode> Replies { get; } = [];

    /// <summary>The process died before it was answered.</summary>
    public bool IsLost { get; set; }
}
