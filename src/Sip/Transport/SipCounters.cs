using Routing.Sip.Messages;
using Routing.Sip.Parsing;

namespace Routing.Sip.Transport;

/// <summary>
/// What one stack has done, counted where it happens and read from any thread: each number is one 64-bit word that is written whole.
/// The numbers of one reading may be some messages apart.
/// </summary>
public sealed class SipCounters
{
    private const int StatusClasses = 7;
    private const string OtherMethod = "other";

    private static readonly string[] MethodNames =
    [
        SipMethod.Invite, SipMethod.Ack, SipMethod.Bye, SipMethod.Cancel, SipMethod.Register, SipMethod.Options, SipMethod.Info, SipMethod.Update,
        SipMethod.Prack, SipMethod.Refer, SipMethod.Notify, SipMethod.Subscribe, SipMethod.Message, SipMethod.Publish, OtherMethod,
    ];

    private static readonly SipRejectionReason[] Reasons = Enum.GetValues<SipRejectionReason>();

    private readonly long[] _requestsIn = new long[MethodNames.Length];
    private readonly long[] _requestsOut = new long[MethodNames.Length];
    private readonly long[] _responsesIn = new long[StatusClasses];
    private readonly long[] _responsesOut = new long[StatusClasses];
    private readonly long[] _refused = new long[Reasons.Length];
    private readonly long[] _events = new long[Enum.GetValues<SipCounter>().Length];

    /// <summary>One of the plain counters.</summary>
    public long this[SipCounter counter] => Interlocked.Read(ref _events[(int)counter]);

    /// <summary>Requests received by method, methods that were never seen left out; unknown methods are one entry, "other".</summary>
    public IReadOnlyDictionary<string, long> RequestsIn => ByMethod(_requestsIn);

    /// <summary>Requests sent by method, repeats included.</summary>
    public IReadOnlyDictionary<string, long> RequestsOut => ByMethod(_requestsOut);

    /// <summary>Responses received by status class: 1 for 1xx to 6 for 6xx.</summary>
    public IReadOnlyDictionary<int, long> ResponsesIn => ByClass(_responsesIn);

    /// <summary>Responses sent by status class, repeats included.</summary>
    public IReadOnlyDictionary<int, long> ResponsesOut => ByClass(_responsesOut);

    /// <summary>What arrived and was no acceptable message, by reason.</summary>
    public IReadOnlyDictionary<SipRejectionReason, long> Refused
    {
        get
        {
            Dictionary<SipRejectionReason, long> result = [];
            for (int i = 0; i < Reasons.Length; i++)
            {
                if (Interlocked.Read(ref _refused[i]) is > 0 and var count)
                {
                    result.Add(Reasons[i], count);
                }
            }

            return result;
        }
    }

    internal void Add(SipCounter counter, long change = 1) => Interlocked.Add(ref _events[(int)counter], change);

    internal void CountIn(SipMessage message)
    {
        if (message is SipRequest request)
        {
            CountRequest(request.Method, _requestsIn);
        }
        else if (message is SipResponse response)
        {
            CountResponse(response.StatusCode, _responsesIn);
        }
    }

    internal void CountRequestOut(string method) => CountRequest(method, _requestsOut);

    internal void CountResponseOut(int statusCode) => CountResponse(statusCode, _responsesOut);

    internal void CountRefused(SipRejectionReason reason) => Interlocked.Increment(ref _refused[Array.IndexOf(Reasons, reason)]);

    private static void CountRequest(string method, long[] requests)
    {
        int index = Array.IndexOf(MethodNames, method);
        Interlocked.Increment(ref requests[index < 0 ? MethodNames.Length - 1 : index]);
    }

    private static void CountResponse(int statusCode, long[] responses) =>
        Interlocked.Increment(ref responses[Math.Clamp(statusCode / 100, 0, StatusClasses - 1)]);

    private static Dictionary<string, long> ByMethod(long[] counts)
    {
        Dictionary<string, long> result = new(StringComparer.Ordinal);
        for (int i = 0; i < counts.Length; i++)
        {
            if (Interlocked.Read(ref counts[i]) is > 0 and var count)
            {
                result.Add(MethodNames[i], count);
            }
        }

        return result;
    }

    private static Dictionary<int, long> ByClass(long[] counts)
    {
        Dictionary<int, long> result = [];
        for (int i = 1; i < counts.Length; i++)
        {
            result.Add(i, Interlocked.Read(ref counts[i]));
        }

        return result;
    }
}
