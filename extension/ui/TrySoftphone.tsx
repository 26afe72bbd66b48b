/** The agent dials ClearDial's own number by their own softphone, and reads which layer held it, or what to do where none did. */
import { CANARY } from "../../shared/canary/number.ts";
import { sayNumber } from "../../shared/phone/phone.ts";
import { softphoneTryTexts } from "../../shared/texts/dials/softphone-try.ts";
import { fill, inLanguage } from "../../shared/texts/language.ts";
import type { SoftphoneTry } from "../carried.ts";
import { ask } from "../messages.ts";
import { useLive } from "./our-pages.ts";

export const softphoneTry = inLanguage(softphoneTryTexts, navigator.language);
const texts = softphoneTry;
const number = sayNumber(CANARY);

export const useSoftphoneTry = () => useLive(() => ask("ui.softphoneTry", { does: "look" }));
type Tried = ReturnType<typeof useSoftphoneTry>;
/** The agent's own dial was held, and no colleague's. */
export const isHeld = (state: Tried["value"]): boolean => state?.seen?.held === true && !state.seen.isOther;

/** `away`: not in the options themselves. */
export function TrySoftphone({ value: state, reload, away = false }: Tried & { away?: boolean }) {
  const does = (what: "begin" | "end") => void ask("ui.softphoneTry", { does: what }).then(reload);
  const isOn = state?.is === "listening";
  return (
    <>
      <p className="quiet">{texts.intro}</p>
      <ol className="how">
        {texts.steps.map((step) => (
          <li key={step}>{fill(step, { number })}</li>
        ))}
      </ol>
      <div className="row wraps">
        {isOn ? (
          <button type="button" onClick={() => does("end")}>
            {texts.over}
          </button>
        ) : (
          <button type="button" className="first" onClick={() => does("begin")}>
            {state?.is === "over" ? texts.again : texts.begin}
          </button>
        )}
        <button type="button" onClick={() => void navigator.clipboard.writeText(CANARY)}>
          {texts.copy}
        </button>
      </div>
      <p className={isHeld(state) ? "state good" : "state"} role="status">
        {state && said(state)}
      </p>
      {state?.is === "over" && !state.seen && <Unseen state={state} away={away} />}
    </>
  );
}

function said({ is, seen }: SoftphoneTry): string {
  if (is === "none") return "";
  if (seen?.isOther) return texts.other;
  if (seen) return fill((seen.held ? texts.held : texts.passed)[seen.layer], { site: seen.host });
  return is === "listening" ? fill(texts.listening, { number }) : texts.unseen;
}

/** The layers that come nearest, by how the number was dialled. */
const Unseen = ({ state: { audio, isAsked }, away }: { state: SoftphoneTry; away: boolean }) => (
  <>
    {audio !== null && <p>{fill(texts.audio, { site: audio })}</p>}
    {!isAsked && <p className="quiet">{texts.unasked}</p>}
    <p>
      <strong>{texts.todo.title}</strong>
    </p>
    <ul className="how">
      {(["page", "link", "keypad", "meanwhile"] as const).map((what) => (
        <li key={what}>{texts.todo[what]}</li>
      ))}
    </ul>
    {away && (
      <div className="row wraps">
        <button type="button" onClick={() => void chrome.runtime.openOptionsPage()}>
          {texts.options}
        </button>
      </div>
    )}
  </>
);
