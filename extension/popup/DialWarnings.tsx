/** What is not recorded yet: dials that wait or were lost, and objections; and dials that the Worker judges otherwise. */
import { sayNumber } from "../../shared/phone/phone.ts";
import { askTexts } from "../../shared/texts/dials/dialog.ts";
import { fill, inLanguage, plural } from "../../shared/texts/language.ts";
import type { DialsState, HeardObjection } from "../carried.ts";
import { ask } from "../messages.ts";
import { WarningIcon } from "../ui/icons.tsx";
import { texts } from "../ui/our-pages.ts";

const t = inLanguage(askTexts, navigator.language).popup;

interface Props {
  dials: DialsState;
  heard: HeardObjection[];
  changed: () => Promise<void>;
}

export function DialWarnings({ dials: { waiting, lost, warnings }, heard, changed }: Props) {
  if (waiting === 0 && lost === 0 && warnings.length === 0 && heard.length === 0) return null;
  const read = () => void ask("ui.dialsRead", {}).then(changed);
  const time = new Intl.DateTimeFormat(texts.language, { dateStyle: "medium", timeStyle: "short" });
  return (
    <div className="banner" role="status">
      <WarningIcon />
      <div>
        {heard.map(({ number, at, by, mine }) => (
          <p key={`${number} ${at} ${by}`}>
            {fill(mine ? t.heardMine : t.heardBy, {
              ...{ number: said(number), time: time.format(Date.parse(at)), name: by },
            })}
          </p>
        ))}
        {warnings.map(({ kind, number, at, detail }) => (
          <p key={`${number} ${at}`}>
            {fill(t[kind], { number: said(number), time: time.format(Date.parse(at)), detail })}
          </p>
        ))}
        {lost > 0 && <p>{plural(texts, t.lost, lost)}</p>}
        {waiting > 0 && <p>{plural(texts, t.waiting, waiting)}</p>}
        {(lost > 0 || warnings.length > 0) && (
          <div className="row">
            <button type="button" onClick={read}>
              {t.read}
            </button>
          </div>
        )}
      </div>
    </div>
  );
}

/** A number as people write it; anything else as it was dialled. */
const said = (number: string) => (number.startsWith("+") ? sayNumber(number) : number);
