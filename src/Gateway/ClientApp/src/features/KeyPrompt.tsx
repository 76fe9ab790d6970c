import { strings } from "../strings";

/** Asks for a key where the page is not open. */
export function KeyPrompt({ refused, use }: { readonly refused: boolean; readonly use: (key: string) => void }) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const key = new FormData(event.currentTarget as HTMLFormElement).get("key");
    if (typeof key === "string" && key.trim() !== "") {
      use(key.trim());
    }
  };

  return (
    <main>
      <form class="card key" onSubmit={submit}>
        <h2>{strings.key.heading}</h2>
        <p>{strings.key.text}</p>
        <label for="key">{strings.key.label}</label>
        <input id="key" name="key" type="password" autocomplete="off" required autofocus aria-invalid={refused} aria-describedby="key-error" />
        <p id="key-error" class="error" role="alert">
          {refused ? strings.key.wrong : ""}
        </p>
        <button type="submit">{strings.key.submit}</button>
      </form>
    </main>
  );
}
