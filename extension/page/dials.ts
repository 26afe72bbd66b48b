/** The judge of dials: what is known to be clear passes, everything else is held. */
import { toE164 } from "../../shared/phone.ts";
import type { Judge } from "./dialled.ts";
import type { FactsStore } from "./facts.ts";

export const openDials =
  ({ facts, region }: { facts: FactsStore; region: () => string }): Judge =>
  ({ written }) => {
    const { e164, readings = [] } = toE164(written, region());
    return facts.decide(e164, readings)?.verdict === "clear" ? "pass" : "hold";
  };
