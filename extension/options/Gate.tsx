/** Turns the browser's gate on and off: what Chrome is asked for is asked here alone. */
import { useState } from "react";
import { isWayOut, softphones } from "../../shared/dials/softphone.ts";
import { type Answer, ask } from "../messages.ts";
import { patternOf } from "../origins.ts";
import { gateTexts as texts, statusOf } from "../ui/gate.ts";
import { TryGate } from "../ui/TryGate.tsx";

interface Props {
  state: Answer<"ui.options">;
  changed: () => Promise<void>;
}

/** In the list of softphones: one that is not in it. */
const OTHER = "";
const isListed = (before: string) => softphones.some((one) => one.before === before);

export function Gate({ state, changed }: Props) {
  const { gate, workerUrl } = state;
  const [before, setBefore] = useState(gate.softphone ?? softphones[0]!.before);
  const [own, setOwn] = useState(!isListed(before));
  const [full, setFull] = useState(true);
  const [said, setSaid] = useState("");
  const status = statusOf(gate);
  const isFree = !gate.on || status === "no-softphone" || status === "no-access";

  async function turnOn() {
    const permissions: chrome.runtime.ManifestPermission[] = [
      "webRequest",
      ...(full ? (["webNavigation"] as const) : []),
    ];
    const origins = [patternOf(workerUrl ?? "")];
    const granted = await chrome.permissions.request({ permissions, origins }).catch(() => false);
    if (granted) await open(true);
    else setSaid(texts.refused);
  }

  /** Chrome asks its own questions on the Worker's page. */
  async function open(on: boolean) {
    const answer = await ask("ui.gate", { on, ...(on && !gate.managed && { softphone: before }) });
    setSaid(!answer.ok ? texts.failed : on ? "" : texts.left);
    if (answer.ok) await chrome.tabs.create({ url: answer.page });
    await changed();
  }

  if (!state.person) return null;
  return (
    <section className="panel" aria-labelledby="gate">
      <h2 id="gate">{texts.title}</h2>
      <p className="quiet">{texts.intro}</p>
      <p className={status === "on" ? "state good" : "state"} role="status">
        {texts.status[status]}
      </p>
      {!isFree && !gate.full && <p className="quiet">{texts.partly}</p>}
      {gate.managed && <p className="quiet">{texts.managed}</p>}
      {isFree && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void turnOn();
          }}
        >
          {!gate.managed && (
            <label>
              {texts.softphone}
              <select
                value={own ? OTHER : before}
                onChange={({ target }) => {
                  setOwn(target.value === OTHER);
                  setBefore(target.value);
                }}
              >
                {softphones.map((one) => (
                  <option key={one.before} value={one.before}>
                    {one.name}
                  </option>
                ))}
                <option value={OTHER}>{texts.other}</option>
              </select>
            </label>
          )}
          {!gate.managed && own && (
            <label>
              {texts.before}
              <input
                value={before}
                maxLength={100}
                spellCheck={false}
                onChange={({ target }) => setBefore(target.value.trim())}
              />
              <span className="quiet">{texts.beforeHint}</span>
            </label>
          )}
          <label className="choice">
            <input type="checkbox" checked={full} onChange={({ target }) => setFull(target.checked)} />{" "}
            {texts.full}
          </label>
          <p className="quiet">{texts.fullHint}</p>
          {own && before !== "" && !isWayOut(before) && <p className="bad">{texts.wrong}</p>}
          <div className="row">
            <button type="submit" className="first" disabled={!gate.managed && !isWayOut(before)}>
              {texts.turnOn}
            </button>
          </div>
        </form>
      )}
      {!isFree && (
        <div className="row" style={{ marginTop: 10 }}>
          <TryGate label={texts.test} tried={() => void changed()} />
          {(status === "unasked" || status === "declined") && (
            <button type="button" onClick={() => void open(true)}>
              {texts.again}
            </button>
          )}
          {!gate.managed && (
            <button type="button" onClick={() => void open(false)}>
              {texts.turnOff}
            </button>
          )}
        </div>
      )}
      <p className="said quiet" role="status">
        {said}
      </p>
    </section>
  );
}
