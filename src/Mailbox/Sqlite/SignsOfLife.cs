using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Routing.Mailbox.Sqlite;

/// <summary>
/// When each partition was last seen alive, in a small file that is written often and never synced: what the kernel holds of it survives a kill of the process. After a
/// power failure it is old or gone, and the stored heartbeat counts. Eight bytes a partition, Unix milliseconds.
/// </summary>
internal sealed class SignsOfLife(string path) : IDisposable
{
    private const int LimitBytes = 1 << 20;

    /// <summary>How far a sign can be ahead of the stored heartbeat, which comes every few seconds: one beyond that is of other data, as when a back-up was put in their place.</summary>
    private const long LeadLimitMs = 60_000;

    private readonly Lock _gate = new();
    private readonly FileStream? _file = Open(path);
    private byte[]? _signs;

    /// <summary>When the partition was last alive, by its sign and by what is stored of it.</summary>
    /// <param name="partition">Which.</param>
    /// <param name="storedMs">The stored heartbeat; 0 when there was none yet.</param>
    public long LastAliveMs(int partition, long storedMs)
    {
        long sign = Of(partition);
        return sign > storedMs && (storedMs == 0 || sign - storedMs <= LeadLimitMs) ? sign : storedMs;
    }

    /// <summary>Whether they are of other data, younger than what is stored: somebody put an older copy in its place.</summary>
    /// <param name="storedMs">The last stored heartbeat; 0 when there was none yet.</param>
    public bool AreAheadOf(long storedMs)
    {
        lock (_gate)
        {
            ReadOnlySpan<long> signs = MemoryMarshal.Cast<byte, long>(Signs());
            long latest = 0;
            foreach (long sign in signs)
            {
                latest = Math.Max(latest, BitConverter.IsLittleEndian ? sign : BinaryPrimitives.ReverseEndianness(sign));
            }

            return latest - storedMs > LeadLimitMs;
        }
    }

    /// <summary>0 when there is none.</summary>
    private long Of(int partition)
    {
        lock (_gate)
        {
            byte[] signs = Signs();
            int at = partition * sizeof(long);
            return at + sizeof(long) <= signs.Length ? BinaryPrimitives.ReadInt64LittleEndian(signs.AsSpan(at)) : 0;
        }
    }

    public void Note(IReadOnlyList<PartitionEpoch> partitions, long nowMs)
    {
        lock (_gate)
        {
            byte[] signs = Signs();
            foreach (PartitionEpoch owned in partitions)
            {
                int at = owned.Partition * sizeof(long);
                if (at + sizeof(long) > signs.Length)
                {
                    Array.Resize(ref signs, Math.Min(LimitBytes, Math.Max(at + sizeof(long), signs.Length * 2)));
                    _signs = signs;
                }

                if (at + sizeof(long) <= signs.Length)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(signs.AsSpan(at), nowMs);
                }
            }

            Write(signs);
        }
    }

    public void Dispose() => _file?.Dispose();

    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The heartbeat in the data file counts then.
            return null;
        }
    }

    private byte[] Signs()
    {
        if (_signs is null)
        {
            _signs = new byte[Math.Min(LimitBytes, (_file?.Length ?? 0) & -sizeof(long))];
            if (_file is not null)
            {
                _ = RandomAccess.Read(_file.SafeFileHandle, _signs, 0);
            }
        }

        return _signs;
    }

    private void Write(byte[] signs)
    {
        if (_file is null)
        {
            return;
        }

        try
        {
            RandomAccess.Write(_file.SafeFileHandle, signs, 0);
        }
        catch (IOException)
        {
            // A full disk: the commits tell of it. An older sign only counts a longer outage.
            return;
        }
    }
}
