using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Remote;

/// <summary>A question whose answer is one JSON value, or nothing.</summary>
internal sealed class PendingAskOf<T>(long number, DomainId domain, LinkQuestion question, string text, long argument, JsonTypeInfo<T> type)
    : PendingAsk(number, domain, question, text, argument)
    where T : class
{
    private readonly TaskCompletionSource<T?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T?> Answer => _answer.Task;

    public override bool IsOver => _answer.Task.IsCompleted;

    public override void Found(ReadOnlySpan<byte> json)
    {
        try
        {
            _answer.TrySetResult(json.IsEmpty ? null : Read(json));
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or KeyNotFoundException or InvalidOperationException)
        {
            _answer.TrySetException(exception);
        }
    }

    private T? Read(ReadOnlySpan<byte> json) => type is JsonTypeInfo<TurnEvents[]> turns ? (T)(object)ForeignJson.ReadTurnsEvents(json, turns) : JsonSerializer.Deserialize(json, type);

    public override void Failed(Exception exception) => _answer.TrySetException(exception);

    public void Cancel(CancellationToken cancellationToken) => _answer.TrySetCanceled(cancellationToken);
}
