/** Joining the company's server, or the sign-in that there is. */
import { useEffect, useState } from "react";
import { fill } from "../../shared/texts/index.ts";
import { type Answer, ask } from "../messages.ts";
import { inviteFrom } from "./invite.ts";
import { texts, ui } from "./page.ts";

type State = Answer<"ui.options">;
type Note = { good: boolean; text: string } | null;

export function Server({ state, changed }: { state: State; changed: () => Promise<void> }) {
  const [invite, setInvite] = useState(() => inviteFrom(location.hash));
  const [note, setNote] = useState<Note>(null);
  useEffect(() => {
    const read = () => setInvite(inviteFrom(location.hash));
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);

  const wantsForm = state.person === null || state.trouble === "signed-out" || invite !== null;
  return (
    <section className="panel" aria-labelledby="server">
      <h2 id="server">{ui.server.title}</h2>
      {state.person && <SignedIn state={state} changed={changed} say={setNote} />}
      {wantsForm && (
        <Join
          key={`${invite?.url} ${invite?.code}`}
          url={invite?.url ?? state.workerUrl ?? ""}
          code={invite?.code ?? ""}
          replaces={state.person !== null}
          joined={async (name) => {
            // The code is spent: it should not wait in the address bar and the history.
            history.replaceState(null, "", location.pathname);
            setInvite(null);
            setNote({ good: true, text: fill(ui.server.joined, { name }) });
            await changed();
          }}
        />
      )}
      <p className={`said ${note?.good ? "good" : "bad"}`} role="status">
        {state.trouble !== "signed-out" && note?.text}
      </p>
    </section>
  );
}

interface SignedInProps {
  state: State;
  changed: () => Promise<void>;
  say: (note: Note) => void;
}

function SignedIn({ state, changed, say }: SignedInProps) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [tested, setTested] = useState<Note>(null);
  const { person, company, workerUrl } = state;
  if (!person) return null;

  async function leave() {
    setBusy(true);
    const { revoked } = await ask("ui.leave", {});
    say({ good: revoked, text: revoked ? ui.server.left : ui.server.leftUnconfirmed });
    await changed();
    setBusy(false);
  }

  async function test() {
    setBusy(true);
    say(null);
    setTested(null);
    setTested(sayTest(await ask("ui.test", { workerUrl: workerUrl ?? "" })));
    setBusy(false);
  }

  return (
    <>
      <p>
        {fill(company ? ui.signedInAt : ui.signedInAs, {
          name: person.name,
          role: ui.roles[person.role],
          company,
        })}
      </p>
      <p className="quiet breakable">
        {person.email} · {ui.server.at} {workerUrl}
      </p>
      <p className={`said ${tested?.good ? "good" : "bad"}`} role="status">
        {tested?.text}
      </p>
      {asking ? (
        <div style={{ marginTop: 10 }}>
          <p>{ui.server.leaveSure}</p>
          <div className="row" style={{ marginTop: 6 }}>
            <button type="button" className="first" disabled={busy} onClick={() => void leave()}>
              {ui.server.leaveYes}
            </button>
            <button type="button" autoFocus disabled={busy} onClick={() => setAsking(false)}>
              {ui.server.leaveNo}
            </button>
          </div>
        </div>
      ) : (
        <div className="row" style={{ marginTop: 10 }}>
          <button type="button" disabled={busy} onClick={() => void test()}>
            {busy ? ui.server.testing : ui.server.test}
          </button>
          <button
            type="button"
            disabled={busy}
            onClick={() => {
              say(null);
              setAsking(true);
            }}
          >
            {ui.server.leave}
          </button>
        </div>
      )}
    </>
  );
}

interface JoinProps {
  url: string;
  code: string;
  replaces: boolean;
  joined: (name: string) => Promise<void>;
}

function Join({ url: firstUrl, code: firstCode, replaces, joined }: JoinProps) {
  const [url, setUrl] = useState(firstUrl);
  const [code, setCode] = useState(firstCode);
  const [busy, setBusy] = useState<"test" | "join" | null>(null);
  const [note, setNote] = useState<Note>(null);

  /** People paste the whole invite link into either field. */
  function take(text: string, put: (text: string) => void) {
    const invite = inviteFrom(text);
    setNote(null);
    if (invite === null) return put(text);
    if (invite.url !== "") setUrl(invite.url);
    setCode(invite.code);
  }

  async function test() {
    setBusy("test");
    setNote(null);
    setNote(sayTest(await ask("ui.test", { workerUrl: url })));
    setBusy(null);
  }

  async function join() {
    if (code.trim() === "") return setNote({ good: false, text: ui.server.problems["no-code"] });
    setBusy("join");
    setNote(null);
    const answer = await ask("ui.join", { workerUrl: url, code });
    setBusy(null);
    if (answer.ok) await joined(answer.person.name);
    else setNote({ good: false, text: sayProblem(answer.code, answer.detail) });
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void join();
      }}
    >
      <p className="quiet">{replaces ? ui.server.replaces : ui.server.intro}</p>
      <div>
        <label htmlFor="address">{ui.server.address}</label>
        <div className="row">
          <input
            id="address"
            className="grow"
            inputMode="url"
            autoComplete="off"
            spellCheck={false}
            placeholder={ui.server.addressHint}
            value={url}
            onChange={(event) => take(event.target.value, setUrl)}
          />
          <button type="button" disabled={busy !== null} onClick={() => void test()}>
            {busy === "test" ? ui.server.testing : ui.server.test}
          </button>
        </div>
      </div>
      <div>
        <label htmlFor="code">{ui.server.code}</label>
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
        <button type="submit" className="first" disabled={busy !== null}>
          {busy === "join" ? ui.server.joining : ui.server.join}
        </button>
      </div>
    </form>
  );
}

function sayTest(answer: Answer<"ui.test">): Note {
  if (!answer.ok) return { good: false, text: sayProblem(answer.code, answer.detail) };
  if (answer.setup) return { good: false, text: ui.server.setupOpen };
  return { good: true, text: fill(ui.server.fine, { version: answer.version }) };
}

function sayProblem(code: string, detail: string): string {
  const known = Object.hasOwn(ui.server.problems, code) ? (code as keyof typeof ui.server.problems) : "other";
  return fill(ui.server.problems[known], { detail: detail || code });
}
