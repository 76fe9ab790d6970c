using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Routing.Gateway.Telephony.Domains;

/// <summary>
/// The journal as a small file beside the store. Written on a thread of its own, since a disk that hangs hangs this file too, and synced, so that it outlives a loss of power. It is there
/// only while something is in it. It cannot help when its own disk hangs or is full; it helps when the database does, or its file.
/// </summary>
public sealed class LegEndFile : ILegEndJournal
{
    /// <summary>About 4,000 ends. What does not fit is only in memory, as everything was before there was a journal.</summary>
    public const int LimitBytes = 1_048_576;

    private readonly string _path;
    private readonly ILogger _logger;
    private readonly Channel<Work> _work = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly Task _writer;
    private FileStream? _stream;
    private int _bytes;
    private int _queuedBytes;

    /// <param name="path">The file; nothing is opened before it is needed.</param>
    /// <param name="logger">Told of what cannot be read or written.</param>
    public LegEndFile(string path, ILogger<LegEndFile> logger)
    {
        _path = path;
        _logger = logger;
        _writer = Task.Run(WriteAllAsync);
    }

    public IReadOnlyList<LegEnd> Read()
    {
        List<LegEnd> ends = [];
        int unreadable = 0;
        try
        {
            foreach (var range in Split(ReadBytes(), out byte[] bytes))
            {
                if (LegEndLine.TryRead(bytes.AsSpan(range), out var end))
                {
                    ends.Add(end);
                }
                else
                {
                    unreadable++;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            TelephonyLog.JournalNotRead(_logger, _path, exception.Message);
        }

        if (unreadable > 0)
        {
            TelephonyLog.JournalLinesNotRead(_logger, _path, unreadable);
        }

        return ends;
    }

    public bool TryWrite(LegEnd end)
    {
        byte[] line = LegEndLine.Write(end);
        if (Math.Max(_bytes, Volatile.Read(ref _queuedBytes)) + line.Length > LimitBytes)
        {
            return false;
        }

        _bytes += line.Length;
        Interlocked.Add(ref _queuedBytes, line.Length);
        return _work.Writer.TryWrite(new Work(line, Replaces: false));
    }

    public void Clear(IReadOnlyList<LegEnd> rest)
    {
        byte[] lines = [.. rest.SelectMany(LegEndLine.Write)];
        _bytes = lines.Length;
        Interlocked.Add(ref _queuedBytes, lines.Length);
        _work.Writer.TryWrite(new Work(lines, Replaces: true));
    }

    /// <summary>Waits a moment for what is to be written, no longer: the disk may hang.</summary>
    public void Dispose()
    {
        const int patienceMs = 1_000;
        _work.Writer.TryComplete();
        if (_writer.Wait(patienceMs))
        {
            _stream?.Dispose();
        }
    }

    private byte[] ReadBytes()
    {
        if (!File.Exists(_path))
        {
            return [];
        }

        using FileStream stream = new(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[LimitBytes];
        return bytes[..stream.ReadAtLeast(bytes, LimitBytes, throwOnEndOfStream: false)];
    }

    private static List<Range> Split(byte[] content, out byte[] bytes)
    {
        bytes = content;
        List<Range> lines = [];
        for (int start = 0; start < content.Length;)
        {
            int length = content.AsSpan(start).IndexOf((byte)'\n');
            int end = length < 0 ? content.Length : start + length;
            if (end > start)
            {
                lines.Add(start..end);
            }

            start = end + 1;
        }

        return lines;
    }

    private async Task WriteAllAsync()
    {
        bool isTold = false;
        await foreach (var work in _work.Reader.ReadAllAsync())
        {
            try
            {
                if (work.Replaces)
                {
                    Replace(work.Lines);
                }
                else
                {
                    Append(work.Lines);
                }

                isTold = false;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                if (!isTold)
                {
                    TelephonyLog.JournalNotWritten(_logger, _path, exception.Message);
                }

                isTold = true;
            }

            Interlocked.Add(ref _queuedBytes, -work.Lines.Length);
        }
    }

    private void Append(byte[] line)
    {
        _stream ??= Open(_path, FileMode.Append);
        _stream.Write(line);
        _stream.Flush(flushToDisk: true);
    }

    /// <summary>As a whole: whoever is killed in the middle finds the former lines, which do no harm when they are told again.</summary>
    private void Replace(byte[] lines)
    {
        _stream?.Dispose();
        _stream = null;
        if (lines.Length == 0)
        {
            File.Delete(_path);
            return;
        }

        string fresh = _path + ".new";
        using (FileStream stream = Open(fresh, FileMode.Create))
        {
            stream.Write(lines);
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, _path, overwrite: true);
    }

    private static FileStream Open(string path, FileMode mode)
    {
        FileStreamOptions options = new() { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <param name="Lines">Added, or all that there is from now on.</param>
    /// <param name="Replaces">Which.</param>
    private sealed record Work(byte[] Lines, bool Replaces);
}
