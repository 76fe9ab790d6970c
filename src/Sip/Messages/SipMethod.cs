namespace Routing.Sip.Messages;

/// <summary>Methods by name. They are compared ordinally (RFC 3261 §7.1); one that is not listed here is kept as it came.</summary>
public static class SipMethod
{
    public const string Ack = "ACK";
    public const string Bye = "BYE";
    public const string Cancel = "CANCEL";
    public const string Info = "INFO";
    public const string Invite = "INVITE";
    public const string Message = "MESSAGE";
    public const string Notify = "NOTIFY";
    public const string Options = "OPTIONS";
    public const string Prack = "PRACK";
    public const string Publish = "PUBLISH";
    public const string Refer = "REFER";
    public const string Register = "REGISTER";
    public const string Subscribe = "SUBSCRIBE";
    public const string Update = "UPDATE";

    private static readonly string[] All =
        [Invite, Ack, Bye, Register, Options, Cancel, Info, Message, Notify, Prack, Publish, Refer, Subscribe, Update];

    /// <summary>True for requests that create a dialog: their 101..299 responses copy Record-Route (RFC 3261 §12.1.1).</summary>
    public static bool CreatesDialog(string method) => method is Invite or Subscribe or Refer;

    /// <summary>The shared string for a known method, else a new one.</summary>
    internal static string Intern(ReadOnlySpan<char> method)
    {
        foreach (var known in All)
        {
            if (method.SequenceEqual(known))
            {
                return known;
            }
        }

        return method.ToString();
    }
}
