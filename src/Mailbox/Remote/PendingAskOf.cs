using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Routing.Contracts.Ids;

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
            _answer.TrySetResult(json.IsEmpty ? null : JsonSerializer.Deserialize(json, type));
        }
        catch (JsonException exception)
        {
            _answer.TrySetException(exception);
        }
    }

    public override void Failed(Exception exception) => _answer.TrySetException(exception);

    public void Cancel(CancellationToken cancellationToken) => _answer.TrySetCanceled(cancellationToken);
}
