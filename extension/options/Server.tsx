/** The company's server: the form to join it, or who is signed in there. */
import { useEffect, useState } from "react";
import { fill } from "../../shared/texts/language.ts";
import { type Answer, ask } from "../messages.ts";
import { inviteFrom } from "../ui/invite.ts";
import { Join } from "../ui/Join.tsx";
import { options, roles, ui } from "../ui/our-pages.ts";
import { type Note, sayTest } from "../ui/server-answers.ts";

type State = Answer<"ui.options">;

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
      <h2 id="server">{options.server.title}</h2>
      {state.person && <SignedIn state={state} changed={changed} say={setNote} />}
      {wantsForm && (
        <Join
          key={`${invite?.url} ${invite?.code}`}
          url={invite?.url ?? state.workerUrl ?? ""}
          code={invite?.code ?? ""}
          known={state.workerUrl !== null && (invite?.url ?? state.workerUrl) === state.workerUrl}
          locked={state.locked.includes("server")}
          replaces={state.person !== null && state.trouble !== "signed-out"}
          joined={async (said) => {
            // The code is used up: take it out of the address bar and the history.
            history.replaceState(null, "", location.pathname);
            setInvite(null);
            setNote({ good: true, text: said });
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
  const { person, company, workerUrl, managed } = state;
  const locked = managed || state.locked.includes("server");
  if (!person) return null;

  async function leave() {
    await during(async () => {
      const { revoked, refused } = await ask("ui.leave", {});
      say({
        good: revoked,
        text: refused ?? (revoked ? options.server.left : options.server.leftUnconfirmed),
      });
      await changed();
    });
  }

  async function test() {
    say(null);
    setTested(null);
    await during(async () => setTested(sayTest(await ask("ui.test", { workerUrl: workerUrl ?? "" }))));
  }

  /** Disables the buttons during `act`, and enables them again however it ends. */
  async function during(act: () => Promise<void>) {
    setBusy(true);
    try {
      await act();
    } catch {
      say({ good: false, text: ui.failed });
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <p>
        {fill(state.trouble === "signed-out" ? options.server.was : company ? ui.signedInAt : ui.signedInAs, {
          name: person.name,
          role: roles[person.role],
          company,
        })}
      </p>
      <p className="quiet breakable">
        {person.email && `${person.email} · `}
        {options.server.at} {workerUrl}
      </p>
      {managed ? (
        <p className="quiet">{options.server.managed}</p>
      ) : (
        locked && <p className="quiet">{ui.setByAdmin}</p>
      )}
      <p className={`said ${tested?.good ? "good" : "bad"}`} role="status">
        {tested?.text}
      </p>
      {asking ? (
        <div style={{ marginTop: 10 }}>
          <p>{options.server.leaveSure}</p>
          <div className="row" style={{ marginTop: 6 }}>
            <button type="button" className="first" disabled={busy} onClick={() => void leave()}>
              {options.server.leaveYes}
            </button>
            <button type="button" autoFocus disabled={busy} onClick={() => setAsking(false)}>
              {options.server.leaveNo}
            </button>
          </div>
        </div>
      ) : (
        <div className="row" style={{ marginTop: 10 }}>
          <button type="button" disabled={busy} onClick={() => void test()}>
            {busy ? options.server.testing : options.server.test}
          </button>
          {!locked && (
            <button
              type="button"
              disabled={busy}
              onClick={() => {
                say(null);
                setAsking(true);
              }}
            >
              {options.server.leave}
            </button>
          )}
        </div>
      )}
    </>
  );
}
