/** Asks whose words are recorded: the subscriber's alone allow a call (PECR 2003 reg 21(4)). */
import type { ConsentGiver } from "../../../shared/do-not-call/api-consents.ts";
import { words } from "./words.ts";
import { Wrong } from "../../ui/wrong.tsx";

const t = words.giver;
const givers: readonly ConsentGiver[] = ["subscriber", "other"];

interface GiverProps {
  /** Empty until it is said. */
  giver: string;
  choose: (giver: ConsentGiver) => void;
  /** Why it cannot stay so. */
  wrong: string | null;
}

export function Giver({ giver, choose, wrong }: GiverProps) {
  return (
    <div className="field">
      <fieldset aria-describedby={wrong ? "giver-wrong" : undefined}>
        <legend>{t.title}</legend>
        {givers.map((one) => (
          <label key={one} className="choice">
            <input type="radio" name="giver" checked={giver === one} onChange={() => choose(one)} />
            {t[one]}
          </label>
        ))}
      </fieldset>
      <Wrong id="giver-wrong" text={wrong} />
    </div>
  );
}
