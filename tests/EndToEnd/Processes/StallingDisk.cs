namespace Routing.EndToEnd.Processes;

/// <summary>
/// A real file system in a file, whose writes a test can hold up and let go (FIFREEZE, as `fsfreeze` does it): to whoever writes it is a disk that is very slow.
/// </summary>
internal sealed class StallingDisk : IAsyncDisposable
{
    private const long SizeBytes = 64L << 20;

    private readonly string _folder;
    private readonly string _image;
    private bool _stalls;

    private StallingDisk(string folder)
    {
        _folder = folder;
        _image = folder + ".img";
    }

    /// <summary>Makes a folder and mounts the disk there.</summary>
    public static StallingDisk Mount(string folder)
    {
        StallingDisk disk = new(folder);
        Directory.CreateDirectory(folder);
        using (FileStream image = File.Create(disk._image))
        {
            image.SetLength(SizeBytes);
        }

        // Before the program starts: nothing else could be done meanwhile.
        RunAsync("mkfs.ext4", "-q", "-F", disk._image).GetAwaiter().GetResult();
        RunAsync("mount", "-o", "loop", disk._image, folder).GetAwaiter().GetResult();
        return disk;
    }

    /// <summary>From now on every write waits.</summary>
    public async Task StallAsync()
    {
        await RunAsync("fsfreeze", "-f", _folder);
        _stalls = true;
    }

    /// <summary>The writes that waited go on.</summary>
    public async Task GoOnAsync()
    {
        _stalls = false;
        await RunAsync("fsfreeze", "-u", _folder);
    }

    /// <summary>To be called before the program ends: a process that waits for the disk cannot be killed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stalls)
        {
            await GoOnAsync();
        }

        // Lazily: the program may have its files open still.
        await RunAsync("umount", "-l", _folder);
        File.Delete(_image);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        await using ChildProcess process = ChildProcess.Start(program, arguments, Path.GetTempPath());
        int code = await process.ExitAsync();
        if (code != 0)
        {
            throw new IOException($"{program} {string.Join(' ', arguments)}: {code} {process.Errors}");
        }
    }
}
