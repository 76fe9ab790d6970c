using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Routing.EndToEnd.Processes;

/// <summary>A program that a test started, with every line it wrote. Ended by its process id when the test is over, whatever happened.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int SignalHangUp = 1;

    private const int SignalTerminate = 15;

    /// <summary>RLIMIT_FSIZE.</summary>
    private const int FileSizeLimit = 1;

    /// <summary>Far above anything that is waited for, on a slow and busy machine too; only a fault gets there.</summary>
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly LineLog _output = new();
    private readonly LineLog _errors = new();
    private readonly string _name;

    private ChildProcess(string name, Process process)
    {
        _name = name;
        _process = process;
    }

    public int Id => _process.Id;

    /// <summary>Where it writes down what happens to it, for whoever reads why a test failed; null: nowhere.</summary>
    public string? RecordFile { get; set; }

    /// <summary>Standard output so far.</summary>
    public string Output => _output.ToString();

    /// <summary>Standard error so far.</summary>
    public string Errors => _errors.ToString();

    /// <summary>Starts a program; its working directory is given so that nothing depends on where tests run.</summary>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, string workingDirectory, IReadOnlyDictionary<string, string>? environment = null)
    {
        ChildProcess child = StartInteractive(program, arguments, workingDirectory, environment);
        child._process.StandardInput.Close();
        return child;
    }

    /// <summary>Starts a program that takes lines with <see cref="WriteLineAsync"/>.</summary>
    public static ChildProcess StartInteractive(
        string program, IEnumerable<string> arguments, string workingDirectory, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string variable, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[variable] = value;
        }

        var process = new Process { StartInfo = start };
        var child = new ChildProcess(Path.GetFileName(program), process);
        process.OutputDataReceived += (_, line) => child._output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => child._errors.Add(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>The last of what it is told.</summary>
    public async Task WriteAndCloseAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        _process.StandardInput.Close();
    }

    /// <summary>Completes with the first line, of the past or the future, that has the text.</summary>
    public Task<string> OutputLineAsync(string text, TimeSpan? deadline = null) => LineAsync(_output, text, deadline);

    public Task<string> ErrorLineAsync(string text, TimeSpan? deadline = null) => LineAsync(_errors, text, deadline);

    /// <summary>Completes with the exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan? deadline = null)
    {
        using var limited = new CancellationTokenSource(deadline ?? DefaultDeadline);
        try
        {
            await _process.WaitForExitAsync(limited.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_name} did not end within {deadline ?? DefaultDeadline}.\n{Output}\n{Errors}");
        }

        return _process.ExitCode;
    }

    /// <summary>Completes when it ended with exit code 0.</summary>
    /// <exception cref="InvalidOperationException">It ended with another one; the message has all that it wrote.</exception>
    public async Task SucceedsAsync()
    {
        int code = await ExitAsync();
        if (code != 0)
        {
            string record = RecordFile is { } file && File.Exists(file) ? await File.ReadAllTextAsync(file) : "";
            throw new InvalidOperationException($"{_name} ended with {code}.\n{Output}\n{Errors}\n{record}");
        }
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate() => Signal(SignalTerminate);

    /// <summary>SIGHUP.</summary>
    public void HangUp() => Signal(SignalHangUp);

    private void Signal(int signal)
    {
        if (SendSignal(_process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"{_name} ({_process.Id}) takes no signal: error {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Largest size of files that the program may write; 0 makes every write to a file fail, as on a full disk. Null: no limit.</summary>
    public void LimitFiles(long? bytes)
    {
        Span<ulong> limit = [(ulong?)bytes ?? ulong.MaxValue, ulong.MaxValue];
        if (SetLimit(_process.Id, FileSizeLimit, ref limit[0], 0) != 0)
        {
            throw new InvalidOperationException($"{_name} ({_process.Id}) takes no limit: error {Marshal.GetLastPInvokeError()}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task<string> LineAsync(LineLog log, string text, TimeSpan? deadline)
    {
        try
        {
            return await log.FirstAsync(text).WaitAsync(deadline ?? DefaultDeadline);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{_name} did not write '{text}' within {deadline ?? DefaultDeadline}.\n{Output}\n{Errors}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetLimit(int process, int resource, ref ulong softAndHard, nint old);
}
