using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Routing.Sip.Tests.Transport;

/// <summary>Bytes for transports, and blocking sockets that give up after a time.</summary>
internal static class Wire
{
    public const int PatienceMilliseconds = 60_000;

    public static IPEndPoint AnyLoopbackPort => new(IPAddress.Loopback, 0);

    public static byte[] Options(string callId, string body = "") => Encoding.UTF8.GetBytes(
        $"OPTIONS sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK{callId}\r\nFrom: <sip:a@127.0.0.1>;tag=1\r\n"
        + $"To: <sip:x@127.0.0.1>\r\nCall-ID: {callId}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    public static Socket Connect(IPEndPoint server)
    {
        Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = PatienceMilliseconds,
            SendTimeout = PatienceMilliseconds,
            NoDelay = true,
        };
        socket.Connect(server);
        return socket;
    }

    public static string ReadText(Socket socket)
    {
        byte[] buffer = new byte[4_096];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }

    /// <summary>Waits until the other side has closed: end of stream or reset.</summary>
    public static bool IsClosedByPeer(Socket socket)
    {
        byte[] buffer = new byte[64 * 1_024];
        while (true)
        {
            int bytes = socket.Receive(buffer, SocketFlags.None, out SocketError error);
            if (error == SocketError.ConnectionReset || (error == SocketError.Success && bytes == 0))
            {
                return true;
            }

            if (error != SocketError.Success)
            {
                return false;
            }
        }
    }
}
