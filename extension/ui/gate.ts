/** What our pages say of the browser's gate. */
import { inLanguage } from "../../shared/texts/language.ts";
import { browserGateTexts } from "../../shared/texts/dials/browser-gate.ts";
import type { GateState } from "../carried.ts";

export const gateTexts = inLanguage(browserGateTexts, navigator.language);

type Status = keyof typeof gateTexts.status;

export function statusOf({ on, softphone, granted, found }: GateState): Status {
  if (!on) return "off";
  if (softphone === null) return "no-softphone";
  return granted ? (found ?? "untried") : "no-access";
}
