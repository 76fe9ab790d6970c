using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using Routing.Silo.Hosting;

namespace Routing.Silo.Commands;

/// <summary>A server's answer to a command.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON: the model, or a problem (RFC 9457); undefined when there was none.</param>
internal sealed record ServerAnswer(HttpStatusCode Status, JsonElement Body)
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsGood => (int)Status is >= 200 and < 300;

    /// <summary>A text of the body, or the empty text.</summary>
    public string Text(string name) => TextOf(Body, name);

    /// <summary>The items of a list of the body; none when there is no such list.</summary>
    public IEnumerable<JsonElement> List(string name) => ListOf(Body, name);

    public static string TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";

    public static IEnumerable<JsonElement> ListOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    /// <summary>The body as it came, indented.</summary>
    public void WriteJson(TextWriter output)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Indented))
        {
            Body.WriteTo(writer);
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(bytes.ToArray()));
    }

    /// <summary>Tells the problem in one line (what is wrong, then what to do) and gives the exit code.</summary>
    public int Refuse(TextWriter errors)
    {
        string detail = Text("detail");
        string remedy = Text("remedy");
        errors.WriteLine($"routing: {(detail.Length > 0 ? detail : $"the server answered {(int)Status}")}{(remedy.Length > 0 ? " " + remedy : "")}");
        return Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.InternalServerError ? ExitCodes.NoAnswer : ExitCodes.Refused;
    }
}
