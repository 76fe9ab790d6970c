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

    /// <summary>Opens a family of sums with their counts, from which a mean follows.</summary>
    public PrometheusText Summary(string name, string help) => Open(name, "summary", help);

    /// <summary>One value of the open family.</summary>
    public PrometheusText Sample(double value, params ReadOnlySpan<(string Name, string Value)> labels) => Write("", value, labels);

    /// <summary>One summary of the open family.</summary>
    public PrometheusText Summed(double sum, long count, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        Write("_sum", sum, labels);
        return Write("_count", count, labels);
    }

    /// <summary>One histogram of the open family.</summary>
    /// <param name="bounds">Upper bounds of the buckets, rising, in parts of a second.</param>
    /// <param name="counts">Observations per bucket, one more than bounds; not cumulative.</param>
    /// <param name="total">Sum of all observations in the same unit.</param>
    /// <param name="perSecond">How many of that unit make a second: 1,000 for milliseconds.</param>
    /// <param name="labels">Labels of every sample.</param>
    public PrometheusText Buckets(IReadOnlyList<int> bounds, IReadOnlyList<long> counts, long total, double perSecond, params (string Name, string Value)[] labels)
    {
        long cumulative = 0;
        for (int i = 0; i < counts.Count; i++)
        {
            cumulative += counts[i];
            string bound = i < bounds.Count ? Number(bounds[i] / perSecond) : "+Inf";
            Write("_bucket", cumulative, [.. labels, ("le", bound)]);
        }

        Write("_sum", total / perSecond, labels);
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
            WriteEscaped(label);
            _text.Append('"');
            separator = ',';
        }

        if (labels.Length > 0)
        {
            _text.Append('}');
        }

        _text.Append(' ').Append(CultureInfo.InvariantCulture, $"{value:R}").Append('\n');
        return this;
    }

    private void WriteEscaped(string label)
    {
        if (label.AsSpan().IndexOfAny('\\', '"', '\n') < 0)
        {
            _text.Append(label);
            return;
        }

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
    }
}
