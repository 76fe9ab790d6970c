using System.Globalization;
using System.Text;

namespace Routing.Silo.Diagnostics;

/// <summary>Writes metrics in Prometheus' text format, version 0.0.4. A family is opened once, then its samples follow.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();
    private string _family = "";

    /// <summary>Opens a family of counters; the name ends in _total.</summary>
    public PrometheusText Counter(string name, string help) => Open(name, "counter", help);

    public PrometheusText Gauge(string name, string help) => Open(name, "gauge", help);

    public PrometheusText Histogram(string name, string help) => Open(name, "histogram", help);

    /// <summary>One value of the open family.</summary>
    public PrometheusText Sample(double value, params ReadOnlySpan<(string Name, string Value)> labels) => Write("", value, labels);

    /// <summary>One histogram of the open family.</summary>
    /// <param name="boundsUs">Upper bounds of the buckets in microseconds, rising.</param>
    /// <param name="counts">Observations per bucket, one more than bounds; not cumulative.</param>
    /// <param name="totalUs">Sum of all observations in microseconds.</param>
    /// <param name="labels">Labels of every sample.</param>
    public PrometheusText Buckets(IReadOnlyList<int> boundsUs, IReadOnlyList<long> counts, long totalUs, params (string Name, string Value)[] labels)
    {
        long cumulative = 0;
        for (int i = 0; i < counts.Count; i++)
        {
            cumulative += counts[i];
            string bound = i < boundsUs.Count ? Number(boundsUs[i] / 1e6) : "+Inf";
            Write("_bucket", cumulative, [.. labels, ("le", bound)]);
        }

        Write("_sum", totalUs / 1e6, labels);
        return Write("_count", cumulative, labels);
    }

    public override string ToString() => _text.ToString();

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private PrometheusText Open(string name, string type, string help)
    {
        _family = name;
        _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        return this;
    }

    private PrometheusText Write(string suffix, double value, ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(_family).Append(suffix);
        char separator = '{';
        foreach ((string name, string label) in labels)
        {
            _text.Append(separator).Append(name).Append("=\"");
            foreach (char letter in label)
            {
                _ = letter switch
                {
                    '\\' => _text.Append(@"\\"),
                    '"' => _text.Append("\\\""),
                    '\n' => _text.Append("\\n"),
                    _ => _text.Append(letter),
                };
            }

            _text.Append('"');
            separator = ',';
        }

        if (labels.Length > 0)
        {
            _text.Append('}');
        }

        _text.Append(' ').Append(Number(value)).Append('\n');
        return this;
    }
}
