/** The form to join: the server's address, its single sign-on if it has one, and an invite's code. */
import { useEffect, useState } from "react";
import { fill } from "../../shared/texts/language.ts";
import { ask } from "../messages.ts";
import { inviteFrom } from "./invite.ts";
import { options, texts, ui } from "./our-pages.ts";
import { type Note, sayProblem, sayTest } from "./server-answers.ts";

interface JoinProps {
  url: string;
  code: string;
  /** True if the address is the joined server's, or the one that the administrator names. */
  known: boolean;
  /** The administrator has set the address. */
  locked: boolean;
  replaces: boolean;
  /** Called after joining, with the sentence to show. */
  joined: (said: string) => Promise<void>;
}

export function Join({ url: firstUrl, code: firstCode, known, locked, replaces, joined }: JoinProps) {
  const [url, setUrl] = useState(firstUrl);
  const [code, setCode] = useState(firstCode);
  const [busy, setBusy] = useState<"test" | "join" | "signIn" | null>(null);
  const [note, setNote] = useState<Note>(null);
  /** The sign-in provider offered at one address. */
  const [provider, setProvider] = useState<{ url: string; name: string } | null>(null);

  const lookFor = async (workerUrl: string) => {
    // Without an answer no sign-in is offered. Testing the address says more.
    const { name } = await ask("ui.provider", { workerUrl }).catch(() => ({ name: null }));
    if (name !== null) setProvider({ url: workerUrl, name });
  };
  // The company's own address is asked at once. An address from a link is asked nothing until a person says so.
  useEffect(() => {
    if (known) void lookFor(firstUrl);
  }, [known, firstUrl]);

  /** People paste the whole invite link into either field. */
  function take(text: string, put: (text: string) => void) {
    const invite = inviteFrom(text);
    setNote(null);
    if (invite === null) return put(text);
    if (invite.url !== "" && !locked) setUrl(invite.url);
    setCode(invite.code);
  }

  /** Disables the buttons during `act`, and enables them again however it ends. */
  async function during(what: typeof busy, act: () => Promise<void>) {
    setBusy(what);
    setNote(null);
    try {
      await act();
    } catch {
      setNote({ good: false, text: ui.failed });
    } finally {
      setBusy(null);
    }
  }

  async function test() {
    await during("test", async () => {
      const tested = await ask("ui.test", { workerUrl: url });
      setNote(sayTest(tested));
      if (tested.ok) await lookFor(url);
    });
  }

  async function join() {
    if (code.trim() === "") return setNote({ good: false, text: options.server.problems["no-code"] });
    await during("join", async () => {
      const answer = await ask("ui.join", { workerUrl: url, code });
      if (answer.ok) await joined(fill(options.server.joined, { name: answer.person.name }));
      else setNote({ good: false, text: sayProblem(answer.code, answer.detail) });
    });
  }

  async function signIn() {
    await during("signIn", async () => {
      const answer = await ask("ui.signIn", { workerUrl: url });
      if (answer.ok) await joined(fill(options.server.signedIn, { name: answer.person.name }));
      else setNote({ good: false, text: sayProblem(answer.code, answer.detail) });
    });
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void join();
      }}
    >
      <p className="quiet">{replaces ? options.server.replaces : options.server.intro}</p>
      <div>
        <label htmlFor="address">{options.server.address}</label>
        <div className="row">
          <input
            id="address"
            className="grow"
            inputMode="url"
            autoComplete="off"
            spellCheck={false}
            placeholder={options.server.addressHint}
            readOnly={locked}
            aria-describedby={locked ? "address-set" : undefined}
            value={url}
            onChange={(event) => take(event.target.value, setUrl)}
          />
          <button type="button" disabled={busy !== null} onClick={() => void test()}>
            {busy === "test" ? options.server.testing : options.server.test}
          </button>
        </div>
        {locked && (
          <p id="address-set" className="quiet">
            {ui.setByAdmin}
          </p>
        )}
      </div>
      {provider?.url === url && (
        <div>
          <button type="button" className="first" disabled={busy !== null} onClick={() => void signIn()}>
            {busy === "signIn"
              ? options.server.signingIn
              : fill(options.server.signIn, { name: provider.name })}
          </button>
          <p className="quiet">{options.server.orInvite}</p>
        </div>
      )}
      <div>
        <label htmlFor="code">{options.server.code}</label>
        <input
          id="code"
          autoComplete="off"
          spellCheck={false}
          value={code}
          onChange={(event) => take(event.target.value, setCode)}
        />
      </div>
      <p className={`said ${note?.good ? "good" : "bad"}`} role="status" lang={texts.language}>
        {note?.text}
      </p>
      <div>
        <button
          type="submit"
          className={provider?.url === url ? undefined : "first"}
          disabled={busy !== null}
        >
          {busy === "join" ? options.server.joining : options.server.join}
        </button>
      </div>
    </form>
  );
}
