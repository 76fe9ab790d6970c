using Routing.Contracts.Ids;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>Where the parts of one call's machine put their actions, and what they all know.</summary>
internal sealed class CallOutput(CallId call)
{
    private List<CallAction> _actions = [];

    public CallId Call { get; } = call;

    public void Emit(CallAction action) => _actions.Add(action);

    /// <summary>The actions since the last time, in order.</summary>
    public List<CallAction> Take()
    {
        var taken = _actions;
        _actions = [];
        return taken;
    }
}
