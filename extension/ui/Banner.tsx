/** Why the Worker cannot be asked, and what to do about it. */
import { useState } from "react";
import type { Trouble } from "../carried.ts";
import { ask } from "../messages.ts";
import { WarningIcon } from "./icons.tsx";
import { ui } from "./our-pages.ts";

export function Banner({ trouble, here }: { trouble: Trouble | null; here: "popup" | "options" }) {
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  if (trouble === null || trouble === "not-joined") return null;
  const { todo, button } = ui.trouble[trouble];
  const what = trouble === "offline" && !navigator.onLine ? ui.noNetwork : ui.trouble[trouble].what;

  async function act() {
    if (trouble === "signed-out") return chrome.runtime.openOptionsPage();
    setBusy(true);
    const answer = await ask("ui.retry", {}).catch(() => null);
    setTried(answer?.trouble === trouble);
    setBusy(false);
  }

  return (
    <div className="banner" role="status">
      <WarningIcon />
      <strong>{what}</strong>
      <div className="more">
        <p>{todo}</p>
        {!(trouble === "signed-out" && here === "options") && (
          <div className="row">
            <button type="button" disabled={busy} onClick={() => void act()}>
              {button}
            </button>
            {tried && !busy && <span>{ui.stillNoAnswer}</span>}
          </div>
        )}
      </div>
    </div>
  );
}
