/** A button that dials ClearDial's own number, to see whether telephone links come to the browser's gate. */
import { useState } from "react";
import { CANARY_ADDRESS } from "../../shared/canary/number.ts";
import type { GateState } from "../carried.ts";
import { ask } from "../messages.ts";
import { gateTexts as texts } from "./gate.ts";

interface Props {
  label: string;
  tried: (state: GateState) => void;
}

export function TryGate({ label, tried }: Props) {
  const [busy, setBusy] = useState(false);
  async function tryIt() {
    await ask("ui.gateTry", { begins: true });
    setBusy(true);
    try {
      tried(await ask("ui.gateTry", { begins: false }));
    } finally {
      setBusy(false);
    }
  }
  return (
    <>
      <button type="button" disabled={busy} onClick={() => void tryIt()}>
        {busy ? texts.testing : label}
      </button>
      {/* Its sandbox lets no other program be opened: nothing is dialled, wherever telephone links go. */}
      {busy && <iframe title={label} hidden sandbox="allow-scripts" src={CANARY_ADDRESS} />}
    </>
  );
}
