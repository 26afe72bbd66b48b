/** The form to join: the server's address, its single sign-on if it has one, and an invite's code. */
import { useEffect, useRef, useState } from "react";
import { fill } from "../../shared/texts/language.ts";
import { ask } from "../messages.ts";
import { inviteFrom } from "./invite.ts";
import { options, texts, ui } from "./our-pages.ts";
import { type Note, sayProblem, sayTest } from "./server-answers.ts";
import { Wrong, wrongOf } from "./wrong.tsx";

type Field = "address" | "code";
/** The field that such a problem is of. */
const fieldOf = (problem: string): Field | null =>
  ["bad-address", "not-https", "no-answer", "not-cleardial"].includes(problem)
    ? "address"
    : problem === "no-code" || problem.startsWith("invite-")
      ? "code"
      : null;

interface JoinProps {
  url: string;
  code: string;
  /** True if the address is the joined server's, or the one that the administrator names. */
  known: boolean;
  /** The administrator has set the address. */
  locked: boolean;
  replaces: boolean;
  /** It joins by itself: a person pressed our button on this invite's page. */
  atOnce?: boolean;
  /** Called after joining, with the sentence to show. */
  joined: (said: string) => Promise<void>;
}

export function Join(props: JoinProps) {
  const { url: firstUrl, code: firstCode, known, locked, replaces, atOnce = false, joined } = props;
  const [url, setUrl] = useState(firstUrl);
  const [code, setCode] = useState(firstCode);
  const [busy, setBusy] = useState<"test" | "join" | "signIn" | null>(null);
  const [note, setNote] = useState<Note>(null);
  const [wrong, setWrong] = useState<{ field: Field; text: string } | null>(null);
  const form = useRef<HTMLFormElement>(null);
  /** The sign-in provider offered at one address. */
  const [provider, setProvider] = useState<{ url: string; name: string } | null>(null);

  const lookFor = async (workerUrl: string) => {
    // Without an answer no sign-in is offered. Testing the address says more.
    const { name } = await ask("ui.provider", { workerUrl }).catch(() => ({ name: null }));
    if (name !== null) setProvider({ url: workerUrl, name });
  };
  // The company's own address is asked at once. An address from a link is asked nothing until a person says so, or pressed our button on its page.
  useEffect(() => {
    if (known) void lookFor(firstUrl);
  }, [known, firstUrl]);

  function say(note: Note) {
    setNote(note);
    setWrong(null);
  }

  /** Next to its field, which has the focus; below the form where it is of none. */
  function refuse(code: string, detail = "") {
    const [field, text] = [fieldOf(code), sayProblem(code, detail)];
    if (field === null) return say({ good: false, text });
    setWrong({ field, text });
    form.current?.querySelector<HTMLElement>(`#${field}`)?.focus();
  }

  /** People paste the whole invite link into either field. */
  function take(text: string, put: (text: string) => void) {
    const invite = inviteFrom(text);
    say(null);
    if (invite === null) return put(text);
    if (invite.url !== "" && !locked) setUrl(invite.url);
    setCode(invite.code);
  }

  /** Disables the buttons during `act`, and enables them again however it ends. */
  async function during(what: typeof busy, act: () => Promise<void>) {
    setBusy(what);
    say(null);
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
      if (!tested.ok) return refuse(tested.code, tested.detail);
      setNote(sayTest(tested));
      await lookFor(url);
    });
  }

  async function join() {
    if (code.trim() === "") {
      setNote(null);
      return refuse("no-code");
    }
    await during("join", async () => {
      const answer = await ask("ui.join", { workerUrl: url, code });
      if (answer.ok) await joined(fill(options.server.joined, { name: answer.person.name }));
      else refuse(answer.code, answer.detail);
    });
  }

  const begins = useRef(atOnce);
  useEffect(() => {
    if (begins.current) void join();
    begins.current = false;
  });

  async function signIn() {
    await during("signIn", async () => {
      const answer = await ask("ui.signIn", { workerUrl: url });
      if (answer.ok) await joined(fill(options.server.signedIn, { name: answer.person.name }));
      else refuse(answer.code, answer.detail);
    });
  }

  const bound = (field: Field) => wrongOf(`${field}-wrong`, wrong?.field === field ? wrong.text : null);
  const wrongIn = (field: Field) => (
    <Wrong id={`${field}-wrong`} text={wrong?.field === field ? wrong.text : null} />
  );

  return (
    <form
      ref={form}
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
            {...bound("address")}
            value={url}
            onChange={(event) => take(event.target.value, setUrl)}
          />
          <button type="button" disabled={busy !== null} onClick={() => void test()}>
            {busy === "test" ? options.server.testing : options.server.test}
          </button>
        </div>
        {wrongIn("address")}
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
          {...bound("code")}
          onChange={(event) => take(event.target.value, setCode)}
        />
        {wrongIn("code")}
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
